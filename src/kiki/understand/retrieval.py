"""Which kinds of operation a message may be about: those that a model is shown.

Called by ``model``. A small model chooses well among a few kinds and badly among hundreds, for
which its context would not be enough either. The words of the message are compared with those of
the kinds, as the compiled vocabulary has them: verbs, nouns, what announces a field, what a field
can hold. A word that nobody knows counts for those that it resembles. It is a ranking and no
decision: what is read still has to hold.
"""

from collections.abc import Sequence

from kiki.model.vocabulary import KindSpec, Vocabulary
from kiki.understand.evidence import Evidence, Points
from kiki.understand.grounding import Said
from kiki.understand.stretches import Stretch, Stretches
from kiki.understand.whole import noun_alone, verbs_of, words_of
from kiki.understand.wording import AT_BOOT

FEW = 6  # kinds that are shown for one stretch of a message, if it names any
MOST = 48  # kinds that are ever shown: about 2,400 tokens
_SHARE = 1 / 3  # of the best of a stretch, what a kind needs to be shown beside it
_ELSEWHERE = 0.25  # what is said in other stretches counts for one with a verb, so much


def relevant(said: Said, kinds: Sequence[KindSpec], vocabulary: Vocabulary) -> tuple[KindSpec, ...]:
    """Those of *kinds* that the message may be about, the likeliest first: of each stretch those
    that come near its best, and one at least for every word and value that speaks for any; when
    no word names a kind, as many as there may be."""
    ranks = ranked(said, kinds, vocabulary)
    clear = [rank for rank in ranks if any(points.named for points in rank.values())]
    best: dict[str, float] = {}
    for rank in ranks:
        few = FEW if clear else MOST
        for kind_id in _shown(rank, few):
            best[kind_id] = max(best.get(kind_id, 0.0), rank[kind_id].all)
    by_id = {kind.id: kind for kind in kinds}
    found = sorted(best, key=lambda kind_id: -best[kind_id])
    return tuple(by_id[kind_id] for kind_id in found[:MOST])


def _shown(rank: dict[str, Points], few: int) -> list[str]:
    """The kinds of one stretch that are shown: those near the best, *few* at most, and the best
    for what they leave unexplained."""
    order = list(rank)
    best = rank[order[0]].all if order else 0.0
    near = [one for one in order if rank[one].all >= best * _SHARE]
    least = rank[near[few - 1]].all if len(near) > few else 0.0
    shown = [one for one in near if rank[one].all >= least]  # and none that ties with the last
    explained: set[int] = set().union(*(rank[one].explains for one in shown))
    for one in order:
        left = rank[one].explains - explained
        if left:
            least = rank[one].all * _SHARE
            shown += [
                o
                for o in order
                if rank[o].explains & left and rank[o].all >= least and o not in shown
            ]
            explained |= left
    return shown


def ranked(
    said: Said, kinds: Sequence[KindSpec], vocabulary: Vocabulary
) -> list[dict[str, Points]]:
    """For each stretch of the message how much it says of the kinds that are possible, by id, the
    likeliest first."""
    evidence = Evidence(said, kinds, vocabulary)
    possible_ids = {kind.id for kind in kinds if _possible(said, kind, evidence)}
    stretches = Stretches(said).all()
    whole = frozenset(key for one in stretches for place in one.places for key in place.meant)
    points = [evidence.of(stretch, whole) for stretch in stretches]
    total: dict[str, float] = {}
    for found in points:
        for kind_id, one in found.items():
            total[kind_id] = total.get(kind_id, 0.0) + one.all
    ranks = []
    for stretch, found in zip(stretches, points, strict=True):
        for kind_id, one in found.items():
            if one.named:
                one.all += _ELSEWHERE * (total[kind_id] - one.all)
            one.all += evidence.targeted(kind_id, whole)
        fitting = [kind.id for kind in kinds if kind.id in found and kind.id in possible_ids]
        order = sorted(fitting, key=lambda kind_id: -found[kind_id].all)
        ranks.append({kind_id: found[kind_id] for kind_id in order})
    return ranks


def _possible(said: Said, kind: KindSpec, evidence: Evidence) -> bool:
    """Whether the message can be about *kind*: a word names it, or each value that it must have
    and that nothing else gives is one that the message may hold."""
    if said.names_kind(kind):
        return True
    wanted = [field for field in kind.fields if field.required and not field.sources]
    return all(said.offers(field) for field in wanted) and bool(kind.fields)


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
