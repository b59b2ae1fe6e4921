"""Whether a workload has come up, and why its pods have not.

Called by ``kubernetes.answers``. The rule is kubectl's: what is wanted was seen by the controller,
and as many pods are of the newest template, and available, as are wanted.
"""

from typing import Any

from kiki.messages import text as say
from kiki.model.answer import Answer
from kiki.targets.kubernetes import shown
from kiki.targets.kubernetes.answers import Heard, Told
from kiki.targets.kubernetes.items import dig, number, text
from kiki.targets.kubernetes.operations.rollout_show.operation import Fields

_OF_DAEMONS = ("desiredNumberScheduled", "updatedNumberScheduled", "numberReady", "numberAvailable")
_OF_REPLICAS = ("updatedReplicas", "readyReplicas", "availableReplicas")


def answer(fields: Fields, told: Told, heard: Heard) -> Answer:
    """The counts and the pods; as JSON ``done``, ``wanted``, ``updated``, ``ready``, ``available``
    and ``pods``."""
    counts = _counts(told["object"], told["kind"])
    done = _done(told["object"], counts)
    word = say(f"answers.rollout_{_state(told['object'], done=done)}", heard.lang, {}).text
    row = (text(dig(told["object"], "metadata", "name")), *map(str, counts), word)
    names = ("name", "wanted", "updated", "ready", "available", "status")
    pods = shown.pods(told["pods"])
    tables = [shown.table(names, [row]), shown.table(shown.POD_COLUMNS, pods)]
    data = dict(zip(("wanted", "updated", "ready", "available"), counts, strict=True))
    listed = [dict(zip(shown.POD_COLUMNS, pod, strict=True)) for pod in pods]
    return Answer(
        tables=tuple(t for t in tables if t.rows), data={"done": done, **data, "pods": listed}
    )


def _counts(found: Any, kind: str) -> tuple[int, int, int, int]:
    """Wanted, updated, ready, available."""
    status = found.get("status") or {}
    if kind == "DaemonSet":
        wanted, *others = (number(status.get(name)) or 0 for name in _OF_DAEMONS)
        updated, ready, available = others
        return wanted, updated, ready, available
    said = number(dig(found, "spec", "replicas"))
    updated, ready, available = (number(status.get(name)) or 0 for name in _OF_REPLICAS)
    if kind == "StatefulSet":  # before 1.22 it does not say which are available
        available = number(status.get("availableReplicas")) or ready
    return (1 if said is None else said), updated, ready, available


def _done(found: Any, counts: tuple[int, int, int, int]) -> bool:
    wanted, updated, _, available = counts
    seen = number(dig(found, "status", "observedGeneration")) or 0
    newest = seen >= (number(dig(found, "metadata", "generation")) or 0)
    left = (number(dig(found, "status", "replicas")) or updated) > updated  # old pods still there
    return newest and updated >= wanted and available >= wanted and not left


def _state(found: Any, *, done: bool) -> str:
    if done:
        return "done"
    late = any(reason == "ProgressDeadlineExceeded" for _, _, reason, _ in shown.conditions(found))
    return "stuck" if late else "going"
