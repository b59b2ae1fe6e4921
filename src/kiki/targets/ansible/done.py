"""Which task changed which host, as the events of runs say.

Called by ``outcome``. What is not certain is said to be so: a task that failed, or that had begun
when its run was stopped, may have changed something before.
"""

from collections.abc import Iterable

from kiki.model.change import Done
from kiki.model.run import RunEvent, RunResult

# What the executor says when something on the way was not heard.
_LOST = "execution.events_lost"
_UNCERTAIN = frozenset(("failed", "unreachable"))
_VERDICTS = frozenset(("ok", "changed", "skipped")) | _UNCERTAIN


def done(runs: Iterable[RunResult], hosts: Iterable[str]) -> dict[str, Done] | None:
    """What *runs* did, by host; None when not all of it was heard. *hosts* are all of the runs'
    hosts: of a run that was stopped, any of them may have begun its last task."""
    changed: dict[str, dict[str, None]] = {}
    unsure: dict[str, dict[str, None]] = {}
    for run in runs:
        if any(event.result.get("reason") == _LOST for event in run.events):
            return None
        for event in run.events:
            if event.host and event.kind == "changed":
                changed.setdefault(event.host, {})[event.task] = None
            elif event.host and event.kind in _UNCERTAIN:
                unsure.setdefault(event.host, {})[event.task] = None
        for host, task in _begun(run, hosts):
            unsure.setdefault(host, {})[task] = None
    return {
        host: Done(
            changed=tuple(changed.get(host, ())),
            unsure=tuple(
                task for task in unsure.get(host, ()) if task not in changed.get(host, ())
            ),
        )
        for host in sorted(changed.keys() | unsure.keys())
    }


def _begun(run: RunResult, hosts: Iterable[str]) -> list[tuple[str, str]]:
    """The task that a run without a recap (it was stopped) was in, with each host of which nothing
    was heard about it. Ansible begins a task when all hosts are done with the one before, or out
    of the run."""
    started = [place for place, event in enumerate(run.events) if event.kind == "task"]
    if run.stats or not started:
        return []
    before, since = run.events[: started[-1]], run.events[started[-1] :]
    ended = _heard(before, _UNCERTAIN) | _heard(since, _VERDICTS)
    return [(host, since[0].task) for host in hosts if host not in ended]


def _heard(events: Iterable[RunEvent], kinds: frozenset[str]) -> set[str]:
    return {event.host for event in events if event.kind in kinds and not event.ignored}
