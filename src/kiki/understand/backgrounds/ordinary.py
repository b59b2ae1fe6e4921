"""The ordinary English words of which a background is made.

Loaded only when a message was not read otherwise; made by ``tools/compile_vocabulary.py`` from
``words/backgrounds.yaml``. Called by ``english``.
"""

from functools import cache

import msgspec

from kiki.model.errors import PermanentError
from kiki.model.records import Record
from kiki.understand.lexicon import Lexicon

_FILE = __file__.removesuffix("backgrounds/ordinary.py") + "_backgrounds.json"
# Endings, and what stands in their place in the word itself.
_ENDINGS = (
    ("ies", "y"), ("ied", "y"), ("es", ""), ("s", ""), ("ed", ""), ("d", ""), ("ing", ""),
    ("ing", "e"), ("ly", ""), ("er", ""), ("er", "e"),
    ("est", ""), ("'s", ""), ("s'", "s"), ("ment", ""), ("y", ""),
)  # fmt: skip


class Ordinary(Record, frozen=True):
    """*ordinary* words and those of a *tech* office, without their endings, and *irregular* forms
    of the past."""

    ordinary: frozenset[str]
    tech: frozenset[str]
    irregular: frozenset[str]


@cache
def ordinary() -> Ordinary:
    """The compiled words. PermanentError ``understand.index_broken`` when they can't be read."""
    try:
        with open(_FILE, "rb") as file:  # noqa: PTH123 -- pathlib costs 3 ms
            return msgspec.json.decode(file.read(), type=Ordinary)
    except (OSError, msgspec.MsgspecError) as error:
        raise PermanentError("understand.index_broken", path=_FILE) from error


def is_ordinary(word: str, lexicon: Lexicon) -> bool:
    """Whether *word*, in lower case, is an ordinary English word in any form."""
    known = ordinary()
    lists = (known.ordinary, known.tech, known.irregular, lexicon.common)
    return any(stem in words for stem in _stems(word) for words in lists)


def is_past(word: str, lexicon: Lexicon) -> bool:
    """Whether *word* is a form of the past: doubled, found."""
    regular = word.endswith("ed") and len(word) > len("used") and is_ordinary(word, lexicon)
    return regular or word in ordinary().irregular


def _stems(word: str) -> list[str]:
    found = [word]
    for ending, instead in _ENDINGS:
        stem = word.removesuffix(ending)
        if stem != word and len(stem) > 1:
            found.append(stem + instead)
            if len(stem) > 2 and stem[-1] == stem[-2]:
                found.append(stem[:-1])
    return found
