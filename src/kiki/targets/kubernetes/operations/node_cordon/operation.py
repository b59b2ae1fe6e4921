"""Let no new pod be put on a node; those that run there stay.

Called through the registry by ``understand`` (fields) and ``kubernetes.render`` (manifests).
"""

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.kubernetes.acting import ObjectName, named
from kiki.targets.kubernetes.asking import kubectl
from kiki.targets.kubernetes.objects import Context, Manifest

ACT = "adjust"


class Fields(Record, frozen=True):
    """*name* of the node."""

    name: ObjectName


def risk(fields: Fields) -> Risk:
    """New pods go elsewhere."""
    return "medium"


def manifests(fields: Fields, context: Context) -> tuple[Manifest, ...]:
    """Whether pods may be put there, and nothing else of the node."""
    return ({**named("nodes", fields.name, ""), "spec": {"unschedulable": True}},)


def equivalent(fields: Fields, context: Context) -> str:
    """The same with kubectl."""
    return kubectl("cordon", fields.name)
