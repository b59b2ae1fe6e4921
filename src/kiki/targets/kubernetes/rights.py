"""Roles and who has them: which rights, on what, where.

Called by the operations that make roles and bindings. Sources: kubernetes.io/docs, "Using RBAC
Authorization"; the groups are those of ``kubectl api-resources``.
"""

import hashlib
import re
from typing import Annotated, Any, Literal

from msgspec import Meta

from kiki.targets.kubernetes.objects import Manifest, metadata

GROUP = "rbac.authorization.k8s.io"
_CORE = ""
_GROUPS: dict[str, tuple[str, ...]] = {
    _CORE: (
        "pods", "services", "configmaps", "secrets", "namespaces", "nodes", "persistentvolumes",
        "persistentvolumeclaims", "serviceaccounts", "events", "endpoints", "resourcequotas",
        "limitranges", "replicationcontrollers",
    ),
    "apps": ("deployments", "statefulsets", "daemonsets", "replicasets"),
    "batch": ("jobs", "cronjobs"),
    "networking.k8s.io": ("ingresses", "networkpolicies"),
    "autoscaling": ("horizontalpodautoscalers",),
    "policy": ("poddisruptionbudgets",),
    "storage.k8s.io": ("storageclasses",),
    GROUP: ("roles", "rolebindings", "clusterroles", "clusterrolebindings"),
}  # fmt: skip
_GROUP_OF = {one: group for group, listed in _GROUPS.items() for one in listed}
# What the API server itself makes of each cluster, bound as a ClusterRole
BUILT_IN = ("view", "edit", "admin", "cluster-admin")

Access = Literal["", "read", "edit", "all"]
Verb = Literal[
    "get", "list", "watch", "create", "update", "patch", "delete", "deletecollection", "*",
    "bind", "escalate", "impersonate", "use", "approve", "sign",
]  # fmt: skip
_READING = ("get", "list", "watch")
_VERBS: dict[str, tuple[str, ...]] = {
    "read": _READING,
    "edit": (*_READING, "create", "update", "patch", "delete"),
    "all": ("*",),
}
# What an API calls a sort of object, with a part of it (pods/log) or not; * is all there are
Right = Annotated[str, Meta(pattern=r"^(?:\*|[a-z]+(?:/[a-z]+)?)$(?!\n)", max_length=63)]
# A user or group is whatever the login says; the API server takes any name without a line's end
Subject = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_.:@/-]*$(?!\n)", max_length=253)]
RoleName = Annotated[str, Meta(pattern=r"^(?:|[a-z0-9](?:[-a-z0-9.:]*[a-z0-9])?)$(?!\n)")]

_LONGEST = 63
_DIGEST = 8


def check(access: str, verbs: tuple[str, ...], resources: tuple[str, ...]) -> None:
    """ValueError for rights of nothing, on nothing, or on what no API has."""
    if not resources:
        raise ValueError("rights on what? - at `$.resources`")
    unknown = [one for one in resources if one != "*" and one.partition("/")[0] not in _GROUP_OF]
    if unknown:
        raise ValueError(f"{unknown[0]} is in no API of Kubernetes - at `$.resources`")
    if bool(access) == bool(verbs):
        raise ValueError("say either the access or its verbs - at `$.access`")


def rules(access: str, verbs: tuple[str, ...], resources: tuple[str, ...]) -> list[Manifest]:
    """A rule for each API that has some of *resources*."""
    said = list(verbs or _VERBS[access])
    if "*" in resources:
        return [{"apiGroups": ["*"], "resources": ["*"], "verbs": said}]
    groups: dict[str, list[str]] = {}
    for one in dict.fromkeys(resources):
        groups.setdefault(_GROUP_OF[one.partition("/")[0]], []).append(one)
    return [
        {"apiGroups": [group], "resources": listed, "verbs": said}
        for group, listed in groups.items()
    ]


def role(name: str, namespace: str, made: list[Manifest], *, wide: bool) -> Manifest:
    """A Role of these rules, or a ClusterRole where they hold everywhere."""
    kind = "ClusterRole" if wide else "Role"
    about = metadata(name, "" if wide else namespace, name)
    return {"apiVersion": f"{GROUP}/v1", "kind": kind, "metadata": about, "rules": made}


def binding(name: str, namespace: str, bound: str, subject: Manifest, *, wide: bool) -> Manifest:
    """Gives the role *bound* (``ClusterRole/view``) to *subject*."""
    kind, _, called = bound.partition("/")
    return {
        "apiVersion": f"{GROUP}/v1",
        "kind": "ClusterRoleBinding" if wide else "RoleBinding",
        "metadata": metadata(name, "" if wide else namespace, name),
        "roleRef": {"apiGroup": GROUP, "kind": kind, "name": called},
        "subjects": [subject],
    }


def subject(account: str, user: str, group: str, namespace: str) -> Manifest:
    """Who gets the role."""
    if account:
        return {"kind": "ServiceAccount", "name": account, "namespace": namespace}
    kind = "User" if user else "Group"
    return {"apiGroup": GROUP, "kind": kind, "name": user or group}


def label(*parts: Any) -> str:
    """A name of at most 63 characters from *parts*, always the same from the same."""
    whole = "-".join(str(part) for part in parts if part)
    plain = re.sub(r"-+", "-", re.sub(r"[^a-z0-9]", "-", whole.lower().replace("*", "all")))
    plain = plain.strip("-") or "access"
    if len(plain) <= _LONGEST:
        return plain
    digest = hashlib.sha256(whole.encode()).hexdigest()[:_DIGEST]
    return f"{plain[: _LONGEST - _DIGEST - 1].strip('-')}-{digest}"
