"""Files of known hosts: which key of a host is known, which line says so, and adding keys.

Called by ``hosts.tools``. Format: sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT": markers, hashed names
(HMAC-SHA1 with a salt), patterns with ``*``, ``?`` and ``!``, ``[host]:port``. Certificates of
authorities are not judged here: a host with one is ssh's to check.
"""

import base64
import binascii
import fnmatch
import hashlib
import hmac
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from msgspec.structs import replace

from kiki.execution.faults import guarded
from kiki.model.errors import UsageError
from kiki.model.hosts import HostKey

_REVOKED = "@revoked"
_AUTHORITY = "@cert-authority"
_PATTERN = frozenset("*?!|")  # in a line's names: patterns, and hashed names


class Line(NamedTuple):
    """One line that names keys."""

    names: str
    type: str
    blob: str
    place: str
    marker: str = ""


def name_of(address: str, port: int) -> str:
    """How a file names a host: with the port where that is not 22."""
    return address if port == 22 else f"[{address}]:{port}"


def fingerprint(blob: str) -> str:
    """``SHA256:...`` of a key in base64, as ``ssh-keygen -l`` writes it."""
    digest = hashlib.sha256(base64.b64decode(blob)).digest()
    return "SHA256:" + base64.b64encode(digest).decode().rstrip("=")


class Known:
    """The lines of some files, so that a question does not look at all of them: ten thousand hosts
    have ten thousand lines."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self._by_blob: dict[str, list[Line]] = {}
        self._plain: dict[tuple[str, str], Line] = {}
        self._others: dict[str, list[Line]] = {}
        self._order: dict[str, int] = {}
        for number, line in enumerate(lines):
            if line.marker == _AUTHORITY:
                continue
            self._order[line.place] = number
            self._by_blob.setdefault(line.blob, []).append(line)
            self._sort(line)

    def same(self, key: HostKey) -> Iterator[Line]:
        """The lines about the host of *key* with just that key, in order."""
        lines = self._by_blob.get(key.blob, ())
        return (line for line in lines if _names(line.names, key.name))

    def other(self, key: HostKey) -> str:
        """The place of the last line that has a key of this type for the host; empty without."""
        found = [line for line in self._others.get(key.type, ()) if _names(line.names, key.name)]
        plain = self._plain.get((key.type, key.name.lower()))
        found += [plain] if plain else []
        return max(found, key=lambda line: self._order[line.place]).place if found else ""

    def _sort(self, line: Line) -> None:
        if line.marker:
            return
        if _PATTERN.isdisjoint(line.names):
            for name in line.names.lower().split(","):
                self._plain[line.type, name] = line
        else:
            self._others.setdefault(line.type, []).append(line)


def read(paths: Iterable[Path]) -> Known:
    """The lines of all files; one that is missing has none. UsageError ``hosts.unreadable``."""
    return Known(line for path in paths for line in _lines(path))


def judged(key: HostKey, known: Known) -> HostKey:
    """*key* with its state: known, changed (another key of this type is), revoked, or new."""
    for line in known.same(key):
        if line.marker == _REVOKED:
            return replace(key, state="revoked", place=line.place)
        if not line.marker and line.type == key.type:
            return replace(key, state="known", place=line.place)
    other = known.other(key)
    return replace(key, state="changed" if other else "new", place=other)


def add(path: Path, keys: Iterable[HostKey]) -> None:
    """Append *keys* to the file, which is made (0600) when it is missing; whole or not at all."""
    with guarded(path):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        before = path.read_text("utf-8", "surrogateescape") if path.exists() else ""
        if before and not before.endswith("\n"):
            before += "\n"
        text = before + "".join(f"{key.name} {key.type} {key.blob}\n" for key in keys)
        aside = path.with_name(f".{path.name}.{os.getpid()}")
        handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8", errors="surrogateescape") as file:
            file.write(text)
        if path.exists():
            aside.chmod(path.stat().st_mode & 0o777)
        aside.replace(path.resolve())


def _lines(path: Path) -> Iterator[Line]:
    try:
        text = path.read_text("utf-8", "replace")
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError as error:
        why = error.strerror or str(error)
        raise UsageError("hosts.unreadable", path=str(path), why=why) from error
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.split()
        marker = words.pop(0) if words and words[0].startswith("@") else ""
        if len(words) >= 3 and not words[0].startswith("#"):
            yield Line(words[0], words[1], words[2], f"{path}:{number}", marker)


def _names(names: str, name: str) -> bool:
    if names.startswith("|1|"):
        return _hashes(names, name)
    wanted = False
    for pattern in names.lower().split(","):
        if fnmatch.fnmatchcase(name.lower(), _escaped(pattern.removeprefix("!"))):
            if pattern.startswith("!"):
                return False
            wanted = True
    return wanted


def _escaped(pattern: str) -> str:
    """Brackets are letters here: ``[host]:2222``."""
    return pattern.replace("[", "[[]")


def _hashes(names: str, name: str) -> bool:
    try:
        _, _, salt, digest = names.split("|")
        made = hmac.new(base64.b64decode(salt), name.lower().encode(), "sha1").digest()
        return hmac.compare_digest(made, base64.b64decode(digest))
    except (ValueError, binascii.Error):
        return False
