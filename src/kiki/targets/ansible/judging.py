"""What one event of a ``--check --diff`` run says a task would do.

Called by ``plan``. Check mode can't judge a task that needs what an earlier task of the same play
brings; such a task fails or is skipped there, and is unknown, not an error. What is known of
single modules is in ``modules``.
"""

import re

import msgspec

from kiki.model.plan import Verb
from kiki.model.run import RunEvent
from kiki.targets.ansible.compose import Step
from kiki.targets.ansible.modules import known

# Where something is missing that an earlier task may bring, and what: in order, first match wins.
_MISSING = (
    ("ansible.not_judged_service", r"Could not find the requested service"),
    ("ansible.not_judged_tool", r"Failed to find required executable"),
    ("ansible.not_judged_tool", r"Failed to import the required Python library"),
    ("ansible.not_judged_tool", r"A MySQL module is required"),
    ("ansible.not_judged_folder", r"Destination directory .* does not exist| is not a directory$"),
    ("ansible.not_judged_account", r"One or more supplied key could not be found"),
    ("ansible.not_judged_account", r"Group .* does not exist|[Ff]ailed to look up (?:user|group)"),
)
_PATTERNS = tuple((code, re.compile(pattern, re.MULTILINE)) for code, pattern in _MISSING)
_NO_PACKAGE = re.compile(r"No package matching '[^']*' is available")


class Judgement(msgspec.Struct, frozen=True):
    """*verb* with, for ``unknown`` and ``error``, the code that says why (it may be empty)."""

    verb: Verb
    reason: str = ""


def judge(
    event: RunEvent, items: tuple[RunEvent, ...], step: Step | None, earlier_changes: bool
) -> Judgement | None:
    """What *event*, a host's last word on a task, means; None when it says nothing.

    *items* are the events of its loop; *step* is the task as it was composed, None for one that
    somebody wrote; *earlier_changes*: an earlier task would change this host.
    """
    if step is not None and step.task.report and event.kind in ("ok", "changed"):
        return Judgement("run")
    match _kind(event, items):
        case "changed":
            return Judgement(_verb(event, items, step))
        case "ok":
            return None if known.short(event.module) in known.LOOKS else Judgement("none")
        case "skipped":
            return _skipped(event, items, step)
        case "failed":
            return _failed(event, items, step, earlier_changes)
        case _:
            return None


def _kind(event: RunEvent, items: tuple[RunEvent, ...]) -> str:
    """The event's kind; of a loop with ``no_log`` only the items tell that something changed."""
    if event.kind == "ok" and any(item.result.get("status") == "changed" for item in items):
        return "changed"
    return event.kind


def _skipped(event: RunEvent, items: tuple[RunEvent, ...], step: Step | None) -> Judgement | None:
    """A condition that does not hold is nothing. All modules that our own operations write support
    check mode, so a skip without a stated condition can only be that of a loop."""
    conditional = items and all(item.result.get("skip_reason") for item in items)
    ours = step is not None and not step.task.foreign
    if ours or conditional or event.result.get("reason") != "execution.check_mode":
        return None
    return Judgement("unknown", "ansible.not_judged_check_mode")


def _failed(
    event: RunEvent, items: tuple[RunEvent, ...], step: Step | None, earlier_changes: bool
) -> Judgement:
    said = (event, *(item for item in items if item.result.get("status") == "failed"))
    cause = next((str(each.result["reason"]) for each in said if each.result.get("reason")), "")
    if cause:
        return Judgement("error", cause)
    text = "\n".join(f"{each.message}\n{each.result.get('msg', '')}" for each in said)
    if known.short(event.module) == "apt" and _NO_PACKAGE.search(text):
        return Judgement("unknown", "ansible.not_judged_package")
    missing = next((code for code, pattern in _PATTERNS if pattern.search(text)), "")
    if event.ignored and step is not None and step.tolerant:
        return Judgement("unknown", missing or "ansible.not_judged")
    if missing and step is None and earlier_changes:
        return Judgement("unknown", missing)
    passed = event.ignored and not (step is not None and step.passing)
    return Judgement("none", "ansible.ignored") if passed else Judgement("error")


def _verb(event: RunEvent, items: tuple[RunEvent, ...], step: Step | None) -> Verb:
    task = step.task if step is not None else None
    reader = known.of(event.module).verb
    if reader is not None:
        return reader(event, items, task)
    if task is not None:
        return task.verb
    return "run" if known.short(event.module) in known.RUNS else "update"
