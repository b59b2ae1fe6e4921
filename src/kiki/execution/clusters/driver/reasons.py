"""Why a workload is not up: what its pods, and the events about it, say.

Called by ``verify``; ``reading`` knows the log of what is gone by it. Texts of pods and events are
a cluster's own; they are handed on as data, cut.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING or __package__:
    from kiki.execution.clusters.driver import rollout
    from kiki.execution.clusters.driver.connection import Api, Refused
    from kiki.execution.clusters.driver.kinds import Kinds
else:
    import rollout
    from connection import Api, Refused
    from kinds import Kinds

Reason = tuple[str, dict[str, str]]

_IMAGE = ("ImagePullBackOff", "ErrImagePull", "InvalidImageName", "ErrImageNeverPull")
_TEXT = 400
_LINES = 5
GONE = "unable to retrieve container logs"  # a kubelet's words, as the log itself, with status 200


def why(api: Api, kinds: Kinds, live: dict[str, Any]) -> Reason:
    """A code (after ``k8s.down_``) with parameters."""
    place = kinds.place(live)
    pods = [live] if live["kind"] == "Pod" else _pods(api, place, live)
    waiting = [pod for pod in pods if not rollout.state({**pod, "kind": "Pod"}).up]
    for pod in waiting:
        found = _of_pod(api, place, pod)
        if found:
            return found
    if pods:
        return "slow", {"state": rollout.state(live).text}
    return "no_pods", {"message": _no_pods(api, place, live)}


def _pods(api: Api, place: str, live: dict[str, Any]) -> list[dict[str, Any]]:
    """The pods that the workload's selector finds, newest first: an old one may still be well."""
    labels = ((live.get("spec") or {}).get("selector") or {}).get("matchLabels") or {}
    if not labels:
        return []
    wanted = ",".join(f"{key}={value}" for key, value in sorted(labels.items()))
    listed = api.get(f"/api/v1/namespaces/{place}/pods", labelSelector=wanted, limit=100)
    found = listed.get("items", [])
    return sorted(found, key=lambda pod: str(pod["metadata"]["creationTimestamp"]), reverse=True)


def _of_pod(api: Api, place: str, pod: dict[str, Any]) -> Reason | None:
    now = pod.get("status") or {}
    name = str(pod["metadata"]["name"])
    scheduled = rollout.condition(pod, "PodScheduled")
    if scheduled.get("status") == "False":
        return "pending", {"pod": name, "message": _cut(scheduled.get("message"))}
    containers = [*(now.get("initContainerStatuses") or []), *(now.get("containerStatuses") or [])]
    for one in containers:
        found = _of_container(api, place, name, one)
        if found:
            return found
    if now.get("phase") == "Failed":
        return "failed", {"pod": name, "message": _cut(now.get("message") or now.get("reason"))}
    if now.get("phase") == "Running":
        said = _events(api, place, "Pod", name, "Unhealthy")
        again = next((one for one in containers if _ended_before(one)), None)
        if again and not said:
            return _crash(api, place, name, again)
        return "not_ready", {"pod": name, "message": said or "-"}
    if now.get("phase") == "Pending":
        said = _events(api, place, "Pod", name, "") or "-"
        return "pending", {"pod": name, "message": said}
    return None


def _of_container(api: Api, place: str, pod: str, one: dict[str, Any]) -> Reason | None:
    told = (one.get("state") or {}).get("waiting") or {}
    reason = str(told.get("reason", ""))
    about = {"pod": pod, "container": str(one["name"])}
    if reason in _IMAGE:
        about |= {"image": str(one.get("image", "")), "reason": reason}
        cause = _events(api, place, "Pod", pod, "Failed", "Failed to pull image")
        return "image", about | {"message": cause or _cut(told.get("message"))}
    ended = _end(one)
    crashed = reason == "CrashLoopBackOff" or int(ended.get("exitCode", 0)) > 0
    if ended and crashed and "running" not in (one.get("state") or {}):
        return _crash(api, place, pod, one)
    if reason and reason not in ("ContainerCreating", "PodInitializing"):
        return "container", about | {"reason": reason, "message": _cut(told.get("message"))}
    return None


def _end(one: dict[str, Any]) -> dict[str, Any]:
    """How the container ended last; empty when it never did."""
    found: dict[str, Any] = (one.get("lastState") or {}).get("terminated") or {}
    return found or (one.get("state") or {}).get("terminated") or {}


def _ended_before(one: dict[str, Any]) -> bool:
    """It runs, is not ready, and is not what was started first: the moment between two crashes."""
    return bool("running" in (one.get("state") or {}) and not one.get("ready") and _end(one))


def _crash(api: Api, place: str, pod: str, one: dict[str, Any]) -> Reason:
    ended = _end(one)
    code = f"{ended.get('exitCode', '?')} {ended.get('reason', '')}".strip()
    told = {"pod": pod, "container": str(one["name"]), "exit": code}
    return "crash", told | {"log": _log(api, place, pod, one)}


def _log(api: Api, place: str, pod: str, one: dict[str, Any]) -> str:
    """The last lines of what a container wrote before it ended. A kubelet keeps one that has ended:
    where it is started again meanwhile, the one before is gone and the present one is asked."""
    again = ("true", "false") if int(one.get("restartCount", 0)) else ("false",)
    path = f"/api/v1/namespaces/{place}/pods/{pod}/log"
    text = GONE
    try:
        for previous in again:
            if text.startswith(GONE):
                text = api.text(path, container=one["name"], tailLines=_LINES, previous=previous)
    except Refused as refused:
        return _cut(f"({refused.body.get('message', refused.reason)})")
    return " | ".join(_cut(line) for line in text.strip().split("\n")[-_LINES:]) or "-"


def _no_pods(api: Api, place: str, live: dict[str, Any]) -> str:
    """Why the controller makes none: its own condition, or its events."""
    condition = rollout.condition(live, "ReplicaFailure")
    if condition.get("message"):
        return _cut(condition["message"])
    said = _events(api, place, live["kind"], str(live["metadata"]["name"]), "FailedCreate")
    return said or "-"


def _events(api: Api, place: str, kind: str, name: str, reason: str, start: str = "") -> str:
    """The newest event's message about an object, of those that begin with *start*; empty when
    there is none, or none may be read."""
    chosen = f"involvedObject.kind={kind},involvedObject.name={name}"
    chosen += f",reason={reason}" if reason else ",type=Warning"
    try:
        found = api.get(f"/api/v1/namespaces/{place}/events", fieldSelector=chosen, limit=200)
    except Refused:
        return ""
    listed = [one for one in found.get("items", []) if str(one.get("message")).startswith(start)]
    listed.sort(key=lambda one: str(one.get("lastTimestamp") or ""))
    return _cut(listed[-1].get("message")) if listed else ""


def _cut(text: Any) -> str:
    one_line = " ".join(str(text or "-").split())
    return one_line if len(one_line) <= _TEXT else one_line[: _TEXT - 1] + "…"
