"""Where heads are kept: a file, the system's log, a Git repository.

Called by ``store.anchors.keeping``. Each place is a line of the setting ``ledger_anchors``. A place
that is full, away or slow raises ``OSError``, never anything else; what that means is the caller's
business.
"""

import fcntl
import os
import socket
import subprocess
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from kiki.model.errors import UsageError

FILE = "kiki-ledger-heads.txt"
"""The file in a Git repository."""

_WAIT_S = 10.0
_PRIORITY = 13 * 8 + 5  # "log audit" and "notice": RFC 5424, section 6.2.1
_UDP = 514
_LAST_PORT = 65535


class Place(Protocol):
    """One place. *name* is as the setting has it."""

    name: str

    def keep(self, line: str) -> None:
        """Add a line."""
        ...

    def lines(self) -> Iterable[str]:
        """What is kept there; nothing for a place that can't be read back."""
        ...


class FilePlace:
    """A file that grows: on a share of another machine, or on a medium that is written once."""

    def __init__(self, name: str, path: Path) -> None:
        self.name = name
        self._path = path

    def keep(self, line: str) -> None:
        """Append, durably."""
        handle = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            os.write(handle, f"{_now()} {line}\n".encode())
            os.fsync(handle)
        finally:
            os.close(handle)

    def lines(self) -> Iterable[str]:
        """Every line of the file."""
        return self._path.read_text("utf-8", "replace").splitlines()


class SyslogPlace:
    """The system's log, or one on another machine by UDP (RFC 5424). It is not read back: give its
    file back as ``read:/PATH``."""

    def __init__(self, name: str, address: str | tuple[str, int]) -> None:
        self.name = name
        self._address = address

    def keep(self, line: str) -> None:
        """Send one message."""
        here = isinstance(self._address, str)
        family = socket.AF_UNIX if here else _family(self._address)
        with socket.socket(family, socket.SOCK_DGRAM) as out:
            out.settimeout(_WAIT_S)
            out.connect(self._address)
            # A log of this machine adds time and host by itself: RFC 3164's form.
            columns = "kiki:" if here else f"1 {_now()} {socket.gethostname()} kiki - - -"
            out.send(f"<{_PRIORITY}>{columns} {line}".encode())

    def lines(self) -> Iterable[str]:
        """Nothing."""
        return ()


class ReadPlace(FilePlace):
    """A file that somebody else writes, as a copy of a log with the heads in it."""

    def keep(self, line: str) -> None:
        """Nothing: it is only read."""


class GitPlace:
    """A clone of a Git repository: a line and a commit for each head, pushed where the clone's
    branch has a remote to be pushed to."""

    def __init__(self, name: str, path: Path) -> None:
        self.name = name
        self._path = path

    def keep(self, line: str) -> None:
        """Commit, and push; one process at a time."""
        with (self._path / ".git" / "kiki.lock").open("w") as alone:
            fcntl.flock(alone, fcntl.LOCK_EX)
            with (self._path / FILE).open("a", encoding="utf-8") as file:
                file.write(f"{_now()} {line}\n")
            self._git("add", "--", FILE)
            why = "Keep a head of Kiki's ledger"
            self._git("commit", "--quiet", "--no-verify", "-m", why, "--", FILE)
            if self._git("remote").strip():
                self._git("push", "--quiet")

    def lines(self) -> Iterable[str]:
        """What the last commit has: the file beside it could be anybody's."""
        return self._git("show", f"HEAD:{FILE}").splitlines()

    def _git(self, *given: str) -> str:
        command = ["git", "-C", str(self._path), "-c", "core.hooksPath=/dev/null", "-c",
                   "user.name=Kiki", "-c", "user.email=kiki@localhost", *given]  # fmt: skip
        try:
            done = subprocess.run(
                command,
                capture_output=True,
                text=True,
                errors="replace",  # what Git says may be in any encoding
                stdin=subprocess.DEVNULL,
                start_new_session=True,  # no terminal that it could ask for a password
                timeout=_WAIT_S,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise OSError(f"git {given[0]}: {_WAIT_S:g} s") from error
        if done.returncode:
            said = done.stderr.strip().partition("\n")[0]
            raise OSError(f"git {given[0]}: {said[:200]}")
        return done.stdout


_AT_PATH: dict[str, Callable[[str, Path], Place]] = {
    "file": FilePlace,
    "git": GitPlace,
    "read": ReadPlace,
}


def place(text: str) -> Place:
    """The place that a line of the setting names: ``file:/PATH``, ``git:/PATH``, ``syslog``,
    ``syslog:HOST[:PORT]`` or ``read:/PATH``. UsageError ``ledger.anchor_unknown``."""
    kind, _, rest = text.partition(":")
    if kind in _AT_PATH and rest.startswith("/"):
        return _AT_PATH[kind](text, Path(rest))
    if kind == "syslog":
        host, _, port = rest.partition(":")
        if not rest:
            return SyslogPlace(text, "/dev/log")
        if host.startswith("/"):
            return SyslogPlace(text, rest)
        if not port or (port.isdecimal() and 0 < int(port[:6]) <= _LAST_PORT):
            return SyslogPlace(text, (host, int(port or _UDP)))
    raise UsageError("ledger.anchor_unknown", place=text)


def _family(address: str | tuple[str, int]) -> socket.AddressFamily:
    found = socket.getaddrinfo(address[0], address[1], type=socket.SOCK_DGRAM)
    return found[0][0]


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
