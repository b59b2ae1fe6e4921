"""Set taints of a node, which keep pods away that don't tolerate them.

Called through the registry by ``understand`` (fields) and ``kubernetes.render`` (manifests). Its
other taints stay; one of the same key and effect gets the new value.
"""

from typing import Annotated

from msgspec import Meta

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.kubernetes.acting import ObjectName, named
from kiki.targets.kubernetes.asking import kubectl
from kiki.targets.kubernetes.objects import Context, Manifest
from kiki.targets.kubernetes.pods import KEY

ACT = "taint"
_EFFECT = "NoSchedule|PreferNoSchedule|NoExecute"
Taint = Annotated[str, Meta(pattern=rf"^{KEY}(?:=[A-Za-z0-9_.-]{{0,63}})?:(?:{_EFFECT})$(?!\n)")]


class Fields(Record, frozen=True):
    """*name* of the node; *taints* are ``key[=value]:effect``."""

    name: ObjectName
    taints: Annotated[tuple[Taint, ...], Meta(min_length=1, max_length=20)]


def risk(fields: Fields) -> Risk:
    """NoExecute evicts what runs there; the others keep new pods away."""
    return "high" if any(one.endswith(":NoExecute") for one in fields.taints) else "medium"


def manifests(fields: Fields, context: Context) -> tuple[Manifest, ...]:
    """Which node, and which taints."""
    made = [_taint(one) for one in fields.taints]
    return ({**named("nodes", fields.name, ""), "taint": {"state": "present", "taints": made}},)


def equivalent(fields: Fields, context: Context) -> str:
    """The same with kubectl."""
    return kubectl("taint", "nodes", fields.name, *fields.taints, overwrite="yes")


def _taint(text: str) -> Manifest:
    said, _, effect = text.rpartition(":")
    key, _, value = said.partition("=")
    return {"key": key, **({"value": value} if value else {}), "effect": effect}
