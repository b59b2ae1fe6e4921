"""Ids for changes and secret versions: sortable by time and short enough to type.

Called by ``service`` (for changes) and ``store.secrets``. Fourteen characters: nine for the
milliseconds since 1970 and five random ones, in Crockford's base 32 (no ``i l o u``), lower case.
"""

import os
from collections.abc import Callable
from datetime import datetime

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_TIME = 9
_RANDOM = 5
_READ_AS = str.maketrans({"i": "1", "l": "1", "o": "0"})


def new_id(now: str, entropy: Callable[[int], bytes] = os.urandom) -> str:
    """An id made at *now* (RFC 3339 UTC); *entropy* gives that many random bytes."""
    moment = datetime.fromisoformat(now)
    milliseconds = round(moment.timestamp() * 1000)
    random = int.from_bytes(entropy(4), "big")
    return _encoded(milliseconds, _TIME) + _encoded(random, _RANDOM)


def typed(text: str) -> str:
    """An id or prefix as a person typed it: lower case, look-alike letters read as digits."""
    return text.strip().lower().translate(_READ_AS)


def _encoded(number: int, length: int) -> str:
    """The lowest 5 x *length* bits of *number*."""
    return "".join(_ALPHABET[number >> 5 * place & 31] for place in reversed(range(length)))
