"""Create a deployment.

Called through the registry by ``understand`` (fields) and ``kubernetes.render`` (manifests). What
its pods are is in ``pods``.
"""

from kiki.model.plan import Risk
from kiki.targets.kubernetes.fields import Replicas
from kiki.targets.kubernetes.objects import Context, Manifest, metadata, selector
from kiki.targets.kubernetes.pods import PodFields, listening, template

__all__ = ["Fields", "listening", "manifests", "risk"]


class Fields(PodFields, frozen=True):
    """*port* is where the container listens (0: not said); an empty *namespace* leaves it to the
    kubeconfig."""

    replicas: Replicas = 1


def risk(fields: Fields) -> Risk:
    """Adds pods beside what is there."""
    return "low"


def manifests(fields: Fields, context: Context) -> tuple[Manifest, ...]:
    """The Deployment."""
    spec = {
        "replicas": fields.replicas,
        "selector": {"matchLabels": selector(fields.name)},
        "template": template(fields, context),
    }
    about = metadata(fields.name, fields.namespace, fields.name)
    return ({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": about, "spec": spec},)
