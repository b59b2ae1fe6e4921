"""How a change is taken back: the reverse operations, or honestly none.

Called by ``target``, by ``plan`` for a plan's reversibility, and by ``ran`` with what runs really
did. What was there before is never taken away: only on the hosts, and of the items, that the plan
says would change. Where that can't be told, it is not done, and ``Undo`` says so.
"""

from collections.abc import Iterable
from typing import Any

import msgspec

from kiki.model.change import Undo
from kiki.model.intent import Intent, Operation, Source
from kiki.model.plan import Action, Plan, Verb
from kiki.model.records import canonical
from kiki.targets.ansible.back import fields_back
from kiki.targets.ansible.changed import from_message
from kiki.targets.ansible.compose import Step, kind_of, steps_of
from kiki.targets.ansible.tasks import Reverse, Task
from kiki.targets.port import UndoPlan

# What an unknown action still tells: it was not there before, so this change made it.
_NEW = frozenset(
    ("ansible.not_judged_package", "ansible.not_judged_folder", "ansible.not_judged_service")
)


class _Part(msgspec.Struct, frozen=True):
    """One way back for one task: *hosts* maps each host to the items that changed there, *fields*
    to the fields of the operation that takes it back."""

    task: Task
    reverse: Reverse
    hosts: dict[str, frozenset[str]]
    fields: dict[str, dict[str, Any]]

    def key(self) -> tuple[str, str]:
        """What is the same for the tasks of both families."""
        return self.reverse.operation, str(sorted(self.reverse.fields.items()))


def undo(intent: Intent, plan: Plan | None) -> UndoPlan:
    """How *intent* is taken back when it does, or did, all that *plan* says; without a plan only
    the kind is told."""
    steps = steps_of(intent)
    if plan is None:
        return UndoPlan(undo=_expected(steps))
    known = {step.task.name for step in steps}
    for action in plan.changes:
        if action.task not in known and action.verb != "error":
            params = {"task": action.task}
            return UndoPlan(
                undo=Undo(kind="impossible", reason="ansible.undo_by_hand", params=params)
            )
    acting, parts, problem = _parts(steps, plan)
    if problem is not None:
        return UndoPlan(undo=problem)
    if not parts:
        return UndoPlan(undo=_nothing(acting))
    return _put_together(parts, _follow_ups(steps, parts))


def _follow_ups(steps: tuple[Step, ...], parts: list[_Part]) -> list[_Part]:
    """What follows when causes are taken back: a reload after a file as much as before it, on the
    hosts of the causes, whether or not the run came to it."""
    found: list[_Part] = []
    for step in steps:
        causes = {title for _, title in step.causes}
        hosts = [host for part in parts if part.task.name in causes for host in part.hosts]
        for reverse in step.task.reverses if step.task.acts else ():
            if hosts and reverse.operation:
                items = frozenset(name for _, name in step.task.items)
                each = dict.fromkeys(hosts)
                fields = {host: dict(reverse.fields) for host in each}
                where = dict.fromkeys(each, items)
                part = _Part(task=step.task, reverse=reverse, hosts=where, fields=fields)
                found.append(part)
    return found


def _expected(steps: tuple[Step, ...]) -> Undo:
    """The kind, when nobody knows yet what would change: the worst of all tasks."""
    reverses = [(step.task, reverse) for step in steps for reverse in step.task.reverses]
    lasting = [(task, reverse) for task, reverse in reverses if not task.acts]
    if not lasting:
        return _nothing(bool(reverses))
    for task, reverse in lasting:
        if reverse.kind == "impossible":
            return _impossible(reverse.reason, task)
    if any(reverse.only and reverse.otherwise for _, reverse in lasting):
        return Undo(kind="compensating", reason="ansible.undo_depends")
    return _kind(reverse for _, reverse in lasting)


def _nothing(acting: bool) -> Undo:
    if acting:
        return Undo(kind="impossible", reason="ansible.undo_acted")
    return Undo(kind="exact", reason="undo.nothing")


def _impossible(reason: str, task: Task) -> Undo:
    return Undo(kind="impossible", reason=reason, params={"task": task.name})


def _kind(reverses: Iterable[Reverse]) -> Undo:
    for reverse in reverses:
        if reverse.kind == "compensating":
            return Undo(kind="compensating", reason=reverse.reason)
    return Undo(kind="exact")


def _parts(steps: tuple[Step, ...], plan: Plan) -> tuple[bool, list[_Part], Undo | None]:
    """Whether anything only acts, the ways back in order of the tasks, and what is in the way."""
    acting, parts = False, []
    for step in steps:
        changed = [
            action
            for action in plan.changes
            if action.task == step.task.name and action.verb != "error"
        ]
        if step.task.acts:
            acting = acting or bool(changed)
        elif changed:
            found = _part(step, changed, steps, plan)
            if isinstance(found, Undo):
                return acting, [], found
            parts.extend(found)
    return acting, parts, None


def _part(
    step: Step, changed: list[Action], steps: tuple[Step, ...], plan: Plan
) -> list[_Part] | Undo:
    """The ways back for what one task changed; an ``Undo`` that says why there is none."""
    task = step.task
    new = {action.subject: _new_items(action, step, steps, plan) for action in changed}
    hosts = {action.subject: new[action.subject] or _items(task, action) for action in changed}
    for action in changed:
        problem = _problem(task, action, bool(new[action.subject]))
        if problem is not None:
            return problem
    parts: list[_Part] = []
    for reverse in task.reverses:
        mine = [act for act in changed if _fits(reverse, act, bool(new[act.subject]))]
        if reverse.items and not all(hosts[action.subject] for action in mine):
            return _impossible("ansible.undo_items_not_known", task)
        fields = {action.subject: fields_back(reverse, action) for action in mine}
        if any(isinstance(found, Undo) for found in fields.values()):
            return next(found for found in fields.values() if isinstance(found, Undo))
        if mine:
            where = {action.subject: hosts[action.subject] for action in mine}
            parts.append(_Part(task=task, reverse=reverse, hosts=where, fields=_known(fields)))
    return parts


