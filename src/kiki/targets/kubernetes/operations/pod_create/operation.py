"""Create a pod that nothing makes again when it is gone.

Called through the registry by ``understand`` (fields) and ``kubernetes.render`` (manifests). What
it runs is in ``pods``; further containers are operations of their own, ``container_add``.
"""

from typing import Literal

from kiki.model.plan import Risk
from kiki.targets.kubernetes.objects import Context, Manifest, metadata
from kiki.targets.kubernetes.pods import PodFields, all_labels, listening, spec

__all__ = ["Fields", "listening", "manifests", "risk"]


class Fields(PodFields, frozen=True):
    """*restart* is what the kubelet does when the container ends."""

    restart: Literal["Always", "OnFailure", "Never"] = "Always"


def risk(fields: Fields) -> Risk:
    """Adds a pod beside what is there."""
    return "low"


def manifests(fields: Fields, context: Context) -> tuple[Manifest, ...]:
    """The Pod."""
    about = metadata(fields.name, fields.namespace, fields.name)
    about["labels"] = all_labels(fields)
    made = spec(fields, context, fields.restart)
    return ({"apiVersion": "v1", "kind": "Pod", "metadata": about, "spec": made},)
