"""Words that speak of several values together and are none themselves.

Called by ``answer`` about a word that no field has: "서비스 **두** 개: a, b" counts what follows,
"**/app** 아래 /app/bin, /app/log" says where all of it is.
"""

from collections.abc import Sequence

from kiki.model.vocabulary import KindSpec
from kiki.understand.grounding import Said
from kiki.understand.lexer import Word
from kiki.understand.neighbours import Offer, Use

_UNDER_KO = ("아래", "밑", "하위")
_UNDER_EN = frozenset(("below", "beneath", "under", "underneath"))


def speaks_of_all(said: Said, word: Word, uses: Sequence[Use]) -> bool:
    """Whether *word* only counts the things of *uses*, or says where all of them are."""
    return _counts_things(said, word, uses) or _holds_all(said, word, uses)


def _counts_things(said: Said, word: Word, uses: Sequence[Use]) -> bool:
    """Whether a number beside a kind's noun is how many things there are. A kind of which one
    operation may make several is none of these: "서버 2대 web, db" may be two of each."""
    number = said.number_at(word)
    nouns = said.announced(Offer(word.text, number, word.start, word.end))
    kinds = {use.kind.id: use.kind for use in uses}
    return number is not None and any(
        nouns & {*kind.nouns}
        and not any(field.counted for field in kind.fields)
        and number == len({u.offer.start for u in uses if _is_object(u, kind)})
        for kind in kinds.values()
    )


def _is_object(use: Use, kind: KindSpec) -> bool:
    return use.kind.id == kind.id and use.field.name == kind.object and use.offer.start >= 0


def _holds_all(said: Said, word: Word, uses: Sequence[Use]) -> bool:
    """Whether a path is the folder of all paths that are used, and is said to be that."""
    index = said.words.index(word)
    before, after = said.words[max(0, index - 1)], said.words[min(index + 1, len(said.words) - 1)]
    under = after.text.startswith(_UNDER_KO) or before.text.lower() in _UNDER_EN
    paths = [str(use.offer.value) for use in uses if use.field.shape == "path"]
    folder = word.value.rstrip("/") + "/"
    return under and bool(paths) and all(path.startswith(folder) for path in paths)
