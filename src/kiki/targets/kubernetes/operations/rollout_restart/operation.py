"""Replace the pods of a workload that is there by new ones, in turn.

Called through the registry by ``understand`` (fields) and ``kubernetes.render`` (manifests). It is
what kubectl does: an annotation of the pods gets the time. The time is that of the apply, so the
file only names the workload.
"""

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.kubernetes.acting import Rolling, named
from kiki.targets.kubernetes.asking import kubectl
from kiki.targets.kubernetes.fields import Name, OptionalName
from kiki.targets.kubernetes.objects import Context, Manifest

ACT = "restart"


class Fields(Record, frozen=True):
    """The workload *name*, which is a *resource*."""

    name: Name
    resource: Rolling = "deployments"
    namespace: OptionalName = ""


def risk(fields: Fields) -> Risk:
    """Every pod is stopped once."""
    return "medium"


def manifests(fields: Fields, context: Context) -> tuple[Manifest, ...]:
    """Which workload."""
    return (named(fields.resource, fields.name, fields.namespace),)


def equivalent(fields: Fields, context: Context) -> str:
    """The same with kubectl."""
    name = f"{fields.resource}/{fields.name}"
    return kubectl("rollout", "restart", name, namespace=fields.namespace)
