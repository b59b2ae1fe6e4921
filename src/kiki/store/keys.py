"""The two keys of a state folder: one signs the ledger's head, one seals what is stored.

Called by ``store.ledger`` and ``store.sealed``. Each key is 32 random bytes in base64 in a file
that only its owner may read, made on first use. A key that others could read is refused, and one
that has gone missing is never silently replaced: what it made could not be read or verified.
"""

import base64
import binascii
import os
import secrets
import stat
from contextlib import suppress
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiki.model.errors import RecordError, UsageError
from kiki.store.files import file_failures, write_whole

_LENGTH = 32
_BEGUN = "begun"


class Keys:
    """The keys in one folder. *create* below says whether a missing key may be made.

    Raises UsageError ``store.key_exposed``; RecordError ``store.key_missing``,
    ``store.key_invalid``; and what ``file_failures`` raises.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._loaded: dict[str, bytes] = {}

    def data(self, *, create: bool) -> bytes:
        """The AES-256 key that seals changes and secrets."""
        return self._key("data.key", create)

    def ledger(self, *, create: bool) -> Ed25519PrivateKey:
        """The Ed25519 key that signs the ledger's head."""
        return Ed25519PrivateKey.from_private_bytes(self._key("ledger.key", create))

    def begin(self) -> None:
        """Remember, outside the database, that there is a record."""
        path = self._folder / _BEGUN
        with file_failures(path):
            path.touch(mode=0o600)

    @property
    def begun(self) -> bool:
        """Whether there was a record once."""
        return (self._folder / _BEGUN).exists()

    def _key(self, name: str, create: bool) -> bytes:
        if name not in self._loaded:
            path = self._folder / name
            with file_failures(path):
                if create and not path.exists():
                    _make(path)
                self._loaded[name] = _read(path)
        return self._loaded[name]


def _make(path: Path) -> None:
    """Make a new key. Of two processes at once one wins, and both then read that one's."""
    path.parent.mkdir(mode=0o700, exist_ok=True)
    with suppress(FileExistsError):
        write_whole(path, base64.b64encode(secrets.token_bytes(_LENGTH)) + b"\n")


def _read(path: Path) -> bytes:
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        raise RecordError("store.key_missing", path=str(path)) from None
    with os.fdopen(handle, "rb") as file:
        mode = stat.S_IMODE(os.fstat(handle).st_mode)
        if mode & 0o077:
            raise UsageError("store.key_exposed", path=str(path), mode=f"{mode:04o}")
        return _decoded(file.read(), path)


def _decoded(text: bytes, path: Path) -> bytes:
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except binascii.Error:
        key = b""
    if len(key) != _LENGTH:
        raise RecordError("store.key_invalid", path=str(path))
    return key
