"""Create a namespace.

Called through the registry by ``understand`` (fields) and ``kubernetes.render`` (manifests).
"""

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.kubernetes.fields import Name
from kiki.targets.kubernetes.objects import Context, Manifest, labels


class Fields(Record, frozen=True):
    """*name* of the namespace."""

    name: Name


def risk(fields: Fields) -> Risk:
    """An empty namespace does nothing yet."""
    return "low"


def manifests(fields: Fields, context: Context) -> tuple[Manifest, ...]:
    """The Namespace."""
    metadata = {"name": fields.name, "labels": labels(fields.name)}
    return ({"apiVersion": "v1", "kind": "Namespace", "metadata": metadata},)
