"""What it takes to hold all that a message says: which kinds of operation, and how many.

Called by ``model`` and ``schema`` before a model is asked. An answer that has no place for a value
that was said is refused afterwards, so that no kind is offered with which every answer would be,
and no answer is offered that is too short: a small model stops after the first operation.
"""

from collections.abc import Callable, Sequence
from itertools import combinations

from kiki.model.vocabulary import FieldSpec, KindSpec
from kiki.understand.grounding import Said
from kiki.understand.lexer import Word
from kiki.understand.neighbours import Offer, meet
from kiki.understand.whole import words_of

# Whether a value may be that of a field; ``schema.likely``.
Likely = Callable[[Said, KindSpec, FieldSpec, Offer], bool]

_MOST_KINDS = 3  # of how many kinds a message's nouns may speak at once


def holders(
    said: Said, kinds: Sequence[KindSpec], places: frozenset[str], likely: Likely
) -> tuple[KindSpec, ...]:
    """Those of *kinds* that can hold every value and have every noun that was said, or that a noun
    names, if there are any and only one thing is done; else all. *places* are the nouns for what
    code runs on."""
    if len(said.verbs()) > 1:
        return tuple(kinds)
    words = _words(said, kinds, places)
    nouns = [ids for _, ids in said.nouns([])]
    named = [kind for kind in kinds if all(ids & (words_of(kind) | places) for ids in nouns)]
    holding = [kind for kind in named if _room(said, kind, words, likely)] or [
        kind for kind in named if all(_fields(said, kind, word, likely) for word in words)
    ]
    if all(_writes(said, kind) for kind in holding):
        return tuple(kinds)  # a text without quotes may be any words
    own = [kind for kind in kinds if said.names_any(frozenset(kind.nouns) - places)]
    return tuple(kind for kind in kinds if kind in holding or kind in own)


def least(said: Said, kinds: Sequence[KindSpec], likely: Likely) -> int:
    """How many operations are needed at least for the things that nouns name and for the values
    that were said."""
    words = _words(said, kinds, frozenset())
    once = {word.value.lower(): word for word in reversed(words)}  # said twice, it is one value
    held = [
        word
        for word in words
        if word is once[word.value.lower()] and _held(said, kinds, word, likely)
    ]
    nouns = _own_nouns(said, kinds)
    fits = any(
        _room(said, kind, held, likely) and all(ids & _speaking(kind) for ids in nouns)
        for kind in kinds
    )
    return max(_things(nouns, kinds), _lists(said, kinds), 1 if fits or not held else 2)


def _writes(said: Said, kind: KindSpec) -> bool:
    """Whether a kind may hold words as a text that has no quotes."""
    quoted = any(word.sort == "quoted" for word in said.words)
    return not quoted and any(field.shape == "text" for field in kind.fields)


def _words(said: Said, kinds: Sequence[KindSpec], places: frozenset[str]) -> list[Word]:
    """The words that an answer must have, in their order."""
    nouns = frozenset(noun for kind in kinds for noun in words_of(kind))
    found = [*said.demanded(places), *said.called(), *(word for word, _ in said.introduced(nouns))]
    return sorted({word.start: word for word in found}.values(), key=lambda word: word.start)


def _held(said: Said, kinds: Sequence[KindSpec], word: Word, likely: Likely) -> bool:
    return any(_fields(said, kind, word, likely) for kind in kinds)


def _fields(said: Said, kind: KindSpec, word: Word, likely: Likely) -> list[FieldSpec]:
    """The fields of *kind* that could have the value that is said with *word*."""
    return [
        field
        for field in kind.fields
        if any(
            meet(word, offer) and likely(said, kind, field, offer)
            for offer in (said.texts() if field.shape == "text" else said.offers(field))
            if offer.start >= 0
        )
    ]


def _room(said: Said, kind: KindSpec, words: Sequence[Word], likely: Likely) -> bool:
    """Whether one operation of *kind* has a field for each of *words*; a list has room for all."""
    wanted = [_fields(said, kind, word, likely) for word in words]
    taken: dict[str, int] = {}

    def placed(number: int, tried: set[str]) -> bool:
        for field in wanted[number]:
            if field.name in tried:
                continue
            tried.add(field.name)
            if field.type == "list" or field.name not in taken:
                taken[field.name] = number
                return True
            if placed(taken[field.name], tried):
                taken[field.name] = number
                return True
        return False

    return all(placed(number, set()) for number in range(len(words)))


def _lists(said: Said, kinds: Sequence[KindSpec]) -> int:
    """How many things a noun lists of which an operation has one: "namespaces blue and green"."""
    nouns = frozenset(noun for kind in kinds for noun in _speaking(kind))
    found = 1
    for count, of in said.listed(nouns):
        fields = [f for kind in kinds for f in kind.fields if of & _names(kind, f)]
        if fields and not any(field.type == "list" for field in fields):
            found = max(found, count)
    return found


def _names(kind: KindSpec, field: FieldSpec) -> set[str]:
    """The nouns that announce a field; those of a kind announce its object."""
    return {*field.markers, *(kind.nouns if field.name == kind.object else ())}


def _speaking(kind: KindSpec) -> set[str]:
    """The nouns of a kind and of its fields."""
    return {*kind.nouns}.union(*(field.markers for field in kind.fields))


def _own_nouns(said: Said, kinds: Sequence[KindSpec]) -> list[frozenset[str]]:
    """The nouns that were said which are those of kinds, and no mere fields'."""
    own = {noun for kind in kinds for noun in kind.nouns}
    return [ids for _, ids in said.nouns([]) if ids & own]


def _things(nouns: Sequence[frozenset[str]], kinds: Sequence[KindSpec]) -> int:
    """How many kinds it takes to speak of *nouns*: "a namespace and a user"."""
    about = [_speaking(kind) for kind in kinds]
    for count in range(1, _MOST_KINDS + 1):
        for some in combinations(about, count):
            if all(ids & set().union(*some) for ids in nouns):
                return count
    return 1
