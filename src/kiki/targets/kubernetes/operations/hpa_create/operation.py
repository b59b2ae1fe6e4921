"""Create a horizontal pod autoscaler: how many pods a workload has, by what they use.

Called through the registry by ``understand`` (fields) and ``kubernetes.render`` (manifests).
"""

from typing import Annotated, Literal

from msgspec import Meta

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.kubernetes.fields import Name, OptionalName
from kiki.targets.kubernetes.objects import Context, Manifest, metadata

# The server takes no minimum of 0 but behind a feature gate, and more than 100 % of a request
Pods = Annotated[int, Meta(ge=1, le=10_000)]
Percent = Annotated[int, Meta(ge=0, le=1_000)]
_KINDS = {"deployments": "Deployment", "statefulsets": "StatefulSet"}


class Fields(Record, frozen=True):
    """The workload *target*, which is a *resource*, gets from *min* to *max* pods, so that they
    use *cpu* and *memory* percent of what they request; 0 of these is not looked at."""

    name: Name
    target: Name
    max: Pods
    min: Pods = 1
    cpu: Percent = 80
    memory: Percent = 0
    resource: Literal["deployments", "statefulsets"] = "deployments"
    namespace: OptionalName = ""

    def __post_init__(self) -> None:
        """ValueError where it could do nothing."""
        if self.min > self.max:
            raise ValueError("the least is more than the most - at `$.min`")
        if not (self.cpu or self.memory):
            raise ValueError("nothing says what is measured - at `$.cpu`")


def risk(fields: Fields) -> Risk:
    """From now on nobody looks when pods come and go."""
    return "medium"


def manifests(fields: Fields, context: Context) -> tuple[Manifest, ...]:
    """The HorizontalPodAutoscaler."""
    target = {"apiVersion": "apps/v1", "kind": _KINDS[fields.resource], "name": fields.target}
    measured = (("cpu", fields.cpu), ("memory", fields.memory))
    spec = {
        "scaleTargetRef": target,
        "minReplicas": fields.min,
        "maxReplicas": fields.max,
        "metrics": [_metric(name, percent) for name, percent in measured if percent],
    }
    about = metadata(fields.name, fields.namespace, fields.target)
    kind = "HorizontalPodAutoscaler"
    return ({"apiVersion": "autoscaling/v2", "kind": kind, "metadata": about, "spec": spec},)


def _metric(name: str, percent: int) -> Manifest:
    target = {"type": "Utilization", "averageUtilization": percent}
    return {"type": "Resource", "resource": {"name": name, "target": target}}
