"""An archive of the whole record: put back it is the same, and nothing else gets in with it."""

import json
import os
import shutil
import stat
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from kiki.model.agent import ChangeFilter
from kiki.model.errors import KikiError
from kiki.model.people import Account
from kiki.store.backup.restoring import restore
from kiki.store.backup.whole import Where
from kiki.store.backup.writing import write
from kiki.store.opening import Store, open_store
from tests.postgres import Server
from tests.unit.store.conftest import Clock, MakeChange

Make = Callable[[str], Where]


@pytest.fixture
def where(tmp_path: Path, postgres_server: Server, migrated: str) -> Make:
    """A new, empty place of a kind for a record."""

    def made(kind: str) -> Where:
        folder = tmp_path / f"state{len(list(tmp_path.iterdir()))}"
        folder.mkdir(mode=0o700)
        if kind == "sqlite":
            return Where(state_dir=str(folder))
        url = postgres_server.url(postgres_server.create(migrated))
        password = str(postgres_server.password_file)
        return Where(state_dir=str(folder), database=url, password_file=password)

    return made


def opened(where: Where, clock: Clock) -> Store:
    return open_store(
        where.state_dir, clock, database=where.database, password_file=where.password_file
    )


def filled(where: Where, clock: Clock, make: MakeChange) -> None:
    store = opened(where, clock)
    change = store.changes.create(make(), "ann", "request", {})
    store.changes.save(change, "bob", "approve", {})
    store.changes.create(make(), "ann", "request", {})
    store.changes.lock(["web1"], change.id)
    store.secrets.put("db", "Canary-Backup-1!", "ann")
    assert store.people is not None
    store.people.put(Account(name="ann", password="argon", roles=("admin",), created="x"), "ann")
    store.close()
    run = Path(where.state_dir, "runs", f"run_{change.id}-apply-1")
    run.mkdir(parents=True)
    (run / "events.jsonl").write_bytes(b"{}\n" * 1000)
    (run / "link").symlink_to("/etc/passwd")


def told(store: Store) -> list[Any]:
    versions = [(one.name, one.version) for one in store.secrets.versions()]
    values = [store.secrets.value(*one) for one in versions]
    assert store.people is not None
    records = [r for r in store.ledger.records() if r.event != "restore"]
    return [
        store.changes.find(ChangeFilter()), store.changes.holder("web1"), records, versions,
        values, store.people.accounts(), store.ledger.verify(),
    ]  # fmt: skip


def with_master(source: Where, target: Where) -> Where:
    """The target has the master key, as whoever keeps it put it there."""
    Path(target.state_dir, "keys").mkdir(mode=0o700)
    shutil.copy(Path(source.state_dir, "keys", "data.key"), Path(target.state_dir, "keys"))
    return target


@pytest.mark.parametrize("source", ["sqlite", "postgres"])
@pytest.mark.parametrize("target", ["sqlite", "postgres"])
def test_what_is_put_back_is_the_same(
    source: str, target: str, where: Make, clock: Clock, make_change: MakeChange, tmp_path: Path
) -> None:
    one, two, file = where(source), where(target), tmp_path / "record.zip"
    filled(one, clock, make_change)
    made = write(str(file), one, "ann", clock)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    before = opened(one, clock)
    assert made.head == before.ledger.head()
    assert made.left_out == 1
    found, faults = restore(str(file), with_master(one, two), "bob", clock)
    assert (found, faults) == (made, ())
    after = opened(two, clock)
    assert told(after) == told(before)
    assert [r.event for r in after.ledger.records("record")] == ["backup", "restore"]
    after.secrets.put("db", "next", "ann")  # it goes on
    after.changes.create(make_change(), "ann", "request", {})
    assert after.ledger.verify() == ()
    (run,) = Path(two.state_dir, "runs").iterdir()
    assert [path.name for path in run.iterdir()] == ["events.jsonl"]
    before.close(), after.close()


def test_no_key_and_no_secret_is_in_it(
    where: Make, clock: Clock, make_change: MakeChange, tmp_path: Path
) -> None:
    one, file = where("sqlite"), tmp_path / "record.zip"
    filled(one, clock, make_change)
    write(str(file), one, "ann", clock)
    with zipfile.ZipFile(file) as packed:
        everything = b"".join(packed.read(name) for name in packed.namelist())
    for name in ("data.key", "ledger.key"):
        key = Path(one.state_dir, "keys", name).read_bytes().strip()
        assert key not in everything
    assert b"Canary" not in everything


def code_of(called: Callable[[], Any]) -> str:
    with pytest.raises(KikiError) as caught:
        called()
    return caught.value.code


