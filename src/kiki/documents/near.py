"""The known name that comes nearest to a wrong one.

Called by the checks of targets, only when something is wrong.
"""

from collections.abc import Sequence


def near(name: str, known: Sequence[str]) -> str:
    """The entry of *known* that *name* was probably meant to be, or an empty text."""
    by_lower = {one.lower(): one for one in reversed(known)}
    if name.lower() in by_lower:
        return by_lower[name.lower()]
    from difflib import get_close_matches  # noqa: PLC0415 -- lazy: 8 ms, only for a wrong name

    found = get_close_matches(name.lower(), list(by_lower), n=1, cutoff=0.6)
    return by_lower[found[0]] if found else ""
