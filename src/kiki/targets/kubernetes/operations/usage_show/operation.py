"""Show how much processor and memory nodes or pods use, if the cluster measures it.

Called as the other operations that read, see ``objects_list``.
"""

from typing import Any, Literal

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.kubernetes.asking import kubectl, yes
from kiki.targets.kubernetes.fields import OptionalName


class Fields(Record, frozen=True):
    """Of *resource*; pods of one namespace or *everywhere*; those first that use the most of what
    *sort* names, by name without it."""

    resource: Literal["nodes", "pods"]
    namespace: OptionalName = ""
    everywhere: bool = False
    sort: Literal["", "cpu", "memory"] = ""


def risk(fields: Fields) -> Risk:
    """Nothing changes."""
    return "low"


def command(fields: Fields) -> str:
    """The same with kubectl."""
    return kubectl(
        "top", fields.resource, namespace=fields.namespace,
        all_namespaces=yes(fields.everywhere), sort_by=fields.sort,
    )  # fmt: skip


def ask(fields: Fields) -> dict[str, Any]:
    """What the cluster is asked."""
    return {
        "ask": "usage", "resource": fields.resource, "namespace": fields.namespace,
        "everywhere": fields.everywhere,
    }  # fmt: skip
