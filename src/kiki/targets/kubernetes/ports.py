"""The ports of services, as people write several of them: ``http=80:8080``, ``80:80:30013``.

Called by the operation that makes services. Source: the API server's validation of service ports.
"""

from typing import Annotated

from msgspec import Meta

from kiki.model.records import Record
from kiki.targets.kubernetes.fields import FIRST_NODE_PORT
from kiki.targets.kubernetes.objects import Manifest

LAST_PORT, LAST_NODE_PORT = 65_535, 32_767
_NAME = r"[a-z](?:[a-z0-9-]{0,13}[a-z0-9])?"
PortMap = Annotated[str, Meta(pattern=rf"^(?:{_NAME}=)?\d{{1,5}}(?::\d{{1,5}}){{0,2}}$(?!\n)")]


class ServicePort(Record, frozen=True):
    """One port: 0 for a *target* or *node* that is not said, empty for no *name*."""

    name: str
    port: int
    target: int = 0
    node: int = 0


def port_of(text: str) -> ServicePort:
    """``name=port:target:node`` as a port. ValueError for a number that is no port."""
    name, _, rest = text.rpartition("=")
    port, target, node, *_ = (*map(int, rest.split(":")), 0, 0)
    if not all(0 <= one <= LAST_PORT for one in (port, target)) or not port:
        raise ValueError(f"{rest} is no port - at `$.ports`")
    if node and not FIRST_NODE_PORT <= node <= LAST_NODE_PORT:
        raise ValueError(f"{node} is outside 30000-32767 - at `$.ports`")
    return ServicePort(name=name, port=port, target=target, node=node)


def check(ports: tuple[ServicePort, ...]) -> None:
    """ValueError where two ports have one number or one name, which the API server refuses."""
    for values in ([one.port for one in ports], [one.name for one in ports if one.name]):
        if len(set(values)) < len(values):
            raise ValueError("two ports have the same number or name - at `$.ports`")


def manifest(one: ServicePort, listening: int, *, several: bool) -> Manifest:
    """The port in a Service; where there are several each needs a name."""
    # Kubernetes 1.20's server-side apply refuses a port without its protocol.
    target = one.target or listening or one.port
    made: Manifest = {"port": one.port, "targetPort": target, "protocol": "TCP"}
    if one.name or several:
        made = {"name": one.name or f"port-{one.port}", **made}
    return {**made, "nodePort": one.node} if one.node else made
