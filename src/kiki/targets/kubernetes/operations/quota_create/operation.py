"""Create a quota: how much all that is in a namespace may take together.

Called through the registry by ``understand`` (fields) and ``kubernetes.render`` (manifests).
"""

from typing import Annotated

from msgspec import Meta

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.kubernetes.claims import Bytes
from kiki.targets.kubernetes.fields import OptionalName
from kiki.targets.kubernetes.objects import Context, Manifest, metadata
from kiki.targets.kubernetes.pods import Quantity

Count = Annotated[int, Meta(ge=-1, le=1_000_000)]
UNLIMITED = -1
# kubernetes.io/docs, "Resource Quotas"; each field's name and that of its resource
_HARD = {
    "request_cpu": "requests.cpu", "request_memory": "requests.memory",
    "limit_cpu": "limits.cpu", "limit_memory": "limits.memory",
    "storage": "requests.storage", "pods": "pods", "services": "services",
    "configmaps": "configmaps", "secrets": "secrets", "claims": "persistentvolumeclaims",
    "load_balancers": "services.loadbalancers", "node_ports": "services.nodeports",
}  # fmt: skip


class Fields(Record, frozen=True):
    """*request_* and *limit_* are what the containers' requests and limits add up to; the others
    are counts of objects, -1 for no limit. An empty *name* is ``quota``."""

    request_cpu: Quantity
    name: OptionalName = ""
    namespace: OptionalName = ""
    request_memory: Bytes = ""
    limit_cpu: Quantity = ""
    limit_memory: Bytes = ""
    storage: Bytes = ""
    pods: Count = UNLIMITED
    services: Count = UNLIMITED
    configmaps: Count = UNLIMITED
    secrets: Count = UNLIMITED
    claims: Count = UNLIMITED
    load_balancers: Count = UNLIMITED
    node_ports: Count = UNLIMITED

    def __post_init__(self) -> None:
        """ValueError for a quota of nothing."""
        if not hard(self):
            raise ValueError("a quota limits something - at `$.pods`")


def hard(fields: Fields) -> dict[str, str]:
    """What is limited to how much, as the API calls it."""
    said = {resource: getattr(fields, name) for name, resource in _HARD.items()}
    return {resource: str(value) for resource, value in said.items() if value not in ("", -1)}


def risk(fields: Fields) -> Risk:
    """Pods beyond it, and pods that say no requests, are refused from now on."""
    return "medium"


def manifests(fields: Fields, context: Context) -> tuple[Manifest, ...]:
    """The ResourceQuota."""
    name = fields.name or "quota"
    about = metadata(name, fields.namespace, name)
    spec = {"hard": hard(fields)}
    return ({"apiVersion": "v1", "kind": "ResourceQuota", "metadata": about, "spec": spec},)
