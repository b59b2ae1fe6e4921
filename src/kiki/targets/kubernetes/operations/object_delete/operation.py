"""Delete an object that is there, with what it has made.

Called through the registry by ``understand`` (fields) and ``kubernetes.render`` (manifests). What
goes with it, and what its finalizers wait for, is in the plan. Namespaces: ``namespace_delete``.
"""

from typing import Literal

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.kubernetes.acting import ObjectName, named
from kiki.targets.kubernetes.asking import kubectl
from kiki.targets.kubernetes.fields import OptionalName
from kiki.targets.kubernetes.objects import Context, Manifest

ACT = "delete"
Deletable = Literal[
    "pods", "services", "configmaps", "secrets", "persistentvolumeclaims",
    "deployments", "statefulsets", "daemonsets", "jobs", "cronjobs", "ingresses",
    "horizontalpodautoscalers", "poddisruptionbudgets",
]  # fmt: skip


class Fields(Record, frozen=True):
    """The object *name*, which is a *resource*."""

    name: ObjectName
    resource: Deletable
    namespace: OptionalName = ""


def risk(fields: Fields) -> Risk:
    """What is deleted is gone."""
    return "high"


def manifests(fields: Fields, context: Context) -> tuple[Manifest, ...]:
    """Which object."""
    return (named(fields.resource, fields.name, fields.namespace),)


def equivalent(fields: Fields, context: Context) -> str:
    """The same with kubectl."""
    return kubectl("delete", fields.resource, fields.name, namespace=fields.namespace)
