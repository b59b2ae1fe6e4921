"""Show one object: what it is, how it is, what it consists of, and its events.

Called as the other operations that read, see ``objects_list``.
"""

from typing import Any

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.kubernetes.asking import ObjectName, Resource, kubectl
from kiki.targets.kubernetes.fields import OptionalName


class Fields(Record, frozen=True):
    """*resource* is what the API calls the kind of the object *name*."""

    name: ObjectName
    resource: Resource
    namespace: OptionalName = ""


def risk(fields: Fields) -> Risk:
    """Nothing changes."""
    return "low"


def command(fields: Fields) -> str:
    """The same with kubectl."""
    return kubectl("describe", fields.resource, fields.name, namespace=fields.namespace)


def ask(fields: Fields) -> dict[str, Any]:
    """What the cluster is asked."""
    return {
        "ask": "described", "resource": fields.resource, "name": fields.name,
        "namespace": fields.namespace,
    }  # fmt: skip
