"""What the user's own manifests do, in the words of Kiki's kinds: what policy judges.

Called by ``target.judged``. An object that a kind of Kiki's makes too is judged as if that had made
it, rights by what they give. Any other is the generic kind, and so is one whose pods reach into the
host: no kind of Kiki's makes such pods.
"""

from collections.abc import Iterator
from typing import Any

from msgspec.structs import replace

from kiki.documents.read import read_yaml
from kiki.model.intent import Intent, Operation
from kiki.targets.kubernetes.check import items_of
from kiki.targets.kubernetes.given.taking import APPLY, DELETE
from kiki.targets.kubernetes.items import POD_PATHS, Item, dig, mappings, text

_KINDS = {
    "v1/Namespace": "namespace_create", "v1/Pod": "pod_create", "v1/Service": "service_create",
    "v1/ConfigMap": "configmap_create", "v1/Secret": "secret_create",
    "v1/PersistentVolumeClaim": "pvc_create", "v1/ServiceAccount": "service_account_create",
    "v1/ResourceQuota": "quota_create", "v1/LimitRange": "limit_range_create",
    "apps/Deployment": "deployment_create", "apps/StatefulSet": "statefulset_create",
    "apps/DaemonSet": "daemonset_create", "batch/Job": "job_create",
    "batch/CronJob": "cronjob_create", "networking.k8s.io/Ingress": "ingress_create",
    "networking.k8s.io/NetworkPolicy": "network_policy_create",
    "autoscaling/HorizontalPodAutoscaler": "hpa_create",
    "policy/PodDisruptionBudget": "pdb_create",
    "rbac.authorization.k8s.io/Role": "role_create",
    "rbac.authorization.k8s.io/ClusterRole": "role_create",
    "rbac.authorization.k8s.io/RoleBinding": "access_grant",
    "rbac.authorization.k8s.io/ClusterRoleBinding": "access_grant",
}  # fmt: skip
_LOW = ("namespace_create", "configmap_create")
_CONTAINERS = ("containers", "initContainers", "ephemeralContainers")
_OF_HOST = ("hostNetwork", "hostPID", "hostIPC")
_GENERIC = "k8s.object"


def meant(operation: Operation, namespace: str) -> Iterator[tuple[Operation, str]]:
    """What *operation* does to each object, with its risk; *namespace* is that of objects without
    one."""
    for file in operation.given:
        for item in items_of(read_yaml(file.text, file.path), []):
            where = item.namespace or namespace
            yield from _deleted(item, where) if operation.kind == DELETE else _made(item, where)


def judged(intent: Intent, risks: tuple[str, ...]) -> tuple[Intent, tuple[str, ...]]:
    """*intent* with what its files do beside its operations, and the risk of each; *risks* are
    those of its operations."""
    pairs = list(zip(intent.operations, risks, strict=True))
    for operation in intent.operations:
        if operation.kind in (APPLY, DELETE):
            for pair in meant(operation, str(operation.fields.get("namespace", ""))):
                if pair not in pairs:
                    pairs.append(pair)
    operations = tuple(operation for operation, _ in pairs)
    return replace(intent, operations=operations), tuple(risk for _, risk in pairs)


def _deleted(item: Item, namespace: str) -> Iterator[tuple[Operation, str]]:
    if item.kind == "Namespace":
        yield Operation(kind="k8s.namespace_delete", fields={"name": item.name}), "high"
    else:
        fields = {"name": item.name, "resource": item.kind, "namespace": namespace}
        yield Operation(kind="k8s.object_delete", fields=fields), "high"


def _made(item: Item, namespace: str) -> Iterator[tuple[Operation, str]]:
    kind = _KINDS.get(f"{item.group or 'v1'}/{item.kind}")
    fields: dict[str, Any] = {"name": item.name, "namespace": namespace}
    if kind is None or _reaches_out(item):
        body = {key: value for key, value in item.data.items() if key != "metadata"}
        fields |= {"type": f"{item.api}/{item.kind}", "body": body}
        yield Operation(kind=_GENERIC, fields=fields), "high"
        return
    risk = "low" if kind in _LOW else "medium"
    for extra in _details(item, kind):
        yield Operation(kind=f"k8s.{kind}", fields={**fields, **extra}), risk


def _details(item: Item, kind: str) -> Iterator[dict[str, Any]]:
    """What policy asks of a kind: images of pods, verbs and resources of rights, and who has
    them."""
    if kind == "role_create":
        rules = [one for _, one in mappings(item.data, "rules")]
        yield from ({"verbs": _texts(one, "verbs"), "resources": _resources(one)} for one in rules)
    elif kind == "access_grant":
        role = text(dig(item.data, "roleRef", "name"))
        subjects = [one for _, one in mappings(item.data, "subjects")]
        yield from ({"role": role, _who(one): text(one.get("name"))} for one in subjects)
    else:
        yield {"images": _images(item)} if item.pod_path else {}


def _who(subject: dict[Any, Any]) -> str:
    return {"User": "user", "Group": "group"}.get(text(subject.get("kind")), "account")


def _texts(rule: dict[Any, Any], field: str) -> list[str]:
    listed = rule.get(field)
    return [text(one) for one in listed] if isinstance(listed, list) else []


def _resources(rule: dict[Any, Any]) -> list[str]:
    """Without their groups, as Kiki's own kind has them; paths that are no resources, too."""
    return _texts(rule, "resources") + _texts(rule, "nonResourceURLs")


def _images(item: Item) -> list[str]:
    root = POD_PATHS[item.kind]
    found = [
        text(one.get("image"))
        for field in _CONTAINERS
        for _, one in mappings(item.data, *root, field)
    ]
    return list(dict.fromkeys(filter(None, found)))


def _reaches_out(item: Item) -> bool:
    """Whether its pods see the host: its network, processes or disk, or all of its devices."""
    root = item.pod_path
    if root is None:
        return False
    if any(dig(item.data, *root, field) for field in _OF_HOST):
        return True
    if any("hostPath" in one for _, one in mappings(item.data, *root, "volumes")):
        return True
    return any(
        dig(one, "securityContext", "privileged") or dig(one, "securityContext", "capabilities")
        for field in _CONTAINERS
        for _, one in mappings(item.data, *root, field)
    )
