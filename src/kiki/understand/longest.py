"""Chooses among the phrases of several fields that were found at overlapping places.

Called by the modules that find such phrases for ``lexer``: ``company`` and ``variables``.
"""

import re
from collections.abc import Iterable

from kiki.understand import schedule_forms

Span = tuple[int, int, str]
"""Where a phrase begins and ends, and what it gives, as ``FIELD=VALUE``."""


def unquoted(message: str) -> str:
    """*message* with what is in quotes as NULs, in which nothing is looked for; as long as it."""
    return re.sub(schedule_forms.QUOTED, lambda match: "\0" * len(match[0]), message)


def longest(found: Iterable[Span]) -> tuple[Span, ...]:
    """Those of *found* that come first, the longer of two at one place, without overlap."""
    chosen: list[Span] = []
    for one in sorted(found, key=lambda one: (one[0], -one[1])):
        if not chosen or one[0] >= chosen[-1][1]:
            chosen.append(one)
    return tuple(chosen)
