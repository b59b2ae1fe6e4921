"""What the kinds have in common that act on an object which is there: parts of objects, not whole.

Called by those operations, ``render`` and ``program``. Each such kind has ``ACT``, what is done to
the objects that its ``manifests`` names, and ``equivalent``, the same as a command of kubectl.
"""

from typing import Annotated, Any, Literal

from msgspec import Meta

from kiki.targets.kubernetes.given.laying import ENDING, is_given
from kiki.targets.kubernetes.objects import Manifest

Act = Literal[
    "apply", "given", "adjust", "strip", "restart", "rollback", "taint", "drain", "delete",
    "finalize",
]  # fmt: skip
ENDINGS: dict[Act, str] = {
    "apply": ".yaml", "given": ENDING, "adjust": ".patch.yaml", "strip": ".strip.yaml",
    "restart": ".restart.yaml", "rollback": ".rollback.yaml", "taint": ".taint.yaml",
    "drain": ".drain.yaml", "delete": ".delete.yaml", "finalize": ".finalize.yaml",
}  # fmt: skip
"""How the file of each act ends: objects, strategic merge patches, JSON merge patches that take
something away (where there is nothing a strategic one sets an empty text, seen with 1.20), and
names alone. ``given`` is the page of the user's own files, which are applied as they are."""

RESTARTED = "kubectl.kubernetes.io/restartedAt"
KINDS = {
    "pods": "v1/Pod", "services": "v1/Service", "configmaps": "v1/ConfigMap",
    "secrets": "v1/Secret", "persistentvolumeclaims": "v1/PersistentVolumeClaim",
    "namespaces": "v1/Namespace", "nodes": "v1/Node", "deployments": "apps/v1/Deployment",
    "statefulsets": "apps/v1/StatefulSet", "daemonsets": "apps/v1/DaemonSet",
    "jobs": "batch/v1/Job", "cronjobs": "batch/v1/CronJob",
    "ingresses": "networking.k8s.io/v1/Ingress",
    "horizontalpodautoscalers": "autoscaling/v1/HorizontalPodAutoscaler",
    "poddisruptionbudgets": "policy/v1/PodDisruptionBudget",
}  # fmt: skip
"""What the API calls each resource."""

CLUSTER_WIDE = ("namespaces", "nodes")
# An object of any kind: a DNS subdomain
ObjectName = Annotated[
    str, Meta(pattern=r"^[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?$(?!\n)", max_length=253)
]
Rolling = Literal["deployments", "statefulsets", "daemonsets"]


def act_of(path: str) -> Act:
    """What is done with the objects of a file that Kiki made, or laid out for the user."""
    if is_given(path):
        return "apply"
    others = (act for act in ENDINGS if act != "apply" and path.endswith(ENDINGS[act]))
    return next(others, "apply")


def named(resource: str, name: str, namespace: str) -> Manifest:
    """Which object is meant: its kind, name and namespace, and nothing else."""
    api, _, kind = KINDS[resource].rpartition("/")
    where = {"namespace": namespace} if namespace and resource not in CLUSTER_WIDE else {}
    return {"apiVersion": api, "kind": kind, "metadata": {"name": name, **where}}


def contained(about: Manifest, container: str, changes: Manifest) -> Manifest:
    """The *changes* of one container of the workload *about*, as a strategic merge patch."""
    containers = [{"name": container or about["metadata"]["name"], **changes}]
    return {**about, "spec": {"template": {"spec": {"containers": containers}}}}


def joined(parts: list[Manifest]) -> list[Manifest]:
    """Patches of the same object as one, in the order of the first of each."""
    found: dict[str, Manifest] = {}
    for part in parts:
        about = part["metadata"]
        key = f"{part['kind']} {about.get('namespace', '')}/{about['name']}"
        found[key] = _merged(found[key], part) if key in found else part
    return list(found.values())


def _merged(one: Any, other: Any) -> Any:
    if isinstance(one, dict) and isinstance(other, dict):
        common = {key: _merged(one[key], other[key]) for key in one if key in other}
        return {**one, **other, **common}
    if isinstance(one, list) and isinstance(other, list):
        return _listed([*one, *other])
    return other


def _listed(items: list[Any]) -> list[Any]:
    """*items*, of which those of one name are one: the API merges containers and variables by it,
    and takes each name once."""
    found: dict[str, Any] = {}
    for at, item in enumerate(items):
        key = item["name"] if isinstance(item, dict) and "name" in item else str(at)
        found[key] = _merged(found[key], item) if key in found else item
    return list(found.values())
