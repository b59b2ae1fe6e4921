"""Which kinds of operation a message may be about: those that a model is shown.

Called by ``model``. A small model chooses well among a few kinds and badly among hundreds, for
which its context would not be enough either. The words of the message are compared with those of
the kinds, as the compiled vocabulary has them: verbs, nouns, what announces a field, what a field
can hold. A word that nobody knows counts for those that it resembles. It is a ranking and no
decision: what is read still has to hold.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from math import log
from typing import NamedTuple

from kiki.model.vocabulary import FieldSpec, KindSpec, Vocabulary
from kiki.understand.grounding import Said
from kiki.understand.lexer import Word
from kiki.understand.parts import WANTED
from kiki.understand.whole import noun_alone, verbs_of, words_of
from kiki.understand.wording import AT_BOOT

FEW = 6  # kinds that are shown in any case
MOST = 48  # kinds that are ever shown: about 2,400 tokens
_CLEAR = 2.0  # from this score on, words speak for a kind
_SHARE = 0.25  # of the best score, what a kind needs to be shown beside it
_VERBS = ("verb", "vnoun", "vform")
_ALIKE = 0.6  # of two words' pairs of letters, how many have to be common
_BEGINS = 0.8  # for a Korean word that begins with a known one
# How much a feature says: a noun of its own says more of a kind than a verb, which many have.
_WEIGHTS = {"target": 3.0, "noun": 2.0, "verb": 1.5, "marker": 1.0, "says": 1.5, "holds": 0.7}
_ALONE = 0.5  # what is left of a verb's weight without the noun that it needs
_NEEDED = ("required", "shown")  # nouns without which a verb means another kind
_SAMPLE = 12  # words of a message that are compared with all known ones


class _Feature(NamedTuple):
    """One thing that a word can say: *sort* is a key of the weights."""

    sort: str
    id: str


class Score(NamedTuple):
    """How much speaks for a kind: *words* that are known for sure, and *all* there is."""

    words: float
    all: float


def relevant(said: Said, kinds: Sequence[KindSpec], vocabulary: Vocabulary) -> tuple[KindSpec, ...]:
    """Those of *kinds* that the message may be about, the likeliest first: *FEW* and all that come
    near the best; when no word speaks for any, as many as there may be."""
    scores = scored(said, kinds, vocabulary)
    ranked = sorted(scores, key=lambda kind_id: -scores[kind_id].all)
    best = max((score.all for score in scores.values()), default=0.0)
    near = sum(score.all >= best * _SHARE for score in scores.values())
    clear = any(score.words >= _CLEAR for score in scores.values())
    by_id = {kind.id: kind for kind in kinds}
    shown = min(max(FEW, near), MOST) if clear else MOST
    return tuple(by_id[kind_id] for kind_id in ranked[:shown])


def possible(said: Said, kinds: Sequence[KindSpec], vocabulary: Vocabulary) -> tuple[KindSpec, ...]:
    """Those of *kinds* that an accepted answer can have: with one of the verbs that were said, as
    far as any are, and about what the nouns name; about the machine's start alone, if nothing else
    was said. None when every answer would be refused."""
    code = frozenset(noun for target in vocabulary.targets for noun in target.artifacts)
    verbs, acts = set(said.verbs(code)), said.acts()
    of = {kind.id: {use.verb for use in verbs_of(said, kind, acts)} for kind in kinds}
    if verbs - set().union(*of.values()):
        return ()
    if verbs:
        acting = [kind for kind in kinds if of[kind.id]]
        covered = set().union(*(words_of(kind) for kind in acting))
        more = [kind for kind in kinds if kind not in acting and noun_alone(said, kind)]
        kinds = [*acting, *(kind for kind in more if not {*kind.nouns} & covered)]
    several = len(set().union(*(of[kind.id] for kind in kinds))) > 1
    if said.boots() and not several:
        kinds = [kind for kind in kinds if AT_BOOT in kind.adverbs]
    sure = {kind.id for kind in kinds if of[kind.id]} if several else set()
    return _about(said, kinds, vocabulary, sure)


def _about(
    said: Said, kinds: Sequence[KindSpec], vocabulary: Vocabulary, sure: set[str]
) -> tuple[KindSpec, ...]:
    """Those of *kinds* that can be about what the nouns name: of a target that knows all of them,
    and named by one, or about all, or *sure* to be meant with something else."""
    nouns = [ids for _, ids in said.nouns([])]
    known = {
        target.name: {*target.places, *target.artifacts, *target.words}
        for target in vocabulary.targets
    }
    about = {kind.id: words_of(kind) | known[kind.target] for kind in kinds}
    whole = {
        target
        for target in known
        if all(any(ids & about[k.id] for k in kinds if k.target == target) for ids in nouns)
    }
    if not whole:
        return tuple(kinds)  # a noun may be a name here
    return tuple(
        kind
        for kind in kinds
        if kind.target in whole
        and (
            kind.id in sure
            or any(ids & {*kind.nouns} for ids in nouns)
            or all(ids & about[kind.id] for ids in nouns)
        )
    )


def scored(said: Said, kinds: Sequence[KindSpec], vocabulary: Vocabulary) -> dict[str, Score]:
    """How much speaks for each of *kinds* that is possible, by id, in the vocabulary's order."""
    fitting = [kind for kind in kinds if _possible(said, kind)]
    features = {kind.id: _features(kind, vocabulary) for kind in fitting}
    rarity = _rarity(features.values())
    spoken = _spoken(said)
    sure = {meant: alike for meant, alike in spoken.items() if alike >= _BEGINS}
    return {
        kind.id: Score(
            _score(kind, features[kind.id], sure, rarity),
            _score(kind, features[kind.id], spoken, rarity) + _held(said, kind),
        )
        for kind in fitting
    }


