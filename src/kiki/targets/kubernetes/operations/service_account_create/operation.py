"""Create a service account, which has no rights yet.

Called through the registry by ``understand`` (fields) and ``kubernetes.render`` (manifests).
"""

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.kubernetes.fields import Name, OptionalName
from kiki.targets.kubernetes.objects import Context, Manifest, metadata


class Fields(Record, frozen=True):
    """*pull_secret* is one that its pods take images with."""

    name: Name
    namespace: OptionalName
    pull_secret: OptionalName = ""


def risk(fields: Fields) -> Risk:
    """Nobody may do anything yet that they could not do before."""
    return "low"


def manifests(fields: Fields, context: Context) -> tuple[Manifest, ...]:
    """The ServiceAccount."""
    about = metadata(fields.name, fields.namespace, fields.name)
    made: Manifest = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": about}
    if fields.pull_secret:
        made["imagePullSecrets"] = [{"name": fields.pull_secret}]
    return (made,)
