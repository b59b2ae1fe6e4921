"""What the clauses of a message share, once each is read: objects, places, problems.

Called by ``target_reading``. "install nginx and start it" starts nginx; two sets to choose from,
or a namespace that was named for something else, become questions. Answers are keys as in
``Request.answers``: ``<number of the operation>.<field>``.
"""

from typing import Any

import msgspec

from kiki.model.intent import Choice, Question, Source
from kiki.model.vocabulary import FieldSpec, KindSpec
from kiki.understand.draft import Draft, Notes, is_wrong
from kiki.understand.filling import Problem
from kiki.understand.place import Placement

Answers = dict[str, str]
Objects = list[tuple[Any, Source]]


# What is removed runs no more: "ntp 제거하고 chrony 설치해서 시작해줘" starts chrony.
_GONE = "package_remove"
_RUNS = ("service_start", "service_enable", "service_restart")


class Settled(msgspec.Struct):
    """The operations of all clauses, the assumptions made, and the first question that is open."""

    drafts: list[Draft] = []
    notes: Notes = []
    asked: Question | None = None


def number(placements: list[Placement]) -> int:
    """The number of the next operation."""
    return sum(placement.count for placement in placements)


def share(placement: Placement, before: list[Placement], answers: Answers) -> Question | None:
    """Take the object of an earlier clause if this one has none; a question if there are two."""
    kind = placement.kind
    if not kind.shares or placement.objects or placement.otherwise:
        return None
    sets = earlier(kind, before)
    if len(sets) == 1:
        placement.objects = next(iter(sets.values()))
    key = f"{number(before)}.{kind.object}"
    if len(sets) < 2 or key in answers:
        return None
    every = ",".join(dict.fromkeys(name for names in sets for name in names))
    choices = (*(Choice(value=",".join(names)) for names in sets), Choice(value=every))
    return Question(code="question.which", field=key, params={"kind": kind.id}, choices=choices)


def shared(before: list[Placement]) -> frozenset[str]:
    """The sorts of objects that the operations before have for later ones."""
    having = (placement.kind for placement in before if placement.objects)
    return frozenset(sort for kind in having for sort in (kind.shares, kind.lends) if sort)


def earlier(kind: KindSpec, before: list[Placement]) -> dict[tuple[str, ...], Objects]:
    """The different objects of the operations before that *kind* could take."""
    giving = [
        other
        for other in before
        if kind.shares in (other.kind.shares, other.kind.lends) and other.objects
    ]
    gone = [_names(other) for other in giving if other.kind.name == _GONE and kind.name in _RUNS]
    left = [other for other in giving if _names(other) not in gone]
    sets = {_names(other): list(other.objects) for other in left or giving}
    return {names: made for names, made in sets.items() if not _by_its_service(names, sets, kind)}


def _names(placement: Placement) -> tuple[str, ...]:
    return tuple(str(made) for made, _ in placement.objects)


def _by_its_service(
    names: tuple[str, ...], sets: dict[tuple[str, ...], Objects], kind: KindSpec
) -> bool:
    """Whether *names* are the packages of services that were named, too: chrony and chronyd."""
    services = [other for other in sets if other != names and len(other) == len(names)]
    return kind.name in _RUNS and any(
        all(service == f"{name}d" for name, service in zip(names, other, strict=True))
        for other in services
    )


def settle(placements: list[Placement], answers: Answers) -> Settled:
    """The operations of *placements*, in order."""
    settled = Settled()
    there: list[bool] = []
    for placement in placements:
        first = len(settled.drafts)
        settled.drafts += placement.drafts()
        there += [placement.there] * (len(settled.drafts) - first)
        settled.notes += [note for note in placement.notes if note not in settled.notes]
        for problem in placement.problems:
            if _made_before(problem, placement.kind, settled.drafts[:first]):
                source = Source(origin="span", start=problem.start, end=problem.end)
                for draft in settled.drafts[first:]:
                    draft.fill(problem.field, problem.params["value"], source)
                continue
            key = f"{_draft_with(problem, first, settled.drafts)}.{problem.field}"
            if key not in answers and settled.asked is None:
                settled.asked = _question(problem, key)
    for index, draft in enumerate(settled.drafts):
        asked = _elsewhere(index, draft, settled.drafts, answers, said_there=there[index])
        settled.asked = settled.asked or asked
    return settled


