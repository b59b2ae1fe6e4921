"""Delete a namespace that is there, with everything in it.

Called through the registry by ``understand`` (fields) and ``kubernetes.render`` (manifests). What
is in it is in the plan. None of it can be brought back.
"""

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.kubernetes.acting import named
from kiki.targets.kubernetes.asking import kubectl
from kiki.targets.kubernetes.fields import Name
from kiki.targets.kubernetes.objects import Context, Manifest

ACT = "delete"


class Fields(Record, frozen=True):
    """*name* of the namespace."""

    name: Name


def risk(fields: Fields) -> Risk:
    """Everything in it is gone, too."""
    return "high"


def manifests(fields: Fields, context: Context) -> tuple[Manifest, ...]:
    """Which namespace."""
    return (named("namespaces", fields.name, ""),)


def equivalent(fields: Fields, context: Context) -> str:
    """The same with kubectl."""
    return kubectl("delete", "namespaces", fields.name)
