"""Whether the certificate that a kubeconfig logs in with has ended.

Called by ``__main__`` for a login that was not taken: a server says nothing but "Unauthorized" of
an expired one. Of DER only what leads to the end of its validity is read (RFC 5280, section 4.1).
Standard library only, which reads no certificate of one's own.
"""

import ssl
from datetime import UTC, datetime
from typing import NamedTuple

_END = "-----END CERTIFICATE-----"
_VERSION = 0xA0  # of [0] EXPLICIT, which the oldest certificates lack
_UTC_TIME = 0x17
_FORMATS = {_UTC_TIME: "%y%m%d%H%M%SZ", 0x18: "%Y%m%d%H%M%SZ"}
_LONG = 0x80


class _Value(NamedTuple):
    """A value of DER: its *tag*, its *content*, and where the next one begins."""

    tag: int
    content: bytes
    after: int


def ended(path: str | None) -> str:
    """When the first certificate in the file at *path* ended, as ISO 8601; empty where it has not,
    or where that can't be told."""
    try:
        with open(path or "", encoding="ascii") as file:  # noqa: PTH123 -- as elsewhere here
            text = file.read()
        until = _until(ssl.PEM_cert_to_DER_cert(text[: text.index(_END)] + _END))
    except (OSError, ValueError, IndexError, KeyError):
        return ""
    return until.strftime("%Y-%m-%dT%H:%M:%SZ") if until < datetime.now(UTC) else ""


def _until(der: bytes) -> datetime:
    signed = _value(_value(der, 0).content, 0).content
    place = 0
    if signed[0] == _VERSION:
        place = _value(signed, 0).after
    for _ in ("serial number", "algorithm", "issuer"):
        place = _value(signed, place).after
    validity = _value(signed, place).content
    last = _value(validity, _value(validity, 0).after)
    return datetime.strptime(last.content.decode("ascii"), _FORMATS[last.tag]).replace(tzinfo=UTC)


def _value(data: bytes, start: int) -> _Value:
    tag, length, place = data[start], data[start + 1], start + 2
    if length & _LONG:
        size = length & ~_LONG
        length = int.from_bytes(data[place : place + size], "big")
        place += size
    return _Value(tag, data[place : place + length], place + length)
