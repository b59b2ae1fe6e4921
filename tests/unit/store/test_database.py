"""Opening the file, its schema, its privacy, and what its failures become."""

import os
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from kiki.model.errors import KikiError, RecordError, TemporaryError, UsageError
from kiki.model.request import Request
from kiki.store import schema
from kiki.store.database import REVISION, Database, connect
from kiki.store.opening import Store, open_store


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def raw(state: Path) -> sqlite3.Connection:
    return sqlite3.connect(state / "kiki.db", isolation_level=None)


class TestSchema:
    def test_metadata_and_migrations_agree(self, state: Path) -> None:
        engine = create_engine(f"sqlite:///{state / 'kiki.db'}")
        with engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            assert compare_metadata(context, schema.metadata) == []
        engine.dispose()

    def test_the_newest_migration_is_the_one_that_the_code_knows(self) -> None:
        folder = Path(schema.__file__).parent / "migrations"
        assert ScriptDirectory(str(folder)).get_heads() == [REVISION]

    def test_durability_settings(self, state: Path) -> None:
        database = Database(state / "kiki.db")
        with database.reading() as connection:
            pragma = {
                name: connection.execute(f"PRAGMA {name}").fetchone()[0]
                for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
            }
        database.close()
        assert pragma == {
            "journal_mode": "wal",
            "synchronous": 2,
            "foreign_keys": 1,
            "busy_timeout": 10000,
        }

    def test_an_up_to_date_database_needs_no_sqlalchemy(self, state: Path) -> None:
        program = (
            "import sys; from kiki.store.opening import open_store; "
            f"open_store({str(state)!r}, str).changes.running(); "
            "print({'alembic', 'sqlalchemy'} & set(sys.modules))"
        )
        environment = {**os.environ, "PYTHONPATH": str(Path(schema.__file__).parents[2])}
        done = subprocess.run(
            [sys.executable, "-c", program], env=environment, capture_output=True, text=True
        )
        assert (done.stdout, done.stderr) == ("set()\n", "")

    def test_a_newer_schema_is_refused_and_left_alone(self, state: Path) -> None:
        with raw(state) as connection:
            connection.execute("UPDATE alembic_version SET version_num = '9000'")
        before = (state / "kiki.db").read_bytes()
        with pytest.raises(UsageError) as caught:
            open_store(str(state), str)
        assert caught.value.code == "store.newer_schema"
        assert caught.value.params["found"] == "9000"
        assert (state / "kiki.db").read_bytes() == before

    def test_an_unknown_version_is_damage(self, state: Path) -> None:
        with raw(state) as connection:
            connection.execute("UPDATE alembic_version SET version_num = 'f00'")
        with pytest.raises(RecordError) as caught:
            open_store(str(state), str)
        assert caught.value.code == "store.corrupt"

    def test_two_processes_may_make_it_at_once(self, tmp_path: Path) -> None:
        program = (
            "from kiki.store.opening import open_store; "
            f"open_store({str(tmp_path / 'state')!r}, lambda: '2026-01-01T00:00:00.000Z')"
            ".ledger.append('ann', 'e', 's', {})"
        )
        environment = {**os.environ, "PYTHONPATH": str(Path(schema.__file__).parents[2])}
        started = [
            subprocess.Popen([sys.executable, "-c", program], env=environment) for _ in range(3)
        ]
        assert [process.wait(60) for process in started] == [0, 0, 0]
        store = open_store(str(tmp_path / "state"), str)
        assert len(store.ledger.records()) == 3
        assert store.ledger.verify() == ()
        store.close()

    def test_who_opens_a_new_file_waits_for_who_writes_it(self, tmp_path: Path) -> None:
        """SQLite itself gives up at once when a file is to get its journal."""
        path = tmp_path / "new.db"
        writer = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        writer.execute("BEGIN IMMEDIATE")
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            connect(path, 0.05)
        done = threading.Timer(0.2, writer.execute, ["ROLLBACK"])
        done.start()
        opened = connect(path, 10.0)
        assert opened.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        opened.close()
        done.join()
        writer.close()


