"""A plan from the events of a ``--check --diff`` run.

Called by ``target``. It reads what the run says about each host and task, and says ``unknown``
where check mode can't know; see ``judging``. Text from hosts is data here, never anything else.
"""

from collections.abc import Iterator

import msgspec

from kiki.model.intent import Intent
from kiki.model.inventory import Inventory
from kiki.model.plan import Action, Plan, Risk
from kiki.model.run import RunEvent, RunResult
from kiki.targets.ansible import risks
from kiki.targets.ansible.changed import as_message, changed_items
from kiki.targets.ansible.compose import Step, steps_of
from kiki.targets.ansible.diffs import normalised
from kiki.targets.ansible.judging import Judgement, judge
from kiki.targets.ansible.looked import Looked
from kiki.targets.ansible.tags import chosen
from kiki.targets.ansible.undo import undo

_CUT = frozenset(("cancelled", "timeout"))
_VERDICTS = frozenset(("ok", "changed", "failed", "skipped"))


def plan(
    result: RunResult, intent: Intent, inventory: Inventory, tags: tuple[str, ...] = ()
) -> Plan:
    """What *result*, the check run of *intent*'s code on *inventory* with *tags*, shows.

    Hosts that would change come first, each with its actions in order.
    """
    steps = {step.task.name: step for step in chosen(steps_of(intent), tags)}
    found = {name: _Host(name, steps) for name in _hosts(result, inventory)}
    for event in result.events:
        if event.host in found:
            found[event.host].hear(event)
    unreachable = _unreachable(result, found)
    broken = _broken(result, unreachable)
    if broken is None:
        for host in found.values():
            host.finish()
    actions = tuple(
        action
        for host in sorted(found.values(), key=lambda host: not host.changes)
        for action in host.actions
    )
    if broken is not None:
        actions = (broken, *actions)
    return _made(intent, steps, actions, tuple(found), unreachable)


def _made(
    intent: Intent,
    steps: dict[str, Step],
    actions: tuple[Action, ...],
    hosts: tuple[str, ...],
    unreachable: tuple[str, ...],
) -> Plan:
    made = Plan(
        actions=actions,
        hosts=hosts,
        unreachable=unreachable,
        errored=any(action.verb == "error" for action in actions),
        complete=all(action.verb != "unknown" for action in actions),
    )
    risk: Risk = risks.of_plan(made, intent, steps)
    reversibility = undo(intent, made).undo.kind
    return msgspec.structs.replace(made, risk=risk, reversibility=reversibility)


def _hosts(result: RunResult, inventory: Inventory) -> tuple[str, ...]:
    """The change's hosts, and any other that the run touched."""
    touched = (event.host for event in result.events if event.host)
    return tuple(dict.fromkeys((*inventory.hosts, *touched)))


def _unreachable(result: RunResult, found: dict[str, "_Host"]) -> tuple[str, ...]:
    return tuple(
        name
        for name, host in found.items()
        if host.unreachable or (name in result.stats and result.stats[name].unreachable)
    )


def _broken(result: RunResult, unreachable: tuple[str, ...]) -> Action | None:
    """The error of a run that failed as a whole, with no host's task to blame."""
    if result.status in _CUT:
        return Action(subject="", task="", verb="error", reason=f"ansible.run_{result.status}")
    said = next((event for event in result.events if _is_whole(event)), None)
    if said is not None:
        reason = str(said.result.get("reason", ""))
        return Action(subject="", task="", verb="error", reason=reason, message=said.message)
    told = any(event.kind == "failed" and not event.ignored for event in result.events)
    if result.status != "failed" or told or unreachable:
        return None
    last = result.output.strip().rpartition("\n")[2]
    return Action(subject="", task="", verb="error", reason="ansible.run_failed", message=last)


def _is_whole(event: RunEvent) -> bool:
    """Whether *event* is a failure of the run and not of a host."""
    return event.kind == "failed" and not event.host


class _Host:
    """One host's actions while its events come in."""

    def __init__(self, name: str, steps: dict[str, Step]) -> None:
        self.name = name
        self.actions: list[Action] = []
        self.unreachable = False
        self._steps = steps
        self._seen: set[str] = set()
        self._items: dict[str, list[RunEvent]] = {}
        self._families: set[str] = set()
        self._looked = Looked()
        self._stopped = ""
        self._erred = False

    @property
    def changes(self) -> bool:
        """Whether anything would or might change here."""
        return any(action.verb != "none" for action in self.actions)

    def hear(self, event: RunEvent) -> None:
        """Take in the next event about this host."""
        if event.kind == "item":
            self._items.setdefault(event.task, []).append(event)
        elif event.kind == "unreachable":
            self.unreachable = True
        elif event.kind in _VERDICTS:
            self._judge(event)

    def finish(self) -> None:
        """Add the tasks that the run did not come to, because one could not be judged."""
        if self._erred or self.unreachable:
            return
        self.actions.extend(self._action(step) for step in self._left())

    def _left(self) -> Iterator[Step]:
        came = bool(self._seen)  # as far as the task at which the host stopped, or to the end
        for name, step in self._steps.items():
            family = step.task.family
            here = not family or not self._families or family in self._families
            here = here and (not step.hosts or self.name in step.hosts)
            # Nothing is heard of a handler that nobody notified.
            here = here and not (came and step.causes)
            if name not in self._seen and here and step.task.verb != "none":
                yield step
            came = came and name != self._stopped

    def _action(self, step: Step) -> Action:
        return Action(
            subject=self.name,
            task=step.task.name,
            verb="unknown",
            module=step.task.module,
            reason="ansible.not_judged_not_reached",
        )

    def _judge(self, event: RunEvent) -> None:
        step = self._step(event)
        title = step.task.name if step else event.task
        self._seen.add(title)
        if event.kind == "failed" and not event.ignored:
            self._stopped = title
        items = tuple(self._items.get(event.task, ()))
        if step is not None and step.look_of and event.kind != "failed":
            self._looked.hear(step, event, items)
            return
        judgement = judge(event, items, step, self.changes)
        if event.kind != "skipped" and step and step.task.family:
            self._families.add(step.task.family)
        if judgement is None:
            return
        self._erred = self._erred or judgement.verb == "error"
        made = Action(
            subject=self.name,
            task=title,
            verb=judgement.verb,
            module=event.module,
            diff=normalised(event.diff),
            reason=judgement.reason,
            message=_message(event, step, judgement, items),
        )
        self.actions.append(self._looked.with_before(made, step.task) if step else made)

    def _step(self, event: RunEvent) -> Step | None:
        """The step that the event is about: a role's tasks have the role's name before theirs."""
        title = event.task
        if title not in self._steps and " : " in title:
            title = title.partition(" : ")[2]
        step = self._steps.get(title)
        return step if step is not None and step.task.module == event.module else None


def _message(
    event: RunEvent, step: Step | None, judgement: Judgement, items: tuple[RunEvent, ...]
) -> str:
    """What went wrong, or which of the task's items would change."""
    if judgement.verb in ("error", "unknown"):
        failed = (item for item in items if item.result.get("status") == "failed")
        return next((item.message for item in failed), event.message)
    if judgement.verb == "none" or step is None:
        return ""
    return as_message(changed_items(step.task, event, items))
