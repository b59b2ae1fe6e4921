"""Set labels of an object that is there; its other labels stay.

Called through the registry by ``understand`` (fields) and ``kubernetes.render`` (manifests).
"""

from kiki.model.plan import Risk
from kiki.targets.kubernetes.marks import Labels, Marking, kubectl_line, pairs, patch
from kiki.targets.kubernetes.objects import Context, Manifest

ACT = "adjust"


class Fields(Marking, frozen=True, kw_only=True):
    """*labels*: ``KEY=value`` each."""

    labels: Labels


def risk(fields: Fields) -> Risk:
    """It may move the object out of a service, a controller or a policy, or into one."""
    return "medium"


def manifests(fields: Fields, context: Context) -> tuple[Manifest, ...]:
    """The labels, and nothing else of it."""
    return (patch("labels", fields, pairs(fields.labels)),)


def equivalent(fields: Fields, context: Context) -> str:
    """The same with kubectl."""
    return kubectl_line("labels", fields, fields.labels, overwrite=True)