class TestTransactions:
    def test_a_writer_is_alone_from_its_start_on(self, state: Path) -> None:
        """So what it compares can't move before it writes."""
        database = Database(state / "kiki.db")
        other = sqlite3.connect(state / "kiki.db", isolation_level=None, timeout=0)
        with database.writing(), pytest.raises(sqlite3.OperationalError):
            other.execute("BEGIN IMMEDIATE")
        other.execute("BEGIN IMMEDIATE")
        other.close()
        database.close()

    def test_a_reader_sees_one_moment(self, state: Path) -> None:
        database = Database(state / "kiki.db")
        count = "SELECT count(*) FROM locks"
        with database.reading() as reader:
            before = reader.execute(count).fetchone()
            with database.writing() as writer:
                writer.execute("INSERT INTO locks VALUES ('a', 'b', 'c')")
            assert reader.execute(count).fetchone() == before == (0,)
        with database.reading() as reader:
            assert reader.execute(count).fetchone() == (1,)
        database.close()

    def test_what_fails_leaves_nothing(self, state: Path) -> None:
        database = Database(state / "kiki.db")
        with pytest.raises(ZeroDivisionError), database.writing() as connection:
            connection.execute("INSERT INTO locks VALUES ('a', 'b', 'c')")
            1 / 0  # noqa: B018
        with database.reading() as connection:
            assert connection.execute("SELECT * FROM locks").fetchall() == []
        database.close()

    def test_processes_that_write_at_once_wait_for_each_other(self, state: Path) -> None:
        program = (
            "from kiki.store.opening import open_store\n"
            f"store = open_store({str(state)!r}, lambda: '2026-01-01T00:00:00.000Z')\n"
            "for n in range(40): store.ledger.append('ann', 'e', 's', {'n': n})"
        )
        environment = {**os.environ, "PYTHONPATH": str(Path(schema.__file__).parents[2])}
        started = [
            subprocess.Popen([sys.executable, "-c", program], env=environment) for _ in range(3)
        ]
        assert [process.wait(60) for process in started] == [0, 0, 0]
        store = open_store(str(state), str)
        assert len(store.ledger.records()) == 120
        assert store.ledger.verify() == ()
        store.close()


class TestPrivacy:
    def test_everything_is_the_owners_only(self, tmp_path: Path, clock: Any) -> None:
        before = os.umask(0)
        try:
            store = open_store(str(tmp_path / "a" / "state"), clock)
            store.secrets.put("db", "x")
            store.ledger.append("ann", "e", "s", {})
        finally:
            os.umask(before)
        folder = tmp_path / "a" / "state"
        found = {str(path.relative_to(folder)): mode(path) for path in folder.rglob("*")}
        store.close()
        assert mode(folder) == 0o700
        assert found.pop("keys") == 0o700
        assert set(found) == {
            "kiki.db",
            "kiki.db-wal",
            "kiki.db-shm",
            "keys/data.key",
            "keys/ledger.key",
        }
        assert set(found.values()) == {0o600}

    def test_an_empty_folder_is_closed(self, tmp_path: Path, clock: Any) -> None:
        (tmp_path / "state").mkdir(mode=0o755)
        open_store(str(tmp_path / "state"), clock).close()
        assert mode(tmp_path / "state") == 0o700

    def test_a_shared_folder_with_other_things_is_refused(self, tmp_path: Path) -> None:
        folder = tmp_path / "shared"
        folder.mkdir()
        folder.chmod(0o777)
        (folder / "notes.txt").touch()
        with pytest.raises(UsageError) as caught:
            open_store(str(folder), str)
        assert caught.value.code == "store.folder_exposed"
        assert caught.value.params["mode"] == "0777"
        assert mode(folder) == 0o777
        assert [path.name for path in folder.iterdir()] == ["notes.txt"]

    def test_no_plain_text_of_plans_or_secrets_on_disk(
        self, store: Store, state: Path, make_change: Any
    ) -> None:
        change = make_change(params={"diff": "root:$6$planted"})
        store.changes.create(change, "ann", "request", {})
        store.secrets.put("db", "hunter2-planted")
        data = b"".join(path.read_bytes() for path in state.rglob("*") if path.is_file())
        assert b"planted" not in data
        assert "Nginx 설치".encode() in data, "the search itself works"


