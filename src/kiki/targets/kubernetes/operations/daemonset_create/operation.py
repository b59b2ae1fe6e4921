"""Create a daemon set: one pod on every node.

Called through the registry by ``understand`` (fields) and ``kubernetes.render`` (manifests).
What its pods are is in ``pods``.
"""

from kiki.model.plan import Risk
from kiki.targets.kubernetes.objects import Context, Manifest, metadata, selector
from kiki.targets.kubernetes.pods import PodFields, listening, template

__all__ = ["Fields", "listening", "manifests", "risk"]


class Fields(PodFields, frozen=True):
    """*node_selector* and *tolerations* say which nodes get a pod."""


def risk(fields: Fields) -> Risk:
    """It takes its part of every node."""
    return "medium"


def manifests(fields: Fields, context: Context) -> tuple[Manifest, ...]:
    """The DaemonSet."""
    spec = {
        "selector": {"matchLabels": selector(fields.name)},
        "template": template(fields, context),
    }
    about = metadata(fields.name, fields.namespace, fields.name)
    return ({"apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": about, "spec": spec},)
