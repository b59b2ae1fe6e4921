"""Cuts a run of Hangul into words of the lexicon: 디플로이먼트를 -> 디플로이먼트 + 를.

Called by ``lexer``. Not a morphological analyser: a run is cut only if all of it is known, each
piece may stand after the one before, and otherwise it stays whole and unknown.
"""

from functools import cache

from kiki.understand.lexicon import Entry

Words = dict[str, list[Entry]]

# Which classes may follow within one run. "<" is the start after a space, "=" the start right after
# a value, "#" the start right after a number.
_NOUN_LIKE = ("part", "noun", "vnoun", "vform", "number_of", "neg", "piece", "req", "purpose", "ha")
_FOLLOW: dict[str, tuple[str, ...]] = {
    "<": ("noun", "vnoun", "vform", "ha", "num", "native", "part", "aux", "req", "wish", "duty",
          "light", "after", "purpose", "forbid", "rather", "fix", "fill", "first", "last", "det",
          "all", "and", "pronoun", "there", "number_of", "neg", "product", "piece", "cnt", "thing",
          "done", "both", "again", "need", "lack", "form"),
    "=": ("part", "noun", "vnoun", "vform", "ha", "neg", "number_of", "aux", "product", "piece",
          "and"),
    "#": ("cnt", "part", "noun", "vnoun", "vform", "neg", "piece"),
    "noun": _NOUN_LIKE,
    "product": _NOUN_LIKE,
    "piece": _NOUN_LIKE,
    "vnoun": ("ha", "part", "after", "req", "light", "done", "noun", "vnoun", "neg", "piece"),
    "ha": ("aux", "after", "wish", "duty", "neg", "forbid", "piece", "thing"),
    "vform": ("aux", "after", "wish", "duty", "neg", "forbid", "req", "ha", "piece", "thing"),
    "aux": ("after", "req"),
    "num": ("cnt",),
    "native": ("cnt", "part"),
    "cnt": ("part", "noun", "product", "piece"),
    "part": ("part", "vnoun", "noun", "vform", "ha", "neg", "purpose", "product", "piece"),
    "light": ("ha", "part", "light", "req"),
    "form": ("part",),
    "pronoun": ("part",),
    "there": ("part",),
    "number_of": ("part",),
    "neg": ("part", "aux"),
    "forbid": ("part", "aux"),
    "all": ("part",),
}  # fmt: skip
_ALONE = frozenset(("part", "cnt"))  # at the start of a run only if the whole run is one
_LONGEST = 16
_UNKNOWN: tuple[str, ...] = ()


def cut(run: str, left: str, words: Words) -> list[tuple[str, tuple[Entry, ...]]]:
    """The pieces of *run* with the entries that fit there; one piece without entries if unknown.

    *left* is what stands before it: ``<``, ``=`` or ``#``.
    """
    best = _best(run, left, words)
    if best is None:
        return [(run, ())]
    pieces: list[tuple[str, tuple[Entry, ...]]] = []
    before = left
    for surface, cls in best:
        allowed = _FOLLOW.get(before, ())
        fitting = tuple(entry for entry in words[surface] if _class(entry) in allowed)
        pieces.append((surface, fitting))
        before = cls
    return pieces


def _best(run: str, left: str, words: Words) -> list[tuple[str, str]] | None:
    """The cheapest way to cut *run*: few pieces, the first ones long."""

    @cache
    def following(start: int, before: str) -> tuple[float, tuple[tuple[str, str], ...]] | None:
        if start == len(run):
            return (0.0, ())
        found: tuple[float, tuple[tuple[str, str], ...]] | None = None
        for end in range(min(len(run), start + _LONGEST), start, -1):
            surface = run[start:end]
            for cls in _classes(surface, before, words):
                if before == "<" and cls in _ALONE and not _all_particles(run, words):
                    continue
                rest = following(end, cls)
                if rest is None:
                    continue
                cost = rest[0] + 1 + _penalty(before, cls)
                if found is None or cost < found[0]:
                    found = (cost, ((surface, cls), *rest[1]))
        return found

    best = following(0, left)
    return list(best[1]) if best else None


def _classes(surface: str, before: str, words: Words) -> tuple[str, ...]:
    entries = words.get(surface)
    if not entries:
        return _UNKNOWN
    allowed = _FOLLOW.get(before, ())
    return tuple(dict.fromkeys(_class(entry) for entry in entries if _class(entry) in allowed))


def _class(entry: Entry) -> str:
    """The class of *entry* here: 셋 may take a particle, 세 may not."""
    return "native" if entry.cls == "num" and entry.id == "native" else entry.cls


def _penalty(before: str, cls: str) -> float:
    """A missing space is possible, but less likely than a particle."""
    if before == "part" and cls != "part":
        return 0.5
    return 1.25 if cls == "piece" else 0.0


def _all_particles(run: str, words: Words) -> bool:
    return any(entry.cls in _ALONE for entry in words.get(run, ()))
