"""Sealing bytes with AES-256-GCM, bound to what they are.

Called by ``store.ring`` and ``store.master_keys``. *purpose* is authenticated but not stored: a
sealed value that is moved to another row, name or version doesn't open. What is sealed begins with
the id of the key that sealed it.
"""

import hashlib
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kiki.model.errors import RecordError
from kiki.model.records import canonical

_FORMAT = b"\x01"
_KEY_ID = 8
_NONCE = 12


def seal(key: bytes, plain: bytes, *purpose: str) -> bytes:
    """Format byte, id of the key, nonce, ciphertext with tag."""
    nonce = os.urandom(_NONCE)
    return _FORMAT + key_id(key) + nonce + AESGCM(key).encrypt(nonce, plain, _bound(purpose))


def unseal(key: bytes, sealed: bytes, *purpose: str) -> bytes:
    """What was sealed. RecordError ``store.sealed_by_other_key`` or ``store.seal_broken``, with
    *purpose* told."""
    what = " ".join(purpose)
    if sealed_by(sealed, *purpose) != key_id(key):
        raise RecordError("store.sealed_by_other_key", what=what)
    rest = sealed[1 + _KEY_ID :]
    try:
        return AESGCM(key).decrypt(rest[:_NONCE], rest[_NONCE:], _bound(purpose))
    except InvalidTag:
        raise RecordError("store.seal_broken", what=what) from None


def sealed_by(sealed: bytes, *purpose: str) -> bytes:
    """The id of the key that *sealed* names. RecordError ``store.seal_broken`` for what is
    nothing sealed."""
    if sealed[:1] != _FORMAT or len(sealed) <= 1 + _KEY_ID + _NONCE:
        raise RecordError("store.seal_broken", what=" ".join(purpose))
    return sealed[1 : 1 + _KEY_ID]


def key_id(key: bytes) -> bytes:
    """Tells keys apart and says nothing of a random key."""
    return hashlib.sha256(b"kiki key id\0" + key).digest()[:_KEY_ID]


def _bound(purpose: tuple[str, ...]) -> bytes:
    return canonical(purpose)