class TestRefused:
    @pytest.fixture
    def one(self, where: Make, clock: Clock, make_change: MakeChange) -> Where:
        made = where("sqlite")
        filled(made, clock, make_change)
        return made

    @pytest.fixture
    def file(self, one: Where, tmp_path: Path, clock: Clock) -> Path:
        write(str(tmp_path / "record.zip"), one, "ann", clock)
        return tmp_path / "record.zip"

    def test_without_the_master_key_nothing_is_left(
        self, file: Path, where: Make, clock: Clock
    ) -> None:
        for kind in ("sqlite", "postgres"):
            two = where(kind)
            assert (
                code_of(lambda two=two: restore(str(file), two, "b", clock)) == "store.key_missing"
            )  # type: ignore[misc]
            assert [p for p in Path(two.state_dir).rglob("*") if p.is_file()] == []

    def test_another_master_key(self, one: Where, file: Path, where: Make, clock: Clock) -> None:
        two = with_master(one, where("sqlite"))
        key = Path(two.state_dir, "keys", "data.key")
        key.write_text("A" * 43 + "=\n")
        assert code_of(lambda: restore(str(file), two, "b", clock)) == "store.master_key_wrong"
        assert [p for p in Path(two.state_dir).rglob("*") if p.is_file()] == [key]

    def test_a_place_that_is_not_empty(
        self, one: Where, file: Path, where: Make, clock: Clock
    ) -> None:
        assert code_of(lambda: restore(str(file), one, "b", clock)) == "store.not_empty"
        full = where("postgres")
        store = opened(full, clock)
        store.ledger.append("ann", "e", "s", {})
        store.close()
        two = with_master(one, where("sqlite"))
        both = Where(state_dir=two.state_dir, database=full.database,
                     password_file=full.password_file)  # fmt: skip
        assert code_of(lambda: restore(str(file), both, "b", clock)) == "store.not_empty"

    def test_a_file_that_is_there(self, one: Where, file: Path, clock: Clock) -> None:
        before = file.read_bytes()
        assert code_of(lambda: write(str(file), one, "ann", clock)) == "store.backup_exists"
        assert file.read_bytes() == before
        write(str(file), one, "ann", clock, overwrite=True)
        assert file.read_bytes() != before

    def test_no_record_and_no_archive(self, where: Make, clock: Clock, tmp_path: Path) -> None:
        two, file = where("sqlite"), tmp_path / "x.zip"
        assert code_of(lambda: write(str(file), two, "a", clock)) == "store.nothing_to_back_up"
        file.write_bytes(b"no zip")
        assert code_of(lambda: restore(str(file), where("sqlite"), "a", clock)) == "store.no_backup"
        assert code_of(lambda: restore("/no", where("sqlite"), "a", clock)) == "store.unusable"

    @pytest.mark.parametrize(
        "name", ["../evil", "/etc/evil", "runs/../../evil", "runs//evil", "keys/data.key", "runs/."]
    )
    def test_a_file_that_would_get_out(
        self, one: Where, file: Path, where: Make, clock: Clock, name: str, tmp_path: Path
    ) -> None:
        evil = _rewritten(file, {name: b"x"})
        two = with_master(one, where("sqlite"))
        assert code_of(lambda: restore(str(evil), two, "b", clock)) == "store.backup_damaged"
        assert not (tmp_path / "evil").exists()
        assert [p.name for p in Path(two.state_dir).rglob("*") if p.is_file()] == ["data.key"]

    @pytest.mark.parametrize("name", ["tables/ledger.jsonl", "tables/changes.jsonl"])
    def test_a_file_that_was_altered(
        self, one: Where, file: Path, where: Make, clock: Clock, name: str
    ) -> None:
        with zipfile.ZipFile(file) as packed:
            data = packed.read(name)
        altered = _rewritten(file, {name: data.replace(b"0", b"1", 1)}, listed=False)
        two = with_master(one, where("sqlite"))
        assert code_of(lambda: restore(str(altered), two, "b", clock)) == "store.backup_damaged"

    def test_an_altered_ledger_whose_list_agrees_is_told_of(
        self, one: Where, file: Path, where: Make, clock: Clock
    ) -> None:
        with zipfile.ZipFile(file) as packed:
            data = packed.read("tables/ledger.jsonl")
        altered = _rewritten(file, {"tables/ledger.jsonl": data.replace(b'"bob"', b'"eve"')})
        _, faults = restore(str(altered), with_master(one, where("sqlite")), "b", clock)
        assert "ledger.altered" in [fault.code for fault in faults]

    def test_no_table_and_no_list(self, one: Where, file: Path, where: Make, clock: Clock) -> None:
        for data in (b"", b"[1]\n", b'["id"]\n["a","b"]\n', b"{}", b'["nope"]\n'):
            broken = _rewritten(file, {"tables/changes.jsonl": data + b"x"})
            two = with_master(one, where("sqlite"))
            told = code_of(partial(restore, str(broken), two, "b", clock))
            assert told == "store.backup_damaged"

    def test_a_newer_one(self, one: Where, file: Path, where: Make, clock: Clock) -> None:
        newer = _rewritten(file, {}, schema="9000")
        assert code_of(lambda: restore(str(newer), where("sqlite"), "b", clock)) == (
            "store.backup_newer"
        )


def _rewritten(file: Path, files: dict[str, bytes], *, listed: bool = True, **fields: Any) -> Path:
    """The archive with other files in it, and a list that agrees with them unless not *listed*."""
    import hashlib

    with zipfile.ZipFile(file) as packed:
        members = {name: packed.read(name) for name in packed.namelist()}
    manifest = json.loads(members.pop("manifest.json")) | fields
    for name, data in files.items():
        members[name] = data
        if listed:
            summed = hashlib.sha256(data).hexdigest()
            manifest["files"][name] = {"size": len(data), "sha256": summed}
    other = file.with_name(f"other{os.urandom(3).hex()}.zip")
    with zipfile.ZipFile(other, "w") as packed:
        for name, data in {**members, "manifest.json": json.dumps(manifest).encode()}.items():
            packed.writestr(name, data)
    return other
