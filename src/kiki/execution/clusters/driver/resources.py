"""What the API calls things: from a word such as ``pods``, ``deploy`` or ``Ingress`` to its path.

Called by ``reading``. The usual ones are known by heart; for any other the server is asked what it
has, by plural, singular, short name or kind. Standard library only.
"""

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING or __package__:
    from kiki.execution.clusters.driver.connection import Api, Refused
    from kiki.execution.clusters.driver.faults import Fault
else:
    from connection import Api, Refused
    from faults import Fault


class Resource(NamedTuple):
    """*base* is the path before the name of a resource: ``/api/v1``."""

    base: str
    plural: str
    kind: str
    namespaced: bool = True

    def path(self, namespace: str = "", name: str = "") -> str:
        """The path of one object, or of the list of a namespace, or of all."""
        where = f"/namespaces/{namespace}" if namespace and self.namespaced else ""
        return f"{self.base}{where}/{self.plural}" + (f"/{name}" if name else "")


_CORE, _APPS, _BATCH = "/api/v1", "/apis/apps/v1", "/apis/batch/v1"
_USUAL = (
    Resource(_CORE, "pods", "Pod"),
    Resource(_CORE, "services", "Service"),
    Resource(_CORE, "namespaces", "Namespace", namespaced=False),
    Resource(_CORE, "nodes", "Node", namespaced=False),
    Resource(_CORE, "events", "Event"),
    Resource(_CORE, "configmaps", "ConfigMap"),
    Resource(_CORE, "secrets", "Secret"),
    Resource(_CORE, "persistentvolumeclaims", "PersistentVolumeClaim"),
    Resource(_CORE, "persistentvolumes", "PersistentVolume", namespaced=False),
    Resource(_APPS, "deployments", "Deployment"),
    Resource(_APPS, "statefulsets", "StatefulSet"),
    Resource(_APPS, "daemonsets", "DaemonSet"),
    Resource(_APPS, "replicasets", "ReplicaSet"),
    Resource(_BATCH, "jobs", "Job"),
)
_BY_NAME = {one.plural: one for one in _USUAL}
ALL = ("pods", "services", "daemonsets", "deployments", "replicasets", "statefulsets", "jobs")
"""What ``kubectl get all`` shows, of what every cluster has."""


def found(api: Api, word: str) -> Resource:
    """The resource that *word* means. Fault ``answers.k8s_no_such_kind``."""
    lowered = word.lower()
    if lowered in _BY_NAME:
        return _BY_NAME[lowered]
    name, _, group = lowered.partition(".")
    for base in _bases(api, group):
        for entry in _entries(api, base):
            if name in _names(entry):
                return Resource(base, entry["name"], entry["kind"], bool(entry["namespaced"]))
    raise Fault("answers.k8s_no_such_kind", kind=word)


def _bases(api: Api, group: str) -> list[str]:
    """The paths of all groups in their preferred versions, or of those whose name begins so."""
    groups = api.get("/apis").get("groups", [])
    found = [
        f"/apis/{one['preferredVersion']['groupVersion']}"
        for one in groups
        if not group or one["name"].startswith(group)
    ]
    return found if group else [_CORE, *found]


def _entries(api: Api, base: str) -> list[dict[str, Any]]:
    try:
        listed = api.get(base).get("resources", [])
    except Refused:
        return []  # an aggregated API that is down takes nothing else with it
    return [one for one in listed if "/" not in one["name"]]


def _names(entry: dict[str, Any]) -> set[str]:
    short = entry.get("shortNames") or []
    return {entry["name"], entry.get("singularName", ""), entry["kind"].lower(), *short} - {""}
