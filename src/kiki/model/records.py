"""The base of every value that Kiki stores or hands on, and its canonical form.

Called by every module of ``model``. Values are immutable, refuse unknown fields and have one
canonical JSON form, so that a digest means the same bytes on every machine.
"""

from typing import Any

import msgspec

try:  # Python's own, which is what hashlib takes without OpenSSL: loading that costs gen 2 ms
    from _sha2 import sha256  # type: ignore[import-not-found, unused-ignore]
except ImportError:
    try:
        from _sha256 import sha256  # type: ignore[import-not-found, unused-ignore]
    except ImportError:
        from hashlib import sha256


class Record(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An immutable value. Change it with ``msgspec.structs.replace``."""


def canonical(value: Any) -> bytes:
    """JSON bytes of *value* with sorted keys and no spaces; UTF-8, no escapes beyond JSON's."""
    return msgspec.json.encode(value, order="sorted")


def digest(value: Any) -> str:
    """``sha256:`` and 64 hex digits over the canonical form of *value*."""
    return f"sha256:{sha256(canonical(value)).hexdigest()}"


def digest_bytes(data: bytes) -> str:
    """``sha256:`` and 64 hex digits over *data* itself."""
    return f"sha256:{sha256(data).hexdigest()}"
