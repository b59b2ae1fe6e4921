"""Take taints off a node, so that other pods are put there again.

Called through the registry by ``understand`` (fields) and ``kubernetes.render`` (manifests). One
that is not there changes nothing.
"""

from typing import Annotated

from msgspec import Meta

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.kubernetes.acting import ObjectName, named
from kiki.targets.kubernetes.asking import kubectl
from kiki.targets.kubernetes.objects import Context, Manifest
from kiki.targets.kubernetes.pods import Toleration

ACT = "taint"


class Fields(Record, frozen=True):
    """*name* of the node; *taints* are ``key[=value][:effect]``: without an effect all of them."""

    name: ObjectName
    taints: Annotated[tuple[Toleration, ...], Meta(min_length=1, max_length=20)]


def risk(fields: Fields) -> Risk:
    """Pods are put there that were kept away."""
    return "medium"


def manifests(fields: Fields, context: Context) -> tuple[Manifest, ...]:
    """Which node, and which taints."""
    gone = [_taint(one) for one in fields.taints]
    return ({**named("nodes", fields.name, ""), "taint": {"state": "absent", "taints": gone}},)


def equivalent(fields: Fields, context: Context) -> str:
    """The same with kubectl."""
    return kubectl("taint", "nodes", fields.name, *(f"{one}-" for one in fields.taints))


def _taint(text: str) -> Manifest:
    said, _, effect = text.partition(":")
    key, equal, value = said.partition("=")
    known = {"value": value} if equal else {}
    return {"key": key, **known, **({"effect": effect} if effect else {})}
