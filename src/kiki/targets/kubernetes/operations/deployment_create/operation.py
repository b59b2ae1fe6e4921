"""Create a deployment of one container.

Called through the registry by ``understand`` (fields) and ``kubernetes.render`` (manifests). Its
defaults are those that no image can mind; each is told in docs/operations/k8s/deployment_create.md.
"""

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.kubernetes.fields import Image, Name, OptionalName, OptionalPort, Replicas
from kiki.targets.kubernetes.objects import (
    Context,
    Manifest,
    image,
    labels,
    metadata,
    place,
    selector,
)


class Fields(Record, frozen=True):
    """*port* is where the container listens (0: not said); an empty *namespace* leaves it to the
    kubeconfig."""

    name: Name
    image: Image
    replicas: Replicas = 1
    port: OptionalPort = 0
    namespace: OptionalName = ""


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
        "template": {"metadata": {"labels": labels(fields.name)}, "spec": _pod(fields, context)},
    }
    about = metadata(fields.name, fields.namespace, fields.name)
    return ({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": about, "spec": spec},)


def _pod(fields: Fields, context: Context) -> Manifest:
    return {
        # Nothing that Kiki makes talks to the API server; a stolen token would.
        "automountServiceAccountToken": False,
        "securityContext": {"seccompProfile": {"type": "RuntimeDefault"}},
        "containers": [_container(fields, context)],
    }


def _container(fields: Fields, context: Context) -> Manifest:
    port = fields.port or context.exposed.get(place(fields.namespace, fields.name), 0)
    container: Manifest = {"name": fields.name, "image": image(fields.image, context.profile)}
    if port:
        container["ports"] = [{"containerPort": port, "protocol": "TCP"}]
        container["readinessProbe"] = {"tcpSocket": {"port": port}}
    # Requests only: they place the pod. A limit that fits every image does not exist.
    container["resources"] = {"requests": {"cpu": "100m", "memory": "128Mi"}}
    return container
