"""Show the last lines of the logs of a pod, or of the pods of a workload.

Called as the other operations that read, see ``objects_list``.
"""

from typing import Any

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.kubernetes.asking import (
    Lines,
    ObjectName,
    OptionalResource,
    Since,
    kubectl,
    seconds,
    yes,
)
from kiki.targets.kubernetes.fields import OptionalName


class Fields(Record, frozen=True):
    """*name* is that of a pod, or where there is none of a workload; *resource* says of which.
    *container* empty: all of the pod. *lines* 0: all there are. *since* is like ``10m``.
    *previous*: of the container before it was started again."""

    name: ObjectName
    resource: OptionalResource = ""
    container: OptionalName = ""
    lines: Lines = 200
    since: Since = ""
    previous: bool = False
    namespace: OptionalName = ""


def risk(fields: Fields) -> Risk:
    """Nothing changes; what a program writes to its log may be meant for few."""
    return "medium"


def command(fields: Fields) -> str:
    """The same with kubectl, which has to be told of a workload."""
    name = f"{fields.resource}/{fields.name}" if fields.resource else fields.name
    every = {} if fields.container else {"all_containers": "yes"}
    return kubectl(
        "logs", name, namespace=fields.namespace, container=fields.container, since=fields.since,
        tail=str(fields.lines or ""), previous=yes(fields.previous), **every,
    )  # fmt: skip


def ask(fields: Fields) -> dict[str, Any]:
    """What the cluster is asked."""
    return {
        "ask": "logs", "name": fields.name, "resource": fields.resource,
        "container": fields.container, "lines": fields.lines, "since": seconds(fields.since),
        "previous": fields.previous, "namespace": fields.namespace,
    }  # fmt: skip
