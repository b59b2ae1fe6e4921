"""Say how many pods a workload that is there has.

Called through the registry by ``understand`` (fields) and ``kubernetes.render`` (manifests).
"""

from typing import Literal

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.kubernetes.acting import named
from kiki.targets.kubernetes.asking import kubectl
from kiki.targets.kubernetes.fields import Name, OptionalName, Replicas
from kiki.targets.kubernetes.objects import Context, Manifest

ACT = "adjust"


class Fields(Record, frozen=True):
    """The workload *name*, which is a *resource*, and its *replicas*."""

    name: Name
    replicas: Replicas
    resource: Literal["deployments", "statefulsets"] = "deployments"
    namespace: OptionalName = ""


def risk(fields: Fields) -> Risk:
    """With no pod left nobody answers."""
    return "medium" if fields.replicas else "high"


def manifests(fields: Fields, context: Context) -> tuple[Manifest, ...]:
    """The count, and nothing else of it."""
    about = named(fields.resource, fields.name, fields.namespace)
    return ({**about, "spec": {"replicas": fields.replicas}},)


def equivalent(fields: Fields, context: Context) -> str:
    """The same with kubectl."""
    name = f"{fields.resource}/{fields.name}"
    return kubectl("scale", name, replicas=str(fields.replicas), namespace=fields.namespace)