def _possible(said: Said, kind: KindSpec) -> bool:
    """Whether the message can be about *kind*: a word names it, or each value that it must have
    and that nothing else gives is one that the message may hold."""
    if said.names_kind(kind):
        return True
    wanted = [field for field in kind.fields if field.required and not field.sources]
    return all(said.offers(field) for field in wanted) and bool(kind.fields)


def _features(kind: KindSpec, vocabulary: Vocabulary) -> frozenset[_Feature]:
    """Everything that words can say of *kind*."""
    found = {_Feature("noun", noun) for noun in kind.nouns}
    found |= {_Feature("verb", use.verb) for use in kind.verbs if use.noun != "said"}
    for field in kind.fields:
        found |= {_Feature("marker", marker) for marker in field.markers}
        found |= {_Feature("says", word) for word in field.says}
    target = next((spec for spec in vocabulary.targets if spec.name == kind.target), None)
    if target is not None:
        found |= {_Feature("target", word) for word in (*target.words, target.name)}
    return frozenset(found)


def _rarity(all_features: Iterable[frozenset[_Feature]]) -> dict[_Feature, float]:
    """How much each feature tells kinds apart: the fewer have it, the more."""
    lists = list(all_features)
    counts = Counter(feature for features in lists for feature in features)
    return {feature: log(1 + len(lists) / count) for feature, count in counts.items()}


def _score(
    kind: KindSpec,
    features: frozenset[_Feature],
    spoken: dict[str, float],
    rarity: dict[_Feature, float],
) -> float:
    """How much the words speak for *kind*; a verb that needs a noun says less without it."""
    named = any(noun in spoken for noun in kind.nouns)
    needing = {use.verb for use in kind.verbs if use.noun in _NEEDED and not named}
    return sum(
        _WEIGHTS[feature.sort]
        * rarity[feature]
        * spoken.get(feature.id, 0.0)
        * (_ALONE if feature.sort == "verb" and feature.id in needing else 1.0)
        for feature in features
    )


def _held(said: Said, kind: KindSpec) -> float:
    """How many of the fields could have a value of the message's, the required ones above all."""
    points = [_holds(said, field) for field in kind.fields]
    return _WEIGHTS["holds"] * sum(points) / (1 + len(points)) if points else 0.0


def _holds(said: Said, field: FieldSpec) -> float:
    if field.shape in ("switch", "text"):
        return 0.0
    offered = any(offer.start >= 0 for offer in said.offers(field))
    return (2.0 if field.required else 0.5) * offered


# -- the words of the message ---------------------------------------------------------------------


def _spoken(said: Said) -> dict[str, float]:
    """The ids that the message's words stand for, and how surely: 1 for a known word."""
    spoken: dict[str, float] = {}
    unknown = []
    for word in said.words:
        senses = [sense.entry for sense in word.senses if sense.entry.id]
        for entry in senses:
            spoken[entry.id] = 1.0
        if not word.senses and word.sort in ("hangul", "ascii"):
            unknown.append(word)
    if WANTED in spoken:
        spoken["create"] = 1.0  # "i need a namespace"
    prevented = any(s.entry.cls == "prevent" for word in said.words for s in word.senses)
    negated = any(s.entry.cls == "neg" for word in said.words for s in word.senses)
    off = prevented or negated or bool({"stop", "release"} & set(spoken))
    if off and ("enable" in spoken or ("at_boot" in spoken and {"start", "rise"} & set(spoken))):
        spoken["disable"] = 1.0  # "stop cups from starting at boot", "자동 시작 해제"
    again = any(s.entry.cls == "again" for word in said.words for s in word.senses)
    if again and {"start", "launch", "rise"} & set(spoken):
        spoken["restart"] = 1.0  # "다시 띄워줘"
    for word in unknown[:_SAMPLE]:
        for meant, alike in _resembled(said, word):
            spoken[meant] = max(spoken.get(meant, 0.0), alike)
    return spoken


def _resembled(said: Said, word: Word) -> Iterable[tuple[str, float]]:
    """The ids of known words that look like *word*, with how much they do."""
    pairs = _pairs(word.text.lower())
    for surface, entries in said.lexicon.words.items():
        alike = _overlap(pairs, _pairs(surface))
        if word.sort == "hangul" and len(surface) > 1 and word.text.startswith(surface):
            alike = max(alike, _BEGINS)  # "인스톨" in "인스톨해주세여"
        if alike >= _ALIKE:
            for entry in entries:
                if entry.id and entry.cls in ("noun", *_VERBS):
                    yield entry.id, alike


@lru_cache(maxsize=4096)
def _pairs(text: str) -> frozenset[str]:
    padded = f" {text} "
    return frozenset(padded[index : index + 2] for index in range(len(padded) - 1))


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    """Dice's coefficient."""
    return 2 * len(one & other) / (len(one) + len(other))
