"""What is in a namespace beside what is known to go with it.

Called by ``check`` before a namespace is deleted: everything in it would be gone with it.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING or __package__:
    from kiki.execution.clusters.driver.connection import Api, Refused
    from kiki.execution.clusters.driver.kinds import Kinds, root
else:
    from connection import Api, Refused
    from kinds import Kinds, root

MOST = 20
# What a cluster itself puts into every namespace, or derives from what is there
_DERIVED = frozenset((
    "Event", "Endpoints", "EndpointSlice", "Lease", "PodMetrics", "ControllerRevision",
))  # fmt: skip
_BUILT_IN = frozenset((("ServiceAccount", "default"), ("ConfigMap", "kube-root-ca.crt")))
_TOKEN = "kubernetes.io/service-account-token"  # noqa: S105 -- a type's name


def others(api: Api, kinds: Kinds, namespace: str, ours: list[dict[str, Any]]) -> list[str]:
    """``Kind name`` of every object in *namespace* that is not of *ours*, is not made by one of
    them and is not the cluster's own; at most MOST. Raises Refused where a list may not be read:
    what can't be seen can't be said to be nothing."""
    known = {(one["kind"], one["metadata"]["name"]) for one in ours}
    found: dict[str, None] = {}
    for version in _versions(api):
        for kind, about in kinds.group(version).items():
            if about["namespaced"] and "list" in about["verbs"] and kind not in _DERIVED:
                path = f"{root(version)}/namespaces/{namespace}/{about['name']}"
                for one in api.get(path, limit=500).get("items", []):
                    name = one["metadata"]["name"]
                    if (kind, name) not in known | _BUILT_IN and not _derived(one):
                        found[f"{kind} {name}"] = None
    return sorted(found)[:MOST]


def _derived(one: dict[str, Any]) -> bool:
    return bool(one["metadata"].get("ownerReferences")) or one.get("type") == _TOKEN


def _versions(api: Api) -> list[str]:
    """The preferred version of every group. A group whose own server is away (metrics) is left
    out: its objects are not in this one's store."""
    groups = api.get("/apis").get("groups", [])
    named = [str(group["preferredVersion"]["groupVersion"]) for group in groups]
    return ["v1", *[version for version in named if _answers(api, version)]]


def _answers(api: Api, version: str) -> bool:
    try:
        api.get(root(version))
    except Refused:
        return False
    return True
