"""The sources of a master key: each says what it needs, bounded, and tells no value."""

import base64
import ctypes
import os
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiki.model.errors import KikiError, RecordError, TemporaryError, UsageError
from kiki.store import key_commands
from kiki.store.key_sources import OwnFile, Source, source
from kiki.store.keys import Keys

RAW = bytes(range(32))
KEY = base64.b64encode(RAW).decode()
CANARY = "canary-of-a-key"


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    return Keys(tmp_path / "keys")


def program(tmp_path: Path, text: str) -> str:
    """A Python program as a command."""
    path = tmp_path / "vault.py"
    path.write_text(text)
    return f"command:{sys.executable} '{path}' --key 'a b'"


def failing(kind: type[KikiError], code: str, asked: Source) -> dict[str, str | int]:
    with pytest.raises(kind) as caught:
        asked.read()
    assert caught.value.code == code
    assert CANARY not in repr(caught.value.params)
    return caught.value.params


class TestNames:
    @pytest.mark.parametrize("setting", ["", "default"])
    def test_the_default_is_the_folders_own(self, keys: Keys, setting: str) -> None:
        assert isinstance(source(setting, keys), OwnFile)

    def test_its_own_file_by_its_path_is_still_its_own(self, keys: Keys, tmp_path: Path) -> None:
        """Moving away from it removes it: it must never be taken for a file elsewhere."""
        assert isinstance(source(f"file:{tmp_path}/keys/data.key", keys), OwnFile)
        keys.master(create=True)
        (tmp_path / "link").symlink_to(tmp_path / "keys")
        assert isinstance(source(f"file:{tmp_path}/link/data.key", keys), OwnFile)

    @pytest.mark.parametrize(
        "setting",
        [CANARY, "file:", "file:relative", "env:", "keyring:", "command:", "command:'a", "vault:x",
         f"{CANARY}:x"],
    )  # fmt: skip
    def test_what_names_none_is_not_repeated(self, keys: Keys, setting: str) -> None:
        with pytest.raises(UsageError) as caught:
            source(setting, keys)
        assert caught.value.code == "store.master_key_unknown"
        assert caught.value.params == {}

    def test_of_a_command_only_the_program_is_named(self, keys: Keys) -> None:
        assert source(f"command:/bin/vault read '{CANARY}'", keys).name == "command:/bin/vault"


class TestFile:
    def test_read(self, keys: Keys, tmp_path: Path) -> None:
        path = tmp_path / "m.key"
        path.write_text(KEY + "\n")
        path.chmod(0o400)
        found = source(f"file:{path}", keys).read()
        assert (found.key, found.name) == (RAW, f"file:{path}")

    def test_one_that_others_may_read(self, keys: Keys, tmp_path: Path) -> None:
        path = tmp_path / "m.key"
        path.write_text(KEY)
        path.chmod(0o640)
        failing(UsageError, "store.key_exposed", source(f"file:{path}", keys))

    def test_missing_and_wrong(self, keys: Keys, tmp_path: Path) -> None:
        path = tmp_path / "m.key"
        params = failing(UsageError, "store.master_key_missing", source(f"file:{path}", keys))
        assert params == {"source": f"file:{path}"}
        assert not path.exists()
        path.write_text(CANARY)
        path.chmod(0o600)
        failing(RecordError, "store.key_invalid", source(f"file:{path}", keys))