def _known(fields: dict[str, dict[str, Any] | Undo]) -> dict[str, dict[str, Any]]:
    return {host: found for host, found in fields.items() if not isinstance(found, Undo)}


def _problem(task: Task, action: Action, new: bool) -> Undo | None:
    """Why what *action* did can't be taken back; *new*: it can only have come with this change."""
    if action.unread:
        return _impossible(action.unread, task)
    for reverse in task.reverses:
        if reverse.kind == "impossible":
            return _impossible(reverse.reason, task)
        if action.verb == "unknown" and not new and action.new is None:
            return _impossible("ansible.undo_not_known", task)
        if reverse.otherwise and not _fits(reverse, action, new):
            return _impossible(reverse.otherwise, task)
    if task.reverses and not any(_fits(reverse, action, new) for reverse in task.reverses):
        return _impossible("ansible.undo_not_known", task)
    return None


def _fits(reverse: Reverse, action: Action, new: bool) -> bool:
    """Whether *reverse* is for what *action* did: where check mode could not judge that, but a
    look found something, it changed what was there."""
    looked = action.verb == "unknown" and action.new is not None
    verb: Verb = "create" if new else "update" if looked else action.verb
    return not reverse.only or verb in reverse.only


def _new_items(action: Action, step: Step, steps: tuple[Step, ...], plan: Plan) -> frozenset[str]:
    """The items that an unknown action is about and that can only have come with this change: a
    look did not find them, or what holds them is new itself."""
    everything = frozenset(canonical for _, canonical in step.task.items)
    if action.verb != "unknown":
        return frozenset()
    if action.new is not None:
        return everything if len(action.new) == len(step.task.items) else frozenset()
    if action.reason == "ansible.not_judged_tool":
        return everything
    if action.reason in _NEW and len(everything) == 1:
        return everything
    earlier = steps[: steps.index(step)]
    made = [
        _creates(makers, action.subject, earlier, plan)
        for fact in step.task.needs
        if fact not in step.task.beside
        and (makers := {one.task.name: one for one in earlier if fact in one.task.ensures})
    ]
    return everything if made and all(made) else frozenset()


def _creates(makers: dict[str, Step], host: str, steps: tuple[Step, ...], plan: Plan) -> bool:
    """Whether one of *makers*, each family's own, brings to *host* what was not there: it says so,
    or can't be judged and is about something new itself."""
    return any(
        action.verb == "create"
        or action.reason == "ansible.not_judged_package"
        or bool(_new_items(action, makers[action.task], steps, plan))
        for action in plan.actions
        if action.task in makers and action.subject == host
    )


def _items(task: Task, action: Action) -> frozenset[str]:
    """The canonical names of the items that *action* changes; empty when unknown."""
    canonical = dict(task.items)
    if action.new:
        return frozenset(canonical[name] for name in action.new if name in canonical)
    if len(canonical) == 1:
        return frozenset(canonical.values())
    return frozenset(canonical[name] for name in from_message(action.message, task))


def _put_together(parts: list[_Part], after: list[_Part]) -> UndoPlan:
    """Operations in reverse order, each for the hosts on which it takes something back, and those
    of *after* in their own order at the end."""
    merged = _merged(parts)
    hosts = frozenset().union(*(part.hosts for part in merged))
    operations: list[Operation] = []
    for part in (*reversed(merged), *_merged(after)):
        if part.reverse.operation:
            known = [(one.kind, one.fields, one.hosts) for one in operations]
            made = _operations(part, hosts)
            operations += [one for one in made if (one.kind, one.fields, one.hosts) not in known]
    said = _kind(part.reverse for part in merged)
    if not operations:  # all of it simply stays
        return UndoPlan(undo=Undo(kind="impossible", reason=said.reason))
    return UndoPlan(
        undo=said,
        operations=tuple(operations),
        hosts=tuple(sorted(hosts)),
    )


def _merged(parts: list[_Part]) -> list[_Part]:
    """Neighbours that are taken back by the same operation, as one: the families' two tasks."""
    merged: list[_Part] = []
    for part in parts:
        last = merged[-1] if merged else None
        if last is None or last.key() != part.key() or not last.hosts.keys().isdisjoint(part.hosts):
            merged.append(part)
        else:
            merged[-1] = msgspec.structs.replace(
                last, hosts={**last.hosts, **part.hosts}, fields={**last.fields, **part.fields}
            )
    return merged


def _operations(part: _Part, every: frozenset[str]) -> list[Operation]:
    """What takes *part* back: one operation, or one for each set of items, and of values before,
    that hosts have in common. *every* are all hosts of the undo: an operation for all of them names
    none."""
    order = dict.fromkeys(name for _, name in part.task.items)
    alike: dict[bytes, tuple[dict[str, Any], list[str]]] = {}
    for host, items in sorted(part.hosts.items()):
        fields = dict(part.fields[host])
        if part.reverse.items:
            fields[part.reverse.items] = [name for name in order if name in items]
        alike.setdefault(canonical(fields), (fields, []))[1].append(host)
    return [
        _operation(part, fields, () if set(hosts) == every else tuple(hosts))
        for fields, hosts in alike.values()
    ]


def _operation(part: _Part, fields: dict[str, Any], hosts: tuple[str, ...]) -> Operation:
    source = Source(origin="undo", detail=part.task.name)
    kind = kind_of(part.reverse.operation)
    return Operation(kind=kind, fields=fields, sources=dict.fromkeys(fields, source), hosts=hosts)
