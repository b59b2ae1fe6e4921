"""Heads kept in files, logs and Git repositories: when, and what they prove."""

import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from kiki.model.errors import TemporaryError, UsageError
from kiki.store.anchors.keeping import EVERY
from kiki.store.anchors.lines import MARK, heads, line
from kiki.store.anchors.places import FILE, place
from kiki.store.opening import Store, open_store
from tests.unit.store.conftest import Clock, MakeChange

Open = Callable[..., Store]


@pytest.fixture
def opened(state: Path, clock: Clock) -> Iterator[Open]:
    stores: list[Store] = []

    def fresh(*anchors: str, folder: Path = state) -> Store:
        stores.append(open_store(str(folder), clock, anchors=anchors))
        return stores[-1]

    yield fresh
    for store in stores:
        store.close()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A clone whose branch has a remote."""
    remote, clone = tmp_path / "remote.git", tmp_path / "clone"
    subprocess.run(["git", "init", "--quiet", "--bare", "-b", "main", str(remote)], check=True)
    subprocess.run(
        ["git", "clone", "--quiet", str(remote), str(clone)], check=True, capture_output=True
    )
    subprocess.run(["git", "-C", str(clone), "config", "push.autoSetupRemote", "true"], check=True)
    return clone


def codes(store: Store) -> list[str]:
    return [fault.code for fault in store.ledger.verify()]


class TestWhen:
    def test_after_every_approval(
        self, opened: Open, tmp_path: Path, make_change: MakeChange
    ) -> None:
        kept = tmp_path / "heads"
        store = opened(f"file:{kept}")
        change = store.changes.create(make_change(), "ann", "request", {})
        assert not kept.exists()
        change = store.changes.save(change, "bob", "approve", {})
        store.changes.save(change, "bob", "break_glass", {})
        found = list(heads(kept.read_text().splitlines()))
        assert [head.sequence for head in found] == [2, 3]
        assert found[-1] == store.ledger.head()
        assert kept.stat().st_mode & 0o777 == 0o600

    def test_and_every_thousand_records(self, opened: Open, tmp_path: Path) -> None:
        kept = tmp_path / "heads"
        store = opened(f"file:{kept}")
        for _ in range(EVERY + 1):
            store.ledger.append("ann", "e", "s", {})
        assert [head.sequence for head in heads(kept.read_text().splitlines())] == [EVERY]
        assert codes(store) == []

    def test_not_when_it_was_not_recorded(
        self, opened: Open, tmp_path: Path, make_change: MakeChange
    ) -> None:
        store = opened(f"file:{tmp_path / 'heads'}")
        change = store.changes.create(make_change(), "ann", "request", {})
        stale = msgspec.structs.replace(change, version=7)
        with pytest.raises(Exception, match="moved"):
            store.changes.save(stale, "bob", "approve", {})
        store.ledger.append("ann", "e", "s", {})
        assert not (tmp_path / "heads").exists()

    def test_a_place_that_is_away_undoes_nothing(
        self, opened: Open, tmp_path: Path, make_change: MakeChange
    ) -> None:
        away, there = tmp_path / "no" / "heads", tmp_path / "heads"
        store = opened(f"file:{away}", f"file:{there}")
        change = store.changes.create(make_change(), "ann", "request", {})
        store.changes.save(change, "bob", "approve", {})
        assert len(list(heads(there.read_text().splitlines()))) == 1
        (fault,) = store.ledger.verify()
        assert (fault.code, fault.params["place"]) == ("ledger.anchor_unreadable", f"file:{away}")
        head = store.ledger.head()
        assert head is not None
        with pytest.raises(TemporaryError) as caught:
            store.anchors.keep(head)
        assert caught.value.code == "ledger.anchor_away"
        assert len(list(heads(there.read_text().splitlines()))) == 2

    def test_nor_one_that_fails_in_another_way(self, opened: Open, tmp_path: Path) -> None:
        there = tmp_path / "heads"
        store = opened("syslog:..:514", f"file:{tmp_path}/a\0b", f"file:{there}")
        store.ledger.append("ann", "approve", "s", {})  # UnicodeError, ValueError
        assert len(list(heads(there.read_text().splitlines()))) == 1
        (fault,) = store.ledger.verify()
        assert (fault.code, fault.params["detail"]) == (
            "ledger.anchor_unreadable", "embedded null byte")  # fmt: skip
        keeping = store.anchors

        def locked() -> None:
            raise TemporaryError("store.locked")

        keeping.note("approve", 2)
        keeping.settle(locked)
        assert len(store.ledger.records("s")) == 1

    def test_git_says_it_in_another_encoding(
        self, opened: Open, repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        tool = tmp_path / "bin" / "git"
        tool.parent.mkdir()
        tool.write_text("#!/bin/sh\nprintf '\\354\\342' >&2\nexit 1\n")
        tool.chmod(0o755)
        monkeypatch.setenv("PATH", str(tool.parent))
        store = opened(f"git:{repository}")
        store.ledger.append("ann", "approve", "s", {})
        assert codes(store) == ["ledger.anchor_unreadable"]


class TestWhatItProves:
    def test_an_older_copy_of_everything_put_back(
        self, opened: Open, state: Path, tmp_path: Path
    ) -> None:
        anchor = f"file:{tmp_path / 'heads'}"
        store = opened(anchor)
        store.ledger.append("ann", "e", "s", {})
        store.close()
        shutil.copytree(state, tmp_path / "older")
        store.ledger.append("eve", "approve", "s", {})
        assert codes(store) == []
        assert codes(opened(folder=tmp_path / "older")) == []
        assert codes(opened(anchor, folder=tmp_path / "older")) == ["ledger.anchor_ahead"]

    def test_another_history_signed_with_the_same_key(
        self, opened: Open, state: Path, tmp_path: Path, clock: Clock
    ) -> None:
        anchor = f"file:{tmp_path / 'heads'}"
        opened(anchor).ledger.append("ann", "approve", "s", {})
        shutil.copytree(state / "keys", tmp_path / "other" / "keys")
        (tmp_path / "other").chmod(0o700)
        other = opened(anchor, folder=tmp_path / "other")
        other.ledger.append("bob", "approve", "s", {})
        assert codes(opened(folder=tmp_path / "other")) == []
        assert codes(other) == ["ledger.anchor_differs"]

    def test_a_head_that_is_not_ours(self, opened: Open, state: Path, tmp_path: Path) -> None:
        store = opened()
        store.ledger.append("ann", "e", "s", {})
        head = store.ledger.head()
        assert head is not None
        forged = msgspec.structs.replace(head, signature="AAAA")
        (tmp_path / "heads").write_text(line(forged) + "\n")
        assert codes(opened(f"read:{tmp_path / 'heads'}")) == ["ledger.anchor_forged"]


class TestPlaces:
    def test_git_commits_and_pushes(self, opened: Open, repository: Path, tmp_path: Path) -> None:
        store = opened(f"git:{repository}")
        store.ledger.append("ann", "approve", "s", {})
        store.ledger.append("ann", "approve", "s", {})
        pushed = subprocess.run(
            ["git", "-C", str(tmp_path / "remote.git"), "show", f"main:{FILE}"],
            check=True, capture_output=True, text=True,
        ).stdout  # fmt: skip
        assert [head.sequence for head in heads(pushed.splitlines())] == [1, 2]
        assert codes(store) == []
        (repository / FILE).write_text("")  # only what was committed counts
        assert codes(store) == []

    def test_a_hook_of_the_repository_is_not_run(self, opened: Open, repository: Path) -> None:
        hook = repository / ".git" / "hooks" / "post-commit"
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(f"#!/bin/sh\ntouch {repository}/ran\n")
        hook.chmod(0o755)
        opened(f"git:{repository}").ledger.append("ann", "approve", "s", {})
        assert not (repository / "ran").exists()

    def test_no_repository(self, opened: Open, tmp_path: Path) -> None:
        store = opened(f"git:{tmp_path / 'no'}")
        store.ledger.append("ann", "approve", "s", {})
        assert codes(store) == ["ledger.anchor_unreadable"]

    def test_the_log_of_this_machine(self, opened: Open, tmp_path: Path) -> None:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as log:
            log.bind(str(tmp_path / "log"))
            log.settimeout(5)
            store = opened(f"syslog:{tmp_path / 'log'}")
            store.ledger.append("ann", "approve", "s", {})
            said = log.recv(4096).decode()
        assert said.startswith(f"<109>kiki: {MARK}")
        assert list(heads([said])) == [store.ledger.head()]

    def test_a_log_elsewhere_whose_file_is_read_back(self, opened: Open, tmp_path: Path) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as log:
            log.bind(("127.0.0.1", 0))
            log.settimeout(5)
            port, copy = log.getsockname()[1], tmp_path / "copy.log"
            copy.write_text("")
            store = opened(f"syslog:127.0.0.1:{port}", f"read:{copy}")
            store.ledger.append("ann", "approve", "s", {})
            said = log.recv(4096).decode()
        assert said.startswith("<109>1 20")
        copy.write_text(f"Nov 27 db1 {said}\nsomething else\n{MARK}{{broken\n")
        assert codes(store) == []

    @pytest.mark.parametrize(
        "text",
        ["", "file:heads", "git:clone", "tape:/dev/st0", "syslog:h:x", "syslog:h:65536",
         "syslog:h:0", "syslog:h:9999999999"],
    )  # fmt: skip
    def test_no_place(self, text: str) -> None:
        with pytest.raises(UsageError) as caught:
            place(text)
        assert caught.value.code == "ledger.anchor_unknown"