def _made_before(problem: Problem, kind: KindSpec, drafts: list[Draft]) -> bool:
    """As in "make namespace qa, then in qa create a deployment": the place that is meant is one
    that the message itself makes."""
    if problem.code != "question.place" or not problem.field:
        return False
    field, value = kind.field(problem.field), problem.params["value"]
    origins = {(o.kind, o.field) for o in field.sources if o.how == "ask" and o.kind != kind.id}
    return field.spread and any(
        (draft.kind.id, name) in origins and made == value
        for draft in drafts
        for name, made in draft.values.items()
    )


def _question(problem: Problem, key: str) -> Question:
    return Question(
        code=problem.code,
        field=key,
        params=problem.params,
        choices=problem.choices,
        start=problem.start,
        end=problem.end,
    )


def _draft_with(problem: Problem, first: int, drafts: list[Draft]) -> int:
    """The number of the operation that has the wrong value."""
    for index in range(first, len(drafts)):
        value = drafts[index].values.get(problem.field)
        if problem.mark and problem.mark in (value if isinstance(value, list) else [value]):
            return index
    return first


# -- a namespace that was named for another operation ----------------------------------------------


def _elsewhere(
    index: int, draft: Draft, drafts: list[Draft], answers: Answers, *, said_there: bool
) -> Question | None:
    """Fill it when "there" was said; ask when it was not, of what holds for all that is made: a
    namespace, and no folder."""
    for field in draft.kind.fields:
        sure = not said_there and _surely_derived(field, draft, drafts)
        if field.name in draft.values or sure:
            continue
        named = _named_elsewhere(field, draft, drafts)
        if said_there and len(named) == 1:
            value, source = next(iter(named.items()))
            draft.fill(field.name, [value] if field.type == "list" else value, source)
        elif f"{index}.{field.name}" in answers:
            continue
        elif named and field.spread:
            return _ask_where(f"{index}.{field.name}", draft, named)
        elif said_there and any(origin.how == "ask" for origin in field.sources):
            return _ask_which(f"{index}.{field.name}", draft, field, named)
    return None


def _surely_derived(field: FieldSpec, draft: Draft, drafts: list[Draft]) -> bool:
    sure = {origin.kind for origin in field.sources if origin.how != "ask"}
    return any(other.kind.id in sure for other in drafts if other is not draft)


def _named_elsewhere(field: FieldSpec, draft: Draft, drafts: list[Draft]) -> dict[str, Source]:
    found: dict[str, Source] = {}
    for origin in field.sources:
        for other in drafts:
            value = other.values.get(origin.field)
            mine = origin.how != "ask" or other is draft or other.kind.id != origin.kind
            for one in value if isinstance(value, list) else [value]:
                if one and not mine and not is_wrong(one):
                    found.setdefault(str(one), other.sources[origin.field])
    return found


def _ask_which(key: str, draft: Draft, field: FieldSpec, named: dict[str, Source]) -> Question:
    """As in "deploy redis there", where nothing was named, or several things were."""
    about = str(draft.values.get(draft.kind.object) or draft.values.get(draft.kind.product) or "")
    params = {"field": field.name, "kind": draft.kind.id, "object": about}
    choices = tuple(Choice(value=value) for value in named)
    return Question(code=field.prompt, field=key, params=params, choices=choices)


def _ask_where(key: str, draft: Draft, named: dict[str, Source]) -> Question:
    values, kind = draft.values, draft.kind
    about = values.get(kind.object) or values.get(kind.product) or ""
    choices = tuple(Choice(value=value) for value in (*named, "default"))
    params = {"object": str(about), "value": ", ".join(named)}
    return Question(code="question.which_namespace", field=key, params=params, choices=choices)
