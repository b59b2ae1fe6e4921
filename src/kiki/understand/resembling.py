"""Which of the names that there are come near a name that somebody wrote.

Called by ``offers``. Unlike ``nearness``, which finds a slip in a word that we know, this orders
names that a site gave: ``rocky`` is first of all ``rocky-9-generic``.
"""

import re
from collections.abc import Sequence

MOST = 2000  # names that are compared letter by letter, 0.1 ms each
_PARTS = re.compile(r"[^\W\d_]+|\d+")


def nearest(name: str, known: Sequence[str]) -> list[str]:
    """*known*, what comes near *name* first: those with all of its parts, then the most alike. For
    an empty name the order is kept."""
    if not name or len(known) > MOST:
        return sorted(known, key=lambda one: not _has_parts(name, one))
    return sorted(known, key=lambda one: (not _has_parts(name, one), -_ratio(name, one)))


def _has_parts(name: str, one: str) -> bool:
    """Whether *one* has every word and number of *name*: ``rocky 9`` in ``Rocky-9-generic``."""
    parts = _PARTS.findall(one.lower())
    return all(part in parts for part in _PARTS.findall(name.lower()))


def _ratio(name: str, one: str) -> float:
    from difflib import SequenceMatcher  # noqa: PLC0415 -- lazy: 8 ms, only for a name not there

    return SequenceMatcher(None, name.lower(), one.lower()).ratio()
