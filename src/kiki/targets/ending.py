"""How a run on one live system ended: a target says what failed, what was done and what the look
after it found.

Called by the ``outcome`` modules of targets with such a system. Pure.
"""

from typing import NamedTuple

from kiki.model.change import Done, Outcome, Verified
from kiki.model.finding import Finding
from kiki.model.inventory import Inventory
from kiki.model.run import RunEvent, RunResult

Reason = tuple[str, dict[str, str]]
"""A message's code, empty where nothing is wrong, and its parameters."""


class Ending(NamedTuple):
    """*failure* is the run's own, *found* that of the look after it; *done* is None when not all
    was heard."""

    failure: Reason
    found: Reason
    done: dict[str, Done] | None
    remarks: tuple[Finding, ...] = ()


def outcome(
    applied: RunResult, again: RunResult | None, inventory: Inventory, ending: Ending
) -> Outcome:
    """What the apply left; what the look after it found counts more than the run's own words."""
    verified: Verified = "not_run"
    if again is not None:
        verified = "failed" if ending.found[0] else "passed"
    reason, params = ending.found if verified == "failed" else ending.failure
    done = ending.done
    well = applied.status == "successful"
    cut = applied.status in ("cancelled", "timeout") or done is None
    proven = again is None or verified == "passed"
    return Outcome(
        changed=inventory.hosts if done and any(each.changed for each in done.values()) else (),
        unchanged=inventory.hosts if well and not done else (),
        failed=inventory.hosts if not well and not cut else (),
        unsure=inventory.hosts if cut or (well and not proven) else (),
        runs=tuple(run.folder for run in (applied, again) if run is not None and run.folder),
        verified=verified,
        reason=reason,
        params=params,
        done=done,
        remarks=ending.remarks,
    )


def lost(applied: RunResult) -> bool:
    """Whether not all that a run did was heard."""
    return any(event.result.get("reason") == "execution.events_lost" for event in applied.events)


def begun(events: tuple[RunEvent, ...]) -> list[str]:
    """The task that a run was in when it was stopped."""
    tasks = [event for event in events if event.kind == "task"]
    ended = {event.task for event in events if event.host}
    return [tasks[-1].task] if tasks and tasks[-1].task not in ended else []
