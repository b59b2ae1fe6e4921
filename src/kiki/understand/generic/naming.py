"""Which official types a message names: those that a model may be shown.

Called by ``reading``. A type has to be named by all the words of one of its names, side by side; a
guess from properties alone would have a model choose what nobody asked for.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from kiki.model.intent import Choice, Question, Token
from kiki.model.official import Official, TypeSpec
from kiki.model.vocabulary import KindSpec, Vocabulary
from kiki.understand.draft import AskError
from kiki.understand.generic.pruning import PARTICLE
from kiki.understand.grounding import Said
from kiki.understand.whole import takes_away, words_of

MOST = 3  # types that are shown
_NEAR = 0.6  # of the best score
_WEAK = 0.5  # the score of a word that means something else as well
_TARGET = 0.5  # what is added when the target is named
_PROPERTY = 0.05  # what a property adds that is said, up to
_PROPERTIES = 0.3
_HANGUL = re.compile(r"[가-힣]")


class Named(NamedTuple):
    """A type that is named, and where."""

    spec: TypeSpec
    score: float
    start: int
    end: int


def named(said: Said, target: str, vocabulary: Vocabulary, official: Official) -> tuple[Named, ...]:
    """The types that the message names, the likeliest first. AskError when types of two targets are
    named by the same words, and no target is."""
    targets = _targets(said, target, vocabulary)
    best = _ranked(said, target, targets, official, _made(vocabulary))
    if not targets and len({one.spec.kind for one in best[:2]}) > 1 and _alike(best[0], best[1]):
        raise AskError(_which(best))
    return best


def passed_over(
    said: Said, filled: Iterable[Token], target: str, vocabulary: Vocabulary, official: Official
) -> bool:
    """Whether the message names a type by a word that we don't know, and that is none of the words
    *filled*, those with a value in them: then a reading without this type leaves out what was
    asked for."""
    places = [(token.start, token.end) for token in filled]
    ours = [(word.start, word.end) for word in said.words if word.senses]
    known = {at for start, end in (*places, *ours) for at in range(start, end)}
    targets = _targets(said, target, vocabulary)
    named = _ranked(said, target, targets, official, _made(vocabulary))
    return any(
        said.message[at].isalnum() and at not in known
        for one in named
        for at in range(one.start, one.end)
    )


def _ranked(
    said: Said,
    target: str,
    targets: frozenset[str],
    official: Official,
    nouns: frozenset[str],
) -> tuple[Named, ...]:
    """The types that are named, but for those whose name is part of a longer one. *nouns* are those
    of what curated kinds make or change."""
    found = [one for spec in official.types(target) for one in _named(said, spec, targets, nouns)]
    return _best(one for one in found if not any(_within(one, other) for other in found))


def _targets(said: Said, target: str, vocabulary: Vocabulary) -> frozenset[str]:
    """The target that was chosen, or those that are named."""
    if target:
        return frozenset({target})
    known = vocabulary.targets
    return frozenset(spec.name for spec in known if said.names_any(frozenset(spec.words)))


def _best(found: Iterable[Named]) -> tuple[Named, ...]:
    """One for each type, and only what comes near the best; nothing for a word that is also
    another's."""
    by_type: dict[str, Named] = {}
    for one in sorted(found, key=lambda one: (-one.score, one.start)):
        by_type.setdefault(one.spec.kind + one.spec.name, one)
    ranked = list(by_type.values())
    best = ranked[0].score if ranked else 0.0
    near = [one for one in ranked if one.score >= best * _NEAR]
    return tuple(near[:MOST]) if best > _WEAK + _PROPERTIES else ()


def makers(vocabulary: Vocabulary) -> list[KindSpec]:
    """The curated kinds that make, set or use something; not those that only ask about it or take
    it away: "인그레스 보여줘" and "delete the ingress" make no ingress."""
    return [kind for kind in vocabulary.kinds if not (kind.reads or takes_away(kind))]


def _made(vocabulary: Vocabulary) -> frozenset[str]:
    """Not what is only a value of theirs: rights to replica sets make none."""
    return frozenset(
        noun for kind in makers(vocabulary) for noun in words_of(kind) - _values_of(kind)
    )


def _values_of(kind: KindSpec) -> set[str]:
    said = {noun for field in kind.fields for noun in field.says if field.name != kind.object}
    own = {*kind.nouns, *kind.titles, *(noun for field in kind.fields for noun in field.beside)}
    return said - own


def _named(
    said: Said, spec: TypeSpec, targets: frozenset[str], nouns: frozenset[str]
) -> Iterable[Named]:
    own = spec.kind.partition(".")[0] in targets
    if targets and not own:
        return
    for name in spec.names:
        for match in _pattern(name).finditer(said.message):
            weak = len(name) == 1 and _means_else(said, match.start(), match.end(), nouns)
            score = _WEAK if weak else len(name) + len(match[0]) / 1000
            score += _TARGET * own + min(_said(said, spec) * _PROPERTY, _PROPERTIES)
            yield Named(spec, score, match.start(), match.end())


@lru_cache(maxsize=4096)
def _pattern(name: Sequence[str]) -> re.Pattern[str]:
    """The words of *name* side by side. A Korean one may have a particle after it."""
    apart = "*" if _HANGUL.search("".join(name)) else "+"
    text = rf"[\s_-]{apart}".join(map(re.escape, name))
    if not _HANGUL.search(name[-1]):
        text += r"s?(?![A-Za-z0-9_])"
    elif len("".join(name)) == 1:
        text += PARTICLE
    before = "(?<![가-힣])" if _HANGUL.search(name[0]) else "(?<![A-Za-z0-9_./-])"
    return re.compile(before + text, re.IGNORECASE)


def _means_else(said: Said, start: int, end: int, nouns: frozenset[str]) -> bool:
    """Whether the words in a place are our own words for something, *nouns* for things."""
    inside = [word for word in said.words if word.start < end and start < word.end]
    named = any(s.entry.cls == "noun" and s.entry.id in nouns for w in inside for s in w.senses)
    return named or any(word.has("verb") or word.has("vnoun") for word in inside)


def _said(said: Said, spec: TypeSpec) -> int:
    words = {word.text.lower() for word in said.words if word.sort == "ascii"}
    return len(words & spec.properties)


def _within(one: Named, other: Named) -> bool:
    longer = other.end - other.start > one.end - one.start
    return longer and other.start <= one.start and one.end <= other.end


def _alike(one: Named, other: Named) -> bool:
    return (one.start, one.end) == (other.start, other.end)


def _which(best: Sequence[Named]) -> Question:
    names = tuple(dict.fromkeys(one.spec.kind.partition(".")[0] for one in best))
    return Question(
        code="question.target",
        field="target",
        params={"targets": ", ".join(names)},
        choices=tuple(Choice(value=name) for name in names),
    )
