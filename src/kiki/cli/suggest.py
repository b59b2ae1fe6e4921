"""The nearest right word to a wrong one.

Called by the parser and the dispatcher, after a mistake only: difflib is imported when needed.
"""

from collections.abc import Iterable


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word most like *word*; empty when none is near."""
    import difflib  # noqa: PLC0415 -- lazy: only after a mistake

    found = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return found[0] if found else ""
