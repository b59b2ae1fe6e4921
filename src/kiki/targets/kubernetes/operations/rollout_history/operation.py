"""List the revisions of a workload: those that it can be taken back to.

Called as the other operations that read, see ``objects_list``.
"""

from typing import Any

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.kubernetes.acting import Rolling
from kiki.targets.kubernetes.asking import ObjectName, kubectl
from kiki.targets.kubernetes.fields import OptionalName


class Fields(Record, frozen=True):
    """The workload *name*, which is a *resource*."""

    name: ObjectName
    resource: Rolling = "deployments"
    namespace: OptionalName = ""


def risk(fields: Fields) -> Risk:
    """Nothing changes."""
    return "low"


def command(fields: Fields) -> str:
    """The same with kubectl."""
    name = f"{fields.resource}/{fields.name}"
    return kubectl("rollout", "history", name, namespace=fields.namespace)


def ask(fields: Fields) -> dict[str, Any]:
    """What the cluster is asked."""
    return {
        "ask": "revisions", "resource": fields.resource, "name": fields.name,
        "namespace": fields.namespace,
    }  # fmt: skip
