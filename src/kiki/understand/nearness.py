"""Whether a name is a slip of the hand away from a known one: nginxx, ngnix, redi.

Called by ``filling`` and ``slips``. One letter more, less, other or two swapped
(Damerau-Levenshtein distance 1); a version behind a name (tomcat9) is none.
"""

from functools import lru_cache

SHORTEST = 4  # shorter names are one letter apart from many others


@lru_cache(maxsize=1024)  # the ways to read one message ask about the same names
def slip(name: str, known: tuple[str, ...]) -> str:
    """The first of *known* that is one slip away from *name*, or nothing."""
    if len(name) < SHORTEST:
        return ""
    return next((word for word in known if len(word) >= SHORTEST and one_slip(name, word)), "")


def one_slip(name: str, word: str) -> bool:
    """Whether two different texts are one letter, or two swapped ones, apart."""
    if abs(len(name) - len(word)) > 1 or name == word:
        return False
    if name.rstrip("0123456789.") == word.rstrip("0123456789."):
        return False
    first = _shared(name, word)
    last = _shared(name[first:][::-1], word[first:][::-1])
    one, other = name[first : len(name) - last], word[first : len(word) - last]
    return max(len(one), len(other)) <= 1 or (len(one) == 2 and one == other[::-1])


def _shared(one: str, other: str) -> int:
    """How many characters two texts have in common at their beginning."""
    pairs = zip(one, other, strict=False)
    return next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))
