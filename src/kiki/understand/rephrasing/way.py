"""One way of saying something, and the words that the rules have for it.

Made by ``korean`` and ``english``, used by ``rephrased``.
"""

import re
from collections.abc import Callable
from typing import Literal, NamedTuple

from kiki.model.intent import Operation

Asks = Literal["", "which", "always"]
Fits = Callable[[tuple[Operation, ...]], bool]


class Way(NamedTuple):
    """A *form* that a message may have, and what it *says* in words that the rules read:
    ``{name}`` stands for what the group of that name matched. What is read from them counts only
    if some of it is of *kinds* (of any, where there are none); of several the first that asks
    nothing more is meant. *asks*: any may be meant, so that it is asked ``which``, or even about a
    single one (``always``). *fits* is asked about the operations of a reading, too."""

    form: re.Pattern[str]
    says: tuple[str, ...]
    kinds: frozenset[str]
    asks: Asks = ""
    fits: Fits | None = None


def way(form: str, *says: str, kinds: str = "", asks: Asks = "", fits: Fits | None = None) -> Way:
    """A way whose *form* is a regular expression and whose *kinds* are a list of names."""
    return Way(re.compile(form, re.IGNORECASE), says, frozenset(kinds.split()), asks, fits)


def question(form: str, *says: str, kinds: str, asks: Asks = "") -> Way:
    """The same for what only asks how something is: nothing of another kind may be read from it."""
    alone = frozenset(kinds.split())
    return way(
        form, *says, kinds=kinds, asks=asks, fits=lambda found: {one.kind for one in found} <= alone
    )
