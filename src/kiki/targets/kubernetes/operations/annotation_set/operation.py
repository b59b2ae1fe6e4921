"""Set annotations of an object that is there; its other annotations stay.

Called through the registry by ``understand`` (fields) and ``kubernetes.render`` (manifests).
"""

from kiki.model.plan import Risk
from kiki.targets.kubernetes.marks import Marking, Notes, kubectl_line, pairs, patch
from kiki.targets.kubernetes.objects import Context, Manifest

ACT = "adjust"


class Fields(Marking, frozen=True, kw_only=True):
    """*annotations*: ``KEY=value`` each."""

    annotations: Notes


def risk(fields: Fields) -> Risk:
    """Controllers read annotations: an ingress may be served in another way."""
    return "medium"


def manifests(fields: Fields, context: Context) -> tuple[Manifest, ...]:
    """The annotations, and nothing else of it."""
    return (patch("annotations", fields, pairs(fields.annotations)),)


def equivalent(fields: Fields, context: Context) -> str:
    """The same with kubectl."""
    return kubectl_line("annotations", fields, fields.annotations, overwrite=True)
