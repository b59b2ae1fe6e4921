"""What finished runs left, from Ansible's recap and, for a failure, its events.

Called by ``target``. A second run that changes anything, or fails, is a failed verification: the
reason names a host and a task.
"""

from kiki.model.change import Done, Outcome, Verified
from kiki.model.inventory import Inventory
from kiki.model.run import HostStats, RunEvent, RunResult
from kiki.targets.ansible.done import done
from kiki.targets.ansible.remarks import remarks
from kiki.targets.ansible.tasks import PROBE

_SAID = 500  # characters of what a failed probe says


def outcome(applied: RunResult, again: RunResult | None, inventory: Inventory) -> Outcome:
    """The outcome of *applied*, verified by *again* when there was one."""
    reason, params = _failure(applied)
    verified: Verified = "not_run"
    if again is not None:
        found = _verification(again)
        found = found if found[0] else _unreported(applied)
        verified = "failed" if found[0] else "passed"
        reason, params = found if found[0] else (reason, params)
    did = done((applied, again) if again is not None else (applied,), inventory.hosts)
    return Outcome(
        changed=_hosts(applied, "changed") or _seen_to_change(applied),
        unchanged=_hosts(applied, "unchanged"),
        failed=_hosts(applied, "failed"),
        unreachable=_hosts(applied, "unreachable"),
        unsure=inventory.hosts if _uncertain(applied, did) else _unproven(applied, again),
        runs=tuple(run.folder for run in (applied, again) if run is not None and run.folder),
        verified=verified,
        reason=reason,
        params=params,
        done=did,
        remarks=remarks(applied),
    )


def _unreported(applied: RunResult) -> tuple[str, dict[str, str]]:
    """The hosts that collected what is no report here, as it was too long."""
    silent = {
        event.host
        for event in applied.events
        if event.result.get("reported") is False and event.host not in applied.reports
    }
    return ("ansible.report_missing", {"hosts": ", ".join(sorted(silent))}) if silent else ("", {})


def _uncertain(applied: RunResult, did: dict[str, Done] | None) -> bool:
    """Whether it is not known how each of the hosts ended: no recap, an event that was lost, or a
    failure that is no host's."""
    ended = [_end(stats) for stats in applied.stats.values()]
    blamed = "failed" in ended or "unreachable" in ended
    return did is None or not ended or (applied.status != "successful" and not blamed)


def _unproven(applied: RunResult, again: RunResult | None) -> tuple[str, ...]:
    """The hosts that ended well, and of which the second run did not prove that nothing is left to
    do."""
    ended = sorted(again.stats.items()) if again is not None else []
    well = _hosts(applied, "changed") + _hosts(applied, "unchanged")
    return tuple(name for name, stats in ended if _end(stats) != "unchanged" and name in well)


def _hosts(result: RunResult, ended: str) -> tuple[str, ...]:
    return tuple(name for name, stats in sorted(result.stats.items()) if _end(stats) == ended)


def _seen_to_change(result: RunResult) -> tuple[str, ...]:
    """The changed hosts of a run that was stopped: it has no recap."""
    changed = {event.host for event in result.events if event.kind == "changed" and event.host}
    return () if result.stats else tuple(sorted(changed))


def _end(stats: HostStats) -> str:
    if stats.unreachable:
        return "unreachable"
    if stats.failed:
        return "failed"
    return "changed" if stats.changed else "unchanged"


def _failure(result: RunResult) -> tuple[str, dict[str, str]]:
    """Why the run did not succeed, in code and parameters; empty when it did."""
    if result.status == "successful":
        return "", {}
    if result.status in ("cancelled", "timeout"):
        return f"ansible.run_{result.status}", {}
    for event in result.events:
        if event.kind == "unreachable":
            params = {"host": event.host, "message": event.message}
            return "ansible.host_unreachable", params | _cause(event)
        if event.kind == "failed" and not event.ignored:
            said = _failed_item(result, event) or event
            params = {"host": event.host, "task": event.task, "message": said.message}
            params |= _cause(said)
            return ("ansible.task_failed" if event.host else "ansible.run_failed"), params
    return "ansible.run_failed", {"message": result.output.strip().rpartition("\n")[2]}


def _cause(event: RunEvent) -> dict[str, str]:
    """The code of a failure's cause, where the executor knows it: it says what helps."""
    reason = str(event.result.get("reason", ""))
    return {"cause": reason} if reason else {}


def _failed_item(result: RunResult, failed: RunEvent) -> RunEvent | None:
    """The first failed item of a loop: the task itself says only that one failed."""
    for event in result.events:
        same = event.host == failed.host and event.task == failed.task
        if same and event.kind == "item" and event.result.get("status") == "failed":
            return event
    return None


def _probe(again: RunResult, params: dict[str, str]) -> dict[str, str]:
    """What was asked, on which host, and all that the host said: a program's output says more than
    that it failed."""
    failed = next(event for event in again.events if event.kind == "failed" and not event.ignored)
    said = (failed.result.get("msg") or params["message"], failed.result.get("stdout", ""))
    what = params["task"].partition(PROBE)[2]
    message = "; ".join(" ".join(str(part).split()) for part in said if part)
    return {"host": params["host"], "what": what, "message": message[:_SAID]}


def _verification(again: RunResult) -> tuple[str, dict[str, str]]:
    reason, params = _failure(again)
    if PROBE in params.get("task", ""):
        return "ansible.probe_failed", _probe(again, params)
    if reason:
        return "ansible.verify_failed", {"host": "", "task": "", "message": "", **params}
    for event in again.events:
        if event.kind == "changed":
            return "ansible.verify_changed", {"host": event.host, "task": event.task}
    changed = _hosts(again, "changed")
    return ("ansible.verify_changed", {"host": changed[0], "task": ""}) if changed else ("", {})
