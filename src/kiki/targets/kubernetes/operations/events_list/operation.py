"""List the events of a namespace, of all, or about one object; the newest at the end.

Called as the other operations that read, see ``objects_list``.
"""

from typing import Any

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.kubernetes.asking import OptionalObjectName, kubectl, yes
from kiki.targets.kubernetes.fields import OptionalName


class Fields(Record, frozen=True):
    """*name*: only those about objects of this name; *everywhere*: in all namespaces."""

    name: OptionalObjectName = ""
    namespace: OptionalName = ""
    everywhere: bool = False


def risk(fields: Fields) -> Risk:
    """Nothing changes."""
    return "low"


def command(fields: Fields) -> str:
    """The same with kubectl."""
    about = f"involvedObject.name={fields.name}" if fields.name else ""
    return kubectl(
        "get", "events", namespace=fields.namespace, field_selector=about,
        all_namespaces=yes(fields.everywhere), sort_by=".lastTimestamp",
    )  # fmt: skip


def ask(fields: Fields) -> dict[str, Any]:
    """What the cluster is asked."""
    return {
        "ask": "events", "name": fields.name, "namespace": fields.namespace,
        "everywhere": fields.everywhere,
    }  # fmt: skip
