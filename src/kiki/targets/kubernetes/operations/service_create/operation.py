"""Create a service: in front of a deployment, or as a name for something outside the cluster.

Called through the registry by ``understand`` (fields) and ``kubernetes.render`` (manifests).
"""

from typing import Literal

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.kubernetes import ports
from kiki.targets.kubernetes.fields import (
    FIRST_NODE_PORT,
    NodePort,
    OptionalAddress,
    OptionalDomain,
    OptionalName,
    OptionalPort,
    ServiceName,
)
from kiki.targets.kubernetes.objects import Context, Manifest, metadata, place, selector
from kiki.targets.kubernetes.ports import PortMap, ServicePort

Type = Literal["ClusterIP", "NodePort", "LoadBalancer", "ExternalName", "Headless"]
_OUTSIDE = ("NodePort", "LoadBalancer")


class Fields(Record, frozen=True):
    """*selector* is the deployment's name (empty: the service's own). *target_port* 0 means where
    that deployment listens if this request says so, else *port*. *node_port* 0 leaves it to the
    cluster. *ports* are several, in place of these three. *port* 0: none. An empty *cluster_ip* is
    the cluster's choice. *external_name* is what an ``ExternalName`` stands for."""

    name: ServiceName
    port: OptionalPort
    target_port: OptionalPort = 0
    namespace: OptionalName = ""
    selector: OptionalName = ""
    type: Type = "ClusterIP"
    node_port: NodePort = 0
    ports: tuple[PortMap, ...] = ()
    cluster_ip: OptionalAddress = ""
    external_name: OptionalDomain = ""

    def __post_init__(self) -> None:
        """ValueError for what the API server would refuse, or what would mean nothing."""
        if 0 < self.node_port < FIRST_NODE_PORT:
            raise ValueError("node_port is outside 30000-32767 - at `$.node_port`")
        made = said(self)
        ports.check(made)
        if any(one.node for one in made) and self.type not in _OUTSIDE:
            raise ValueError(f"a {self.type} service has no node port - at `$.node_port`")
        if (self.type == "ExternalName") != bool(self.external_name):
            raise ValueError(
                "ExternalName needs a name, and no other has one - at `$.external_name`"
            )
        if not made and self.type != "ExternalName":
            raise ValueError("a service needs a port - at `$.port`")
        if self.cluster_ip and self.type in ("ExternalName", "Headless"):
            raise ValueError(f"a {self.type} service has no address - at `$.cluster_ip`")


def said(fields: Fields) -> tuple[ServicePort, ...]:
    """All ports: the one with its target and node port, or those of the list. ValueError for
    both."""
    one = fields.port or fields.target_port or fields.node_port
    if fields.ports and one:
        raise ValueError("there are ports and a port - at `$.ports`")
    if not one:
        return tuple(map(ports.port_of, fields.ports))
    if not fields.port:
        raise ValueError("a target needs the port that leads to it - at `$.port`")
    made = ServicePort(name="", port=fields.port, target=fields.target_port, node=fields.node_port)
    return (made,)


def risk(fields: Fields) -> Risk:
    """A service that is seen from outside the cluster, or leads out of it, deserves a look."""
    return "low" if fields.type in ("ClusterIP", "Headless") else "medium"


def exposing(fields: Fields) -> tuple[str, tuple[int, ...]]:
    """The place of the deployment that gets the traffic, and the ports if it says none itself."""
    outside = fields.type == "ExternalName"
    found = () if outside else tuple(one.target or one.port for one in said(fields))
    return place(fields.namespace, fields.selector or fields.name), found


def manifests(fields: Fields, context: Context) -> tuple[Manifest, ...]:
    """The Service."""
    wanted = fields.selector or fields.name
    about = metadata(fields.name, fields.namespace, wanted)
    return (
        {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": about,
            "spec": _spec(fields, context, wanted),
        },
    )


def _spec(fields: Fields, context: Context, wanted: str) -> Manifest:
    made = said(fields)
    if fields.type == "ExternalName":
        spec: Manifest = {"type": fields.type, "externalName": fields.external_name}
    else:
        headless = fields.type == "Headless"
        spec = {"type": "ClusterIP" if headless else fields.type}
        address = "None" if headless else fields.cluster_ip
        spec |= {"clusterIP": address} if address else {}
        spec["selector"] = selector(wanted)
    listening = context.listening.get(place(fields.namespace, wanted), 0) if len(made) == 1 else 0
    listed = [ports.manifest(one, listening, several=len(made) > 1) for one in made]
    return {**spec, "ports": listed} if listed else spec