class TestVariable:
    def test_read_in_both_spellings(self, keys: Keys, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("A_KEY", KEY)
        monkeypatch.setenv("B_KEY", RAW.hex())
        assert source("env:A_KEY", keys).read().id == source("env:B_KEY", keys).read().id

    def test_missing_and_wrong(self, keys: Keys, monkeypatch: pytest.MonkeyPatch) -> None:
        failing(UsageError, "store.master_key_missing", source("env:A_KEY", keys))
        monkeypatch.setenv("A_KEY", CANARY)
        assert failing(UsageError, "store.master_key_invalid", source("env:A_KEY", keys)) == {
            "source": "env:A_KEY"
        }

    def test_it_is_asked_again_only_for_another_key(
        self, keys: Keys, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("A_KEY", KEY)
        asked = source("env:A_KEY", keys)
        first = asked.read().id
        monkeypatch.setenv("A_KEY", base64.b64encode(b"n" * 32).decode())
        assert asked.read().id == asked.read(first).id == first
        assert asked.read("0" * 16).id != first


class TestCommand:
    def test_it_gets_an_argument_list_and_no_shell(self, keys: Keys, tmp_path: Path) -> None:
        text = (
            "import sys\n"
            "assert sys.argv[1:] == ['--key', 'a b', '$HOME;', '*'], sys.argv\n"
            "assert sys.stdin.read() == ''\n"
            f"print('{KEY}')\n"
        )
        asked = source(program(tmp_path, text) + " '$HOME;' *", keys)
        assert asked.read().key == RAW
        assert asked.name == f"command:{sys.executable}"

    def test_a_bad_end(self, keys: Keys, tmp_path: Path) -> None:
        text = f"import sys; print('{CANARY}'); print('{CANARY}', file=sys.stderr); sys.exit(3)"
        asked = source(program(tmp_path, text), keys)
        params = failing(TemporaryError, "store.master_key_failed", asked)
        assert params["status"] == 3

    def test_no_such_program(self, keys: Keys) -> None:
        asked = source("command:/no/such/vault get", keys)
        params = failing(UsageError, "store.master_key_unusable", asked)
        assert params == {"source": "command:/no/such/vault", "detail": "No such file or directory"}

    @pytest.mark.parametrize("said", ["", "\n", CANARY])
    def test_no_key(self, keys: Keys, tmp_path: Path, said: str) -> None:
        asked = source(program(tmp_path, f"print({said!r})"), keys)
        with pytest.raises(UsageError) as caught:
            asked.read()
        assert caught.value.code in ("store.master_key_missing", "store.master_key_invalid")
        assert CANARY not in repr(caught.value.params)

    def test_too_much_is_not_read_to_its_end(self, tmp_path: Path) -> None:
        text = "import sys\nwhile True: sys.stdout.write('A' * 65536)"
        (tmp_path / "flood.py").write_text(text)
        started = time.monotonic()
        with pytest.raises(UsageError) as caught:
            key_commands.output([sys.executable, str(tmp_path / "flood.py")], "command:flood")
        assert caught.value.code == "store.master_key_unusable"
        assert time.monotonic() - started < 10

    @pytest.mark.parametrize(
        "text",
        [
            "import time; time.sleep(60)",
            f"import os, time; print('{KEY}', flush=True); os.close(1); time.sleep(60)",
            # it ends, and what it started keeps the output open
            "import subprocess, sys; subprocess.Popen([sys.executable, '-c', "
            "'import time; time.sleep(60)'])",
        ],
    )
    def test_one_that_takes_too_long_is_ended_with_all_that_it_started(
        self, tmp_path: Path, text: str
    ) -> None:
        mark = f"kiki-test-{uuid.uuid4().hex}"
        (tmp_path / "slow.py").write_text(text)
        os.environ["KIKI_MARK_OF_TEST"] = mark
        try:
            with pytest.raises(TemporaryError) as caught:
                key_commands.output([sys.executable, str(tmp_path / "slow.py")], "command:slow", 1)
        finally:
            del os.environ["KIKI_MARK_OF_TEST"]
        assert caught.value.code == "store.master_key_timeout"
        deadline = time.monotonic() + 5
        while (left := with_mark(mark)) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert left == []


def with_mark(mark: str) -> list[str]:
    """Processes that have *mark* in their environment."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and mark.encode() in (entry / "environ").read_bytes():
                found.append(entry.name)
        except OSError:
            continue
    return found


class TestKeyring:
    """The kernel's own keyring, where this machine lets us have one."""

    @pytest.fixture
    def name(self) -> Iterator[str]:
        try:
            tool = ctypes.CDLL("libkeyutils.so.1", use_errno=True)
        except OSError:
            pytest.skip("libkeyutils is not installed")
        name = f"kiki-test-{uuid.uuid4().hex}"
        key = tool.add_key(b"user", name.encode(), KEY.encode(), len(KEY), -4)
        if key < 0:
            pytest.skip(f"no keyring here: {os.strerror(ctypes.get_errno())}")
        yield name
        tool.keyctl_unlink(key, -4)

    def test_read(self, keys: Keys, name: str) -> None:
        found = source(f"keyring:{name}", keys).read()
        assert (found.key, found.name) == (RAW, f"keyring:{name}")

    def test_missing(self, keys: Keys, name: str) -> None:
        asked = source(f"keyring:{name}-not", keys)
        assert failing(UsageError, "store.master_key_missing", asked) == {
            "source": f"keyring:{name}-not"
        }

    def test_one_that_expired(self, keys: Keys, name: str) -> None:
        tool = ctypes.CDLL("libkeyutils.so.1", use_errno=True)
        key = tool.keyctl_search(-4, b"user", name.encode(), 0)
        tool.keyctl_set_timeout(key, 1)
        time.sleep(1.5)
        failing(UsageError, "store.master_key_missing", source(f"keyring:{name}", keys))

    def test_without_the_library(self, keys: Keys, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("kiki.store.kernel_keyring._LIBRARY", "libnot-there.so.9")
        params = failing(UsageError, "store.master_key_unusable", source("keyring:x", keys))
        assert params["detail"] == "libnot-there.so.9 is not installed"
