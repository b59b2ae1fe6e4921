"""Create a deployment.

Called through the registry by ``understand`` (fields) and ``kubernetes.render`` (manifests). What
its pods are is in ``pods``.
"""

from kiki.model.plan import Risk
from kiki.targets.kubernetes.fields import Replicas
from kiki.targets.kubernetes.objects import Context, Manifest, metadata, place, selector
from kiki.targets.kubernetes.pods import PodFields, template


class Fields(PodFields, frozen=True):
    """*port* is where the container listens (0: not said); an empty *namespace* leaves it to the
    kubeconfig."""

    replicas: Replicas = 1


def risk(fields: Fields) -> Risk:
    """Adds pods beside what is there."""
    return "low"


def listening(fields: Fields) -> tuple[str, int]:
    """The deployment's place and port, for the services of the same request."""
    return place(fields.namespace, fields.name), fields.port


def manifests(fields: Fields, context: Context) -> tuple[Manifest, ...]:
    """The Deployment."""
    spec = {
        "replicas": fields.replicas,
        "selector": {"matchLabels": selector(fields.name)},
        "template": template(fields, context),
    }
    about = metadata(fields.name, fields.namespace, fields.name)
    return ({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": about, "spec": spec},)
