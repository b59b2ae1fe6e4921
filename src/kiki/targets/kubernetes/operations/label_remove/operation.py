"""Take labels from an object that is there; its other labels stay.

Called through the registry by ``understand`` (fields) and ``kubernetes.render`` (manifests). A key
that the object does not have changes nothing.
"""

from kiki.model.plan import Risk
from kiki.targets.kubernetes.marks import Keys, Marking, kubectl_line, patch
from kiki.targets.kubernetes.objects import Context, Manifest

ACT = "strip"


class Fields(Marking, frozen=True, kw_only=True):
    """*keys* of the labels."""

    keys: Keys


def risk(fields: Fields) -> Risk:
    """A service, a controller or a policy may no longer find the object."""
    return "medium"


def manifests(fields: Fields, context: Context) -> tuple[Manifest, ...]:
    """The keys without a value, and nothing else of it."""
    return (patch("labels", fields, dict.fromkeys(fields.keys)),)


def equivalent(fields: Fields, context: Context) -> str:
    """The same with kubectl."""
    return kubectl_line("labels", fields, tuple(f"{key}-" for key in fields.keys))
