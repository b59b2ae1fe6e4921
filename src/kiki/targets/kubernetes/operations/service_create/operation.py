"""Create a service in front of a deployment.

Called through the registry by ``understand`` (fields) and ``kubernetes.render`` (manifests).
"""

from typing import Literal

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.kubernetes.fields import (
    FIRST_NODE_PORT,
    NodePort,
    OptionalName,
    OptionalPort,
    Port,
    ServiceName,
)
from kiki.targets.kubernetes.objects import Context, Manifest, metadata, place, selector


class Fields(Record, frozen=True):
    """*selector* is the deployment's name (empty: the service's own). *target_port* 0 means where
    that deployment listens if this request says so, else *port*. *node_port* 0 leaves it to the
    cluster."""

    name: ServiceName
    port: Port
    target_port: OptionalPort = 0
    namespace: OptionalName = ""
    selector: OptionalName = ""
    type: Literal["ClusterIP", "NodePort", "LoadBalancer"] = "ClusterIP"
    node_port: NodePort = 0

    def __post_init__(self) -> None:
        if 0 < self.node_port < FIRST_NODE_PORT:
            raise ValueError("node_port is outside 30000-32767 - at `$.node_port`")
        if self.node_port and self.type == "ClusterIP":
            raise ValueError("a ClusterIP service has no node port - at `$.node_port`")


def risk(fields: Fields) -> Risk:
    """A service that is seen from outside the cluster deserves a look."""
    return "low" if fields.type == "ClusterIP" else "medium"


def exposing(fields: Fields) -> tuple[str, int]:
    """The place of the deployment that gets the traffic, and the port if it says none itself."""
    return place(
        fields.namespace, fields.selector or fields.name
    ), fields.target_port or fields.port


def manifests(fields: Fields, context: Context) -> tuple[Manifest, ...]:
    """The Service."""
    wanted = fields.selector or fields.name
    spec: Manifest = {
        "type": fields.type,
        "selector": selector(wanted),
        "ports": [_port(fields, context.listening.get(place(fields.namespace, wanted), 0))],
    }
    about = metadata(fields.name, fields.namespace, wanted)
    return ({"apiVersion": "v1", "kind": "Service", "metadata": about, "spec": spec},)


def _port(fields: Fields, listening: int) -> Manifest:
    target = fields.target_port or listening or fields.port
    # Kubernetes 1.20's server-side apply refuses a port without its protocol.
    port = {"port": fields.port, "targetPort": target, "protocol": "TCP"}
    return {**port, "nodePort": fields.node_port} if fields.node_port else port
