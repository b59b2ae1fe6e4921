"""An API server in memory, as far as the driver asks one: the shapes are those of a real 1.20."""

from copy import deepcopy
from typing import Any

from kiki.execution.clusters.driver.connection import Refused

KINDS = {
    "v1": {
        "Namespace": ("namespaces", False), "Service": ("services", True),
        "ConfigMap": ("configmaps", True), "Secret": ("secrets", True), "Pod": ("pods", True),
        "ServiceAccount": ("serviceaccounts", True), "Event": ("events", True),
    },
    "apps/v1": {"Deployment": ("deployments", True), "ReplicaSet": ("replicasets", True)},
}  # fmt: skip


def refused(status: int, reason: str, message: str = "", **details: Any) -> Refused:
    body = {"reason": reason, "message": message or reason, "details": details}
    return Refused(status, body)


class FakeApi:
    """*objects* by their paths. *refuse* maps a path to what a try of it is refused with. *tries*
    are those that came, *wrote* stays empty: a driver only looks."""

    def __init__(self, *objects: dict[str, Any]) -> None:
        self.objects = {path_of(one): deepcopy(one) for one in objects}
        self.refuse: dict[str, Refused] = {}
        self.defaults: dict[str, Any] = {}
        self.tries: list[tuple[str, str, dict[str, str]]] = []
        self.logs: dict[str, str] = {}

    def get(self, path: str, **query: Any) -> dict[str, Any]:
        if path in ("/api/v1", "/apis/apps/v1"):
            return {"resources": _resources(path.removeprefix("/apis/").removeprefix("/api/"))}
        if path == "/apis":
            return {"groups": [{"preferredVersion": {"groupVersion": "apps/v1"}}]}
        if path.startswith("/apis/") and path.count("/") == 3:
            raise refused(404, "NotFound")
        if path in self.objects:
            return deepcopy(self.objects[path])
        found = [one for where, one in sorted(self.objects.items())
                 if where.rpartition("/")[0] == path]  # fmt: skip
        if found or path.rpartition("/")[2] in _plurals():
            return {"items": [one for one in found if _chosen(one, query)]}
        raise refused(404, "NotFound")

    def tried(
        self, method: str, path: str, body: dict[str, Any], kind: str = "", **query: str
    ) -> dict[str, Any]:
        self.tries.append((method, path, query))
        if path in self.refuse and query.get("force") != "true":
            raise self.refuse[path]
        if method == "DELETE":
            return {}
        old = self.objects.get(path, {})
        return merged(merged(old, body), self.defaults)

    def text(self, path: str, **query: Any) -> str:
        if path not in self.logs:
            raise refused(500, "InternalError", "no node")
        return self.logs[path]


def merged(old: Any, new: Any) -> Any:
    """RFC 7386."""
    if not isinstance(new, dict):
        return new
    base = dict(old) if isinstance(old, dict) else {}
    for key, value in new.items():
        if value is None:
            base.pop(key, None)
        else:
            base[key] = merged(base.get(key), value)
    return base


def path_of(one: dict[str, Any]) -> str:
    plural, placed = KINDS[one["apiVersion"]][one["kind"]]
    about = one["metadata"]
    root = f"/apis/{one['apiVersion']}" if "/" in one["apiVersion"] else f"/api/{one['apiVersion']}"
    where = f"/namespaces/{about['namespace']}" if placed else ""
    return f"{root}{where}/{plural}/{about['name']}"


def thing(kind: str, name: str, namespace: str = "demo", **more: Any) -> dict[str, Any]:
    """An object, with a uid as a server has it."""
    version = next(version for version, kinds in KINDS.items() if kind in kinds)
    where = {"namespace": namespace} if KINDS[version][kind][1] else {}
    state = {"uid": f"uid-{name}", "resourceVersion": "7"}
    about = {"name": name, **where, **state, **more.pop("metadata", {})}
    return {"apiVersion": version, "kind": kind, "metadata": about, **more}


def _resources(version: str) -> list[dict[str, Any]]:
    return [
        {"name": plural, "kind": kind, "namespaced": placed, "verbs": ["get", "list", "patch"]}
        for kind, (plural, placed) in KINDS[version].items()
    ]


def _plurals() -> set[str]:
    return {plural for kinds in KINDS.values() for plural, _ in kinds.values()}


def _chosen(one: dict[str, Any], query: dict[str, Any]) -> bool:
    wanted = dict(part.split("=") for part in query.get("labelSelector", "").split(",") if part)
    labels = one["metadata"].get("labels", {})
    return all(labels.get(key) == value for key, value in wanted.items())
