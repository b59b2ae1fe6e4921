"""What goes with an object that is deleted, what holds it, and what is kept to make it again.

Called by ``check``. Only objects that can be made again as they were are kept: nothing that holds
data, nothing that another object owns and makes again itself. Of a Secret all but its values, which
are held elsewhere (``hold``); not the token of an account, which the cluster fills in.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING or __package__:
    from kiki.execution.clusters.driver import comparing, contents
    from kiki.execution.clusters.driver.connection import Api
    from kiki.execution.clusters.driver.kinds import Kinds
else:
    import comparing
    import contents
    from connection import Api
    from kinds import Kinds

_KEPT = frozenset((
    "Deployment", "StatefulSet", "DaemonSet", "CronJob", "Service", "ConfigMap", "Ingress",
    "HorizontalPodAutoscaler", "PodDisruptionBudget", "NetworkPolicy", "Secret",
))  # fmt: skip
_OF_ACCOUNTS = "kubernetes.io/service-account-token"
_OF_CONTROLLERS = "deployment.kubernetes.io/"
_MOST = 20
Live = dict[str, Any]


def told(api: Api, kinds: Kinds, live: Live) -> tuple[str, list[dict[str, Any]]]:
    """The diff of a deletion, and what is to be known of it, as codes with parameters."""
    gone = [f"-{line}" for line in comparing.written(comparing.veiled(comparing.meant(live)))]
    lines = [*gone, *(f"- with it: {one}" for one in _with_it(api, kinds, live))]
    return "\n".join(lines) + "\n", _problems(live)


def kept(live: Live) -> Live | None:
    """*live* as it can be made again, without what the cluster itself writes; None if it can't."""
    about = live["metadata"]
    if live["kind"] not in _KEPT or about.get("ownerReferences") or _holders(live):
        return None
    if live["kind"] == "Secret" and live.get("type") == _OF_ACCOUNTS:
        return None
    body = comparing.meant(live)
    if live["kind"] == "Secret":
        body = {key: value for key, value in comparing.veiled(body).items() if key != "data"}
    notes = body["metadata"].get("annotations") or {}
    notes = {key: text for key, text in notes.items() if not key.startswith(_OF_CONTROLLERS)}
    body["metadata"]["annotations"] = notes or None
    filled: Live = _filled(body)
    return filled


def _filled(tree: Any) -> Any:
    """*tree* without its nulls."""
    if isinstance(tree, dict):
        return {key: _filled(value) for key, value in tree.items() if value is not None}
    return [_filled(one) for one in tree] if isinstance(tree, list) else tree


def _with_it(api: Api, kinds: Kinds, live: Live) -> list[str]:
    """``Kind name`` of what a namespace holds, or the pods of a workload; at most _MOST."""
    name = live["metadata"]["name"]
    if live["kind"] == "Namespace":
        return contents.others(api, kinds, name, [])
    wanted = ((live.get("spec") or {}).get("selector") or {}) if live["kind"] != "Service" else {}
    labels = wanted.get("matchLabels") if isinstance(wanted, dict) else None
    if not labels:
        return []
    chosen = ",".join(f"{key}={value}" for key, value in labels.items())
    path = f"/api/v1/namespaces/{live['metadata']['namespace']}/pods"
    pods = api.get(path, labelSelector=chosen, limit=_MOST).get("items", [])
    return [f"Pod {one['metadata']['name']}" for one in pods]


def _problems(live: Live) -> list[dict[str, Any]]:
    found = []
    if holders := _holders(live):
        params = {"finalizers": ", ".join(holders)}
        found.append({"code": "k8s.live_finalizers", "params": params})
    if owners := live["metadata"].get("ownerReferences"):
        named = ", ".join(f"{one['kind']} {one['name']}" for one in owners)
        found.append({"code": "k8s.live_owned", "params": {"owner": named}})
    return found


def _holders(live: Live) -> list[str]:
    return [str(one) for one in live["metadata"].get("finalizers") or []]
