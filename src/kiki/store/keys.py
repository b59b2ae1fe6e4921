"""The key files of a state folder: one signs the ledger's head, one is its default master key.

Called by ``store.ledger`` and ``store.key_sources``. Each key is 32 random bytes in base64 in a
file that only its owner may read, made on first use. A key that others could read is refused, and
one that has gone missing is never silently replaced: what it made could not be read or verified.

The master key is exchanged in steps that may be cut at any point: the next one lies beside it,
named by its id, before the record says that it counts, and takes its place after.
"""

import base64
import binascii
import os
import re
import secrets
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiki.model.errors import RecordError, UsageError
from kiki.store.files import file_failures, settle, write_whole
from kiki.store.sealed import key_id

LENGTH = 32
MASTER = "data.key"
_LEDGER = "ledger.key"
_BEGUN = "begun"
_HEX = re.compile(rb"[0-9A-Fa-f]{64}")
_ID = re.compile(r"[0-9a-f]{16}")


class Keys:
    """The keys in one folder. *create* below says whether a missing key may be made.

    Raises UsageError ``store.key_exposed``; RecordError ``store.key_missing``,
    ``store.key_invalid``; and what ``file_failures`` raises.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._ledger: Ed25519PrivateKey | None = None

    def ledger(self, *, create: bool) -> Ed25519PrivateKey:
        """The Ed25519 key that signs the ledger's head."""
        if self._ledger is None:
            path = self._folder / _LEDGER
            if create:
                _make(path)
            self._ledger = Ed25519PrivateKey.from_private_bytes(read_key(path))
        return self._ledger

    def master(self, wanted: str = "", *, create: bool = False) -> bytes:
        """The default master key: the one with the id *wanted*, also when its exchange was cut
        before the old one was replaced; else the one that is there."""
        if create:
            _make(self._folder / MASTER)
        if _ID.fullmatch(wanted) and self._next(wanted).exists():
            self.promote(wanted)
        return read_key(self._folder / MASTER)

    def prepare(self) -> bytes:
        """A new master key, laid beside the present one; nothing says yet that it counts. Only for
        whoever is alone in writing: what earlier, cut exchanges left is removed."""
        key = secrets.token_bytes(LENGTH)
        with file_failures(self._folder):
            self._folder.mkdir(mode=0o700, exist_ok=True)
            for left in self._nexts():
                left.unlink(missing_ok=True)
            write_whole(self._next(key_id(key).hex()), _encoded(key))
        return key

    def promote(self, wanted: str) -> None:
        """Put the prepared key with this id in the place of the present one. Of two processes at
        once one does it."""
        with file_failures(self._folder), suppress(FileNotFoundError):
            self._next(wanted).replace(self._folder / MASTER)
            settle(self._folder)

    def drop_master(self) -> None:
        """Remove the default master key: another one wraps everything now."""
        with file_failures(self._folder):
            for path in (self._folder / MASTER, *self._nexts()):
                path.unlink(missing_ok=True)
            if self._folder.exists():
                settle(self._folder)

    def is_master(self, path: Path) -> bool:
        """Whether *path* is the default master key's own file, by whatever name."""
        own = self._folder / MASTER
        with suppress(OSError):
            return path.samefile(own)
        return path == own

    def begin(self) -> None:
        """Remember, outside the database, that there is a record."""
        path = self._folder / _BEGUN
        with file_failures(path):
            path.touch(mode=0o600)

    @property
    def begun(self) -> bool:
        """Whether there was a record once."""
        return (self._folder / _BEGUN).exists()

    def _next(self, wanted: str) -> Path:
        return self._folder / f"{MASTER}.{wanted}"

    def _nexts(self) -> Iterator[Path]:
        for path in self._folder.glob(f"{MASTER}.*"):
            if _ID.fullmatch(path.name.removeprefix(f"{MASTER}.")):  # not somebody's own copy
                yield path


def read_key(path: Path) -> bytes:
    """The 32 bytes in the file at *path*, which only its owner may read."""
    with file_failures(path):
        return _decoded(_text(path), path)


def decoded(text: bytes) -> bytes:
    """The 32 bytes that *text* says in base64 or in hexadecimal digits; empty for anything
    else."""
    try:
        plain = text.strip()
        key = binascii.unhexlify(plain) if _HEX.fullmatch(plain) else _from_base64(plain)
    except binascii.Error:
        return b""
    return key if len(key) == LENGTH else b""


def _from_base64(text: bytes) -> bytes:
    return base64.b64decode(text, validate=True)


def _encoded(key: bytes) -> bytes:
    return base64.b64encode(key) + b"\n"


def _make(path: Path) -> None:
    """Make a new key where there is none. Of two processes at once one wins, and both then read
    that one's."""
    with file_failures(path):
        if path.exists():
            return
        path.parent.mkdir(mode=0o700, exist_ok=True)
        with suppress(FileExistsError):
            write_whole(path, _encoded(secrets.token_bytes(LENGTH)))


def _text(path: Path) -> bytes:
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        raise RecordError("store.key_missing", path=str(path)) from None
    with os.fdopen(handle, "rb") as file:
        mode = stat.S_IMODE(os.fstat(handle).st_mode)
        if mode & 0o077:
            raise UsageError("store.key_exposed", path=str(path), mode=f"{mode:04o}")
        return file.read(1 << 12)


def _decoded(text: bytes, path: Path) -> bytes:
    key = decoded(text)
    if not key:
        raise RecordError("store.key_invalid", path=str(path))
    return key
