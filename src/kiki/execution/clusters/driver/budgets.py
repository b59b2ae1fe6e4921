"""What disruption budgets say of the pods that are to leave a node.

Called by ``check``. The server is asked, and nothing of its arithmetic is done again: an eviction
is tried as a dry run, and each budget says itself how many pods it lets go now.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING or __package__:
    from kiki.execution.clusters.driver import labels
    from kiki.execution.clusters.driver.connection import Api, Refused
    from kiki.execution.clusters.driver.draining import Pod, called
else:
    import labels
    from connection import Api, Refused
    from draining import Pod, called

_VERSIONS = ("v1", "v1beta1")  # the newer one since 1.21
_HELD = 429
_LONGEST = 300
Budget = dict[str, Any]


def held(api: Api, pods: list[Pod]) -> list[str]:
    """The pods that a budget lets nobody evict now, each with the server's words, which name the
    budget. Refused for any other reason that it has."""
    found = []
    for pod in pods:
        about = {"name": pod["metadata"]["name"], "namespace": pod["metadata"]["namespace"]}
        path = f"/api/v1/namespaces/{about['namespace']}/pods/{about['name']}/eviction"
        body = {"metadata": about, "deleteOptions": {"dryRun": ["All"]}}
        try:
            api.tried("POST", path, body)
        except Refused as refusal:
            if refusal.status != _HELD:
                raise
            found.append(f"{called(pod)} ({_why(refusal)})")
    return found


def _why(refusal: Refused) -> str:
    said = [one["message"] for one in refusal.causes if one["message"]]
    text = "; ".join(said) or str(refusal.body.get("message") or refusal.reason)
    return text.rstrip(".")[:_LONGEST]


def in_turn(api: Api, node: str, pods: list[Pod]) -> list[dict[str, str]]:
    """The budgets that let some of *pods* go, but not all at a time: each with how many, and with
    the pods. None where they may not be read."""
    found = []
    for place in dict.fromkeys(pod["metadata"]["namespace"] for pod in pods):
        for budget in _budgets(api, place):
            going = _chosen(api, node, budget, pods)
            now = int((budget.get("status") or {}).get("disruptionsAllowed", 0))
            if 0 < now < len(going):
                name = f"{place}/{budget['metadata']['name']}"
                found.append({"budget": name, "count": str(now), "pods": ", ".join(going)})
    return found


def _budgets(api: Api, place: str) -> list[Budget]:
    for version in _VERSIONS:
        path = f"/apis/policy/{version}/namespaces/{place}/poddisruptionbudgets"
        try:
            return list(api.get(path).get("items") or [])
        except Refused as refusal:
            if refusal.reason != "NotFound":
                return []
    return []


def _chosen(api: Api, node: str, budget: Budget, pods: list[Pod]) -> list[str]:
    """Those of *pods* that *budget* is for. One that has ended is no disruption."""
    place = budget["metadata"]["namespace"]
    chosen = labels.query((budget.get("spec") or {}).get("selector") or {})
    at = f"spec.nodeName={node}"
    listed = api.get(f"/api/v1/namespaces/{place}/pods", labelSelector=chosen, fieldSelector=at)
    names = {one["metadata"]["name"] for one in listed.get("items") or []}
    return [
        called(pod)
        for pod in pods
        if pod["metadata"]["namespace"] == place
        and pod["metadata"]["name"] in names
        and (pod.get("status") or {}).get("phase") not in ("Succeeded", "Failed")
    ]
