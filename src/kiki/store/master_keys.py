"""A named master key: it wraps data keys and seals nothing else.

Called by ``store.key_sources`` and ``store.ring``. What wraps is derived from the key (HKDF-SHA256,
RFC 5869), so that a master key which once sealed values itself never meets the same cipher twice.
"""

import hmac

from kiki.store.sealed import key_id, seal, unseal

_SALT = b"kiki master key"
_INFO = b"wrap data keys, format 1"


class MasterKey:
    """*name* says where it comes from (``env:NAME``), *id* which key it is."""

    def __init__(self, name: str, key: bytes) -> None:
        self.name = name
        self.key = key
        self.id = key_id(key).hex()
        self._wrapping = _derived(key)

    def wrap(self, data_key: bytes) -> bytes:
        """The data key sealed by this one, bound to both ids."""
        return seal(self._wrapping, data_key, *self._purpose(key_id(data_key).hex()))

    def unwrap(self, wrapped: bytes, data_key_id: str) -> bytes:
        """The data key with this id. RecordError ``store.seal_broken`` or
        ``store.sealed_by_other_key``."""
        return unseal(self._wrapping, wrapped, *self._purpose(data_key_id))

    def _purpose(self, data_key_id: str) -> tuple[str, ...]:
        return ("data key", data_key_id, self.id)


def _derived(key: bytes) -> bytes:
    """HKDF's extract, and the one block that its expand needs for 32 bytes."""
    extracted = hmac.digest(_SALT, key, "sha256")
    return hmac.digest(extracted, _INFO + b"\x01", "sha256")
