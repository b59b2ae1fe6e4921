"""Which kinds of operation a message may be about: those that a model is shown.

Called by ``model``. A small model chooses well among a few kinds and badly among hundreds, for
which its context would not be enough either. The words of the message are compared with those of
the kinds, as the compiled vocabulary has them: verbs, nouns, what announces a field, what a field
can hold. A word that nobody knows counts for those that it resembles. It is a ranking and no
decision: what is read still has to hold.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from kiki.model.vocabulary import FieldSpec, KindSpec, Vocabulary
from kiki.understand.evidence import Claim, Evidence, Rank, value_key
from kiki.understand.grounding import Said
from kiki.understand.hints import hinted
from kiki.understand.stretches import Stretch, Stretches
from kiki.understand.whole import noun_alone, verbs_of, words_of
from kiki.understand.wording import AT_BOOT

FEW = 6  # kinds that are shown for one stretch of a message, if it names any
MOST = 48  # kinds that are ever shown: about 2,400 tokens
_SHARE = 0.35  # of the best of a stretch, what a kind needs to be shown beside it
_ELSEWHERE = 0.25  # what is said in other stretches counts so much for a kind that a stretch names
_SAME = 1.0  # what it says for a kind that it can be about what was named before: "start it"


def relevant(said: Said, kinds: Sequence[KindSpec], vocabulary: Vocabulary) -> tuple[KindSpec, ...]:
    """Those of *kinds* that the message may be about, the likeliest first: of each stretch those
    that come near its best, and the best for what these leave unexplained; *FEW* of each, if a
    word names any kind. When nothing speaks for any, all that there may be."""
    places = frozenset(noun for target in vocabulary.targets for noun in target.places)
    stretches = Stretches(said, places).all()
    of = {kind.target for kind in kinds}
    wanted = next(iter(of)) if len(of) == 1 else ""
    about = hinted(tuple(kinds), said.words, wanted, vocabulary.targets, _meant(stretches))
    fitting = _fitting(said, about)
    ranks = _ranked(said, about, vocabulary, stretches, [kind.id for kind in fitting])
    named = any(points.named for rank in ranks for points in rank.values())
    best: dict[str, float] = {}
    for rank in ranks:
        for kind_id in _shown(rank, FEW if named else MOST):
            best[kind_id] = max(best.get(kind_id, 0.0), rank[kind_id].all)
    found = [kind for kind in fitting if kind.id in best] or fitting
    return tuple(sorted(found, key=lambda kind: -best.get(kind.id, 0.0))[:MOST])


def _shown(rank: Rank, few: int) -> list[str]:
    """The kinds of one stretch that are shown: those near the best, *few* and what ties with the
    last of them, and those that explain best what these don't."""
    best = max((points.all for points in rank.values()), default=0.0)
    near = [one for one, points in rank.items() if points.all >= best * _SHARE]
    least = rank[near[few - 1]].all if len(near) > few else 0.0
    shown = [one for one in near if rank[one].all >= least]
    explained: set[Claim] = set().union(*(rank[one].explains for one in shown))
    for points in rank.values():
        left = points.explains - explained
        more = [o for o in rank if rank[o].all >= points.all * _SHARE and rank[o].explains & left]
        shown += [one for one in more if one not in shown]
        explained |= left
    return shown


def _meant(stretches: Sequence[Stretch]) -> frozenset[str]:
    """The ids of all that the message's words are or resemble."""
    return frozenset(key for one in stretches for place in one.places for key in place.meant)


def _ranked(
    said: Said,
    kinds: Sequence[KindSpec],
    vocabulary: Vocabulary,
    stretches: Sequence[Stretch],
    fitting: Sequence[str],
) -> list[Rank]:
    """For each stretch of the message how much it says of those kinds that are *fitting*, by id,
    the likeliest first; of several that are as likely, in the vocabulary's order."""
    evidence = Evidence(said, kinds, vocabulary)
    whole = _meant(stretches)
    found = [evidence.of(stretch, whole) for stretch in stretches]
    alone = [Counter({kind_id: points.all for kind_id, points in rank.items()}) for rank in found]
    shares = {kind.id: kind.shares for kind in kinds}
    for number, rank in enumerate(found):
        points_back = number > 0 and _points_back(said, stretches[number])
        others = alone[:number] if points_back else alone[:number] + alone[number + 1 :]
        same = {shares[max(one, key=one.__getitem__)] for one in others if one and points_back}
        for kind_id, points in rank.items():
            if points.named:
                points.all += _ELSEWHERE * sum(one[kind_id] for one in others)
                points.all += _SAME * (shares[kind_id] in same - {""})
            points.all += evidence.targeted(kind_id, whole)
    ordered = [sorted((k for k in fitting if k in rank), key=_by(rank)) for rank in found]
    return [{k: rank[k] for k in order} for rank, order in zip(found, ordered, strict=True)]


def _points_back(said: Said, stretch: Stretch) -> bool:
    """Whether a pronoun stands for what a stretch is about: "start **it**"."""
    inside = (word for word in said.words if stretch.start <= word.start < stretch.end)
    return any(word.has("pronoun") for word in inside)


def _by(rank: Rank) -> Callable[[str], float]:
    return lambda kind_id: -rank[kind_id].all


def _fitting(said: Said, kinds: Sequence[KindSpec]) -> list[KindSpec]:
    """Those of *kinds* that the message can be about: a word names one, or each value that it must
    have and that nothing else gives is one that the message may hold."""
    held: dict[tuple[Any, ...], bool] = {}

    def holds(field: FieldSpec) -> bool:
        key = value_key(field)
        if key not in held:
            held[key] = bool(said.offers(field))
        return held[key]

    wanted = {
        kind.id: [field for field in kind.fields if field.required and not field.sources]
        for kind in kinds
    }
    acts = said.acts()
    return [
        kind
        for kind in kinds
        # What only reads is asked for by a verb of its own; who says "make" does not look.
        if not (kind.reads and acts and not verbs_of(said, kind, acts))
        if said.names_kind(kind) or (kind.fields and all(map(holds, wanted[kind.id])))
    ]


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