class TestFailures:
    """Every failure that a user can cause is an error of Kiki's, and loses nothing."""

    def test_disk_full(self, store: Store, state: Path, make_change: Any) -> None:
        store.changes.create(make_change(), "ann", "request", {})
        _limit_to_present_size(store)
        big = Request(message="x" * 5_000_000)
        with pytest.raises(TemporaryError) as caught:
            store.changes.create(make_change(request=big), "ann", "request", {})
        assert caught.value.code == "store.disk_full"
        assert store.ledger.verify() == ()
        assert len(store.ledger.records()) == 1

    def test_locked_by_another_writer(self, store: Store, state: Path, make_change: Any) -> None:
        other = raw(state)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(TemporaryError) as caught:
            store.changes.create(make_change(), "ann", "request", {})
        assert caught.value.code == "store.locked"
        assert store.changes.running() == (), "reading goes on"
        other.execute("ROLLBACK")
        other.close()
        store.changes.create(make_change(), "ann", "request", {})

    def test_read_only(self, store: Store, make_change: Any) -> None:
        _each_connection(store, "PRAGMA query_only = ON")
        with pytest.raises(UsageError) as caught:
            store.changes.create(make_change(), "ann", "request", {})
        assert caught.value.code == "store.readonly"

    def test_a_place_that_may_not_be_written(self) -> None:
        with pytest.raises(UsageError) as caught:
            open_store("/sys/kernel/kiki-state", str)
        assert caught.value.code == "store.readonly"

    def test_a_place_that_is_no_folder(self, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        for place in ("file", "file/below"):
            with pytest.raises(UsageError) as caught:
                open_store(str(tmp_path / place), str)
            assert caught.value.code == "store.unusable"
            assert caught.value.params["detail"]

    @pytest.mark.parametrize(
        "damage",
        [
            lambda data: b"not a database at all" * 100,
            lambda data: data[:100] + b"\xff" * (len(data) - 100),
            lambda data: data[: len(data) // 2],
        ],
        ids=["other file", "overwritten", "cut"],
    )
    def test_damaged_file(self, state: Path, clock: Any, damage: Callable[[bytes], bytes]) -> None:
        path = state / "kiki.db"
        path.write_bytes(damage(path.read_bytes()))
        with pytest.raises(RecordError) as caught:
            opened = open_store(str(state), clock)
            opened.ledger.append("ann", "e", "s", {})
        assert caught.value.code == "store.corrupt"

    def test_a_lost_table_is_damage(self, store: Store, state: Path) -> None:
        with raw(state) as connection:
            connection.execute("DROP TABLE locks")
        with pytest.raises(RecordError) as caught:
            store.changes.lock(["inventory"], "a")
        assert caught.value.code == "store.corrupt"

    def test_errors_hold_no_values_of_statements(self, store: Store, state: Path) -> None:
        with raw(state) as connection:
            connection.execute("DROP TABLE locks")
        with pytest.raises(KikiError) as caught:
            store.changes.lock(["planted-value"], "a")
        chain: BaseException | None = caught.value
        while chain is not None:
            assert "planted-value" not in str(chain)
            chain = chain.__cause__ or chain.__context__


class TestAppendOnly:
    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE ledger SET actor = 'eve' WHERE sequence = 1",
            "DELETE FROM ledger WHERE sequence = 2",
            "DELETE FROM ledger",
            "DELETE FROM ledger_head",
            "UPDATE ledger_head SET sequence = 1",
            "UPDATE ledger_head SET hash = 'x'",
            "INSERT INTO ledger SELECT sequence + 5, at, actor, event, subject, data, previous,"
            " hash FROM ledger WHERE sequence = 2",
            "INSERT OR REPLACE INTO ledger SELECT 1, at, actor, event, subject, data, previous,"
            " hash FROM ledger WHERE sequence = 2",
            "INSERT INTO ledger_head SELECT 2, sequence, hash, signature, key FROM ledger_head",
        ],
    )
    def test_sql_itself_refuses(self, store: Store, state: Path, statement: str) -> None:
        for _ in range(2):
            store.ledger.append("ann", "e", "s", {})
        connection = raw(state)
        with pytest.raises(sqlite3.IntegrityError):
            connection.execute(statement)
        connection.close()
        assert store.ledger.verify() == ()


def _limit_to_present_size(store: Store) -> None:
    """As on a full disk: SQLite gives the same SQLITE_FULL when its page limit is reached."""
    database: Any = store.changes._database  # type: ignore[attr-defined]
    with database.reading() as connection:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
    _each_connection(store, f"PRAGMA max_page_count = {pages}")


def _each_connection(store: Store, statement: str) -> None:
    """Run *statement* on the connections that the store has."""
    database: Any = store.changes._database  # type: ignore[attr-defined]
    assert len(database._idle) == 1, "nothing was done at the same time"
    database._idle[0].execute(statement)
