"""Show whether a workload has come up, and why its pods have not.

Called as the other operations that read, see ``objects_list``.
"""

from typing import Any, Literal

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.kubernetes.asking import ObjectName, kubectl
from kiki.targets.kubernetes.fields import OptionalName


class Fields(Record, frozen=True):
    """The workload *name*, which is a *resource*."""

    name: ObjectName
    resource: Literal["deployments", "statefulsets", "daemonsets"] = "deployments"
    namespace: OptionalName = ""


def risk(fields: Fields) -> Risk:
    """Nothing changes."""
    return "low"


def command(fields: Fields) -> str:
    """The same with kubectl."""
    name = f"{fields.resource}/{fields.name}"
    return kubectl("rollout", "status", name, namespace=fields.namespace, watch="false")


def ask(fields: Fields) -> dict[str, Any]:
    """What the cluster is asked."""
    return {
        "ask": "rollout", "resource": fields.resource, "name": fields.name,
        "namespace": fields.namespace,
    }  # fmt: skip
