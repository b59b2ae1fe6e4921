"""List the objects of a kind: pods, services, anything that the cluster's API has.

Called through the registry by ``understand`` (fields), ``kubernetes.render`` (the command) and
``kubernetes.answers`` (what the cluster is asked).
"""

from typing import Any, Literal

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.kubernetes.asking import Resource, Selector, kubectl, yes
from kiki.targets.kubernetes.fields import OptionalName

State = Literal[
    "", "failing", "CrashLoopBackOff", "Pending", "Running", "Error", "Evicted", "OOMKilled",
    "ImagePull", "Completed", "Terminating", "NotReady",
]  # fmt: skip


class Fields(Record, frozen=True):
    """*resource* is what the API calls the kind, or ``all``; *everywhere*: in all namespaces;
    *selector* chooses by labels; *state*: only those that are so, by what their table shows;
    *wide*: with every column."""

    resource: Resource
    namespace: OptionalName = ""
    everywhere: bool = False
    selector: Selector = ""
    state: State = ""
    wide: bool = False


def risk(fields: Fields) -> Risk:
    """Nothing changes."""
    return "low"


def command(fields: Fields) -> str:
    """The same with kubectl, which chooses by no state of its table: a filter does."""
    line = kubectl(
        "get", fields.resource, namespace=fields.namespace, selector=fields.selector,
        all_namespaces=yes(fields.everywhere), output="wide" if fields.wide else "",
    )  # fmt: skip
    if fields.state == "failing":
        return rf"{line} | grep -vE '([0-9]+)/\1 |Completed| Ready '"
    return f"{line} | grep -i {fields.state}" if fields.state else line


def ask(fields: Fields) -> dict[str, Any]:
    """What the cluster is asked."""
    return {
        "ask": "objects", "resource": fields.resource, "namespace": fields.namespace,
        "everywhere": fields.everywhere, "selector": fields.selector,
    }  # fmt: skip
