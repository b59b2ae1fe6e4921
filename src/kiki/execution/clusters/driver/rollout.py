"""Whether a workload is up, as its status says.

Called by ``verify``. Pure. The rules are those of ``kubectl rollout status``; a pod is up when it
is ready or has ended well, a job when it is complete.
"""

from typing import Any, NamedTuple

KINDS = frozenset(("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Pod", "Job"))
Live = dict[str, Any]


class State(NamedTuple):
    """*text* is how far it is (``1/3``); *hopeless*: it can't become up by itself any more."""

    up: bool
    text: str = ""
    hopeless: bool = False


def state(live: Live) -> State:
    """The state of an object of one of KINDS."""
    now = live.get("status") or {}
    if live["kind"] == "Pod":
        return _pod(now)
    if live["kind"] == "Job":
        return _job(live, now)
    seen = int(now.get("observedGeneration", 0)) >= int(live["metadata"].get("generation", 0))
    if not seen:
        return State(up=False, text="-")
    if live["kind"] == "DaemonSet":
        return _counted(now.get("desiredNumberScheduled", 0), now.get("numberAvailable", 0),
                        now.get("updatedNumberScheduled", 0))  # fmt: skip
    wanted = (live.get("spec") or {}).get("replicas", 1)
    if live["kind"] == "Deployment":
        found = _counted(wanted, now.get("availableReplicas", 0), now.get("updatedReplicas", 0))
        old = now.get("replicas", 0) > now.get("updatedReplicas", 0)
        late = condition(live, "Progressing").get("reason") == "ProgressDeadlineExceeded"
        return State(found.up and not old, found.text, hopeless=late)
    ready = now.get("readyReplicas", 0)
    updated = now.get("updatedReplicas", ready) if _rolls(live) else ready
    return _counted(wanted, ready, updated)


def condition(live: Live, name: str) -> dict[str, Any]:
    """The condition *name* of an object; empty when it has none."""
    listed: list[dict[str, Any]] = (live.get("status") or {}).get("conditions") or []
    return next((one for one in listed if one.get("type") == name), {})


def _rolls(live: Live) -> bool:
    strategy = ((live.get("spec") or {}).get("updateStrategy") or {}).get("type", "RollingUpdate")
    return bool(live["kind"] == "StatefulSet" and strategy == "RollingUpdate")


def _counted(wanted: int, ready: int, updated: int) -> State:
    """All of *wanted* are to be both new and ready."""
    return State(up=bool(min(ready, updated) >= wanted), text=f"{min(ready, updated)}/{wanted}")


def _pod(now: Live) -> State:
    phase = now.get("phase", "")
    ready = any(
        one.get("type") == "Ready" and one.get("status") == "True"
        for one in now.get("conditions") or []
    )
    return State(up=ready or phase == "Succeeded", text=phase, hopeless=phase == "Failed")


def _job(live: Live, now: Live) -> State:
    if condition(live, "Failed").get("status") == "True":
        return State(up=False, text="Failed", hopeless=True)
    wanted = (live.get("spec") or {}).get("completions") or 1
    done = now.get("succeeded", 0)
    if condition(live, "Complete").get("status") == "True":
        return State(up=True, text=f"{done}/{wanted}")
    return State(up=bool((live.get("spec") or {}).get("suspend")), text=f"{done}/{wanted}")
