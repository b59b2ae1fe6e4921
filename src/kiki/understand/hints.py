"""Which kinds a message may be about: those that need a hint and get none are out of question.

Called by ``rules`` before a message is read, so that what every way of reading tries is the same,
and by ``retrieval``, so that a model is shown no others.
A kind has *hints* where its noun is also a property of something else ("a server with **flavor**
m1.small", "a **network** for containers") or a word of every day.
"""

import re

from kiki.model.vocabulary import KindSpec, TargetSpec
from kiki.understand.lexer import Word
from kiki.understand.shapes import fits

# Hints that are values: "볼륨 data 10GB", an image from a URL, a template in a file.
_VALUES = {"sized": "memory", "a_url": "url", "a_file": "given"}
# How flavors are called nearly everywhere: m1.medium, ci.tiny.
_FLAVOR = re.compile(r"[a-z]{1,3}\d{0,2}[a-z]{0,2}\.[a-z0-9]+")


def hinted(
    kinds: tuple[KindSpec, ...],
    words: tuple[Word, ...],
    wanted: str,
    targets: tuple[TargetSpec, ...],
    alike: frozenset[str] = frozenset(),
    *,
    clouded: bool = False,
) -> tuple[KindSpec, ...]:
    """Those of *kinds* that need no hint, or for which *words* have one; naming the target
    (*wanted*) says what its own words do. *alike* are nouns that words resemble."""
    said = {sense.entry.id for word in words for sense in word.senses if sense.entry.cls == "noun"}
    said |= alike | ({"a_cloud"} if clouded else set())
    said |= {word for target in targets if target.name == wanted for word in target.words}
    values = [word.value for word in words if word.value]
    said |= {hint for hint, shape in _VALUES.items() if any(fits(shape, one) for one in values)}
    said |= {"a_flavor"} if any(map(_FLAVOR.fullmatch, values)) else set()
    return tuple(kind for kind in kinds if _about(kind, said))


def _about(kind: KindSpec, said: set[str]) -> bool:
    if said.intersection(kind.hints) or not (kind.hints or kind.weak_hints):
        return True
    return bool(said.intersection(kind.weak_hints)) and not said.intersection(kind.beside)
