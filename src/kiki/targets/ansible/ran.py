"""How what runs really did is taken back: the runs as one plan of what was changed, undone.

Called by ``target``. Of each run its plan says what there was before, and its events what was
done. Where the events are not known, the plan stands for them, and the notes say so.
"""

from collections.abc import Iterable

import msgspec

from kiki.model.change import Done, Outcome, Ran
from kiki.model.intent import Assumption, Intent
from kiki.model.plan import Action, Plan
from kiki.targets.ansible.changed import joined
from kiki.targets.ansible.compose import steps_of
from kiki.targets.ansible.tasks import listing
from kiki.targets.ansible.undo import undo
from kiki.targets.port import UndoPlan

_NAMED = 6  # tasks that a note names


def take_back(intent: Intent, runs: tuple[Ran, ...]) -> UndoPlan:
    """The way back from all of *runs*, oldest first, and what is not certain about it."""
    actions = tuple(_together(action for ran in runs for action in acted(ran)))
    hosts = tuple(dict.fromkeys(action.subject for action in actions))
    back = undo(intent, Plan(actions=actions, hosts=hosts))
    return msgspec.structs.replace(back, notes=_notes(runs, _lasting(intent)))


def moved(intent: Intent, runs: tuple[Ran, ...], now: Plan) -> tuple[str, ...]:
    """The hosts on which *now* would do again what *runs* did for certain, and would have left."""
    lasting = _lasting(intent)
    did = {
        (action.subject, action.task)
        for ran in runs
        for action in acted(ran)
        if action.task in lasting and action.task not in titles(_unsure(ran, action.subject))
    }
    again = (action for action in now.changes if action.verb not in ("unknown", "error"))
    return tuple(sorted({act.subject for act in again if (act.subject, act.task) in did}))


def _unsure(ran: Ran, host: str) -> tuple[str, ...]:
    """The tasks of which it is not known whether *ran* did them on *host*."""
    known = ran.outcome.done if ran.outcome is not None else None
    done = Done(heard=False) if known is None else known.get(host, Done())
    if not done.heard:
        return tuple(action.task for action in ran.plan.changes if action.subject == host)
    return done.unsure


def acted(ran: Ran) -> list[Action]:
    """The actions of a run's plan that were done, or may have been."""
    planned = [action for action in ran.plan.changes if action.verb != "error"]
    if not _heard(ran.outcome):
        return planned
    return [action for action in planned if _did(ran.outcome, action)]


def _heard(outcome: Outcome | None) -> bool:
    """Whether *outcome* says which hosts were changed: that of a run that an older Kiki stopped
    says nothing."""
    if outcome is None:
        return False
    known = (outcome.changed, outcome.unchanged, outcome.failed, outcome.unreachable)
    return outcome.done is not None or any(known)


def _partly_unheard(outcome: Outcome | None) -> bool:
    """Whether it has hosts of which nobody heard what was done."""
    done = outcome.done if outcome is not None else None
    return any(not each.heard for each in (done or {}).values())


def _did(outcome: Outcome | None, action: Action) -> bool:
    if outcome is None or outcome.done is None:
        touched = (*outcome.changed, *outcome.failed, *outcome.unsure) if outcome else ()
        return outcome is None or action.subject in touched
    done = outcome.done.get(action.subject, Done())
    return not done.heard or action.task in titles(done.changed + done.unsure)


def titles(tasks: Iterable[str]) -> set[str]:
    """*tasks* as the events say them, and without the name of a role before them."""
    return {title for task in tasks for title in (task, task.partition(" : ")[2])}


def _together(actions: Iterable[Action]) -> Iterable[Action]:
    """One action for each task and host. The first one says what there was before; the items are
    those of all."""
    found: dict[tuple[str, str], Action] = {}
    for action in actions:
        key = (action.subject, action.task)
        first = found.setdefault(key, action)
        if first is not action:
            found[key] = msgspec.structs.replace(first, message=joined(first, action))
    return found.values()


def _lasting(intent: Intent) -> frozenset[str]:
    """The titles of the tasks that leave something which could be taken back."""
    tasks = (step.task for step in steps_of(intent))
    return frozenset(task.name for task in tasks if task.reverses and not task.acts)


def _notes(runs: tuple[Ran, ...], lasting: frozenset[str]) -> tuple[Assumption, ...]:
    unheard = any(not _heard(ran.outcome) or _partly_unheard(ran.outcome) for ran in runs)
    notes = [Assumption(code="ansible.undo_unheard")] if unheard else []
    unsure, unplanned = _uncertain(runs, lasting)
    for code, named in (("undo_unsure", unsure), ("undo_unplanned", unplanned)):
        if named:
            params = {"tasks": listing(tuple(named), _NAMED)}
            notes.append(Assumption(code=f"ansible.{code}", params=params))
    return tuple(notes)


def _uncertain(
    runs: tuple[Ran, ...], lasting: frozenset[str]
) -> tuple[dict[str, None], dict[str, None]]:
    """As ``host: task``: planned tasks of which it is not known whether they were done, and tasks
    that changed what no plan foresaw, so that it is not known what there was before."""
    unsure: dict[str, None] = {}
    unplanned: dict[str, None] = {}
    for ran in runs:
        planned = {(action.subject, action.task) for action in ran.plan.changes}
        known = ran.outcome.done if ran.outcome is not None else None
        for host, done in (known or {}).items():
            for title in sorted(titles(done.unsure) & lasting):
                if (host, title) in planned:
                    unsure[f"{host}: {title}"] = None
            for title in sorted(titles(done.changed) & lasting):
                if (host, title) not in planned:
                    unplanned[f"{host}: {title}"] = None
    return unsure, unplanned
