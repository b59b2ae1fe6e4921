"""Create a network policy: nothing may reach some pods, or only what is said.

Called through the registry by ``understand`` (fields) and ``kubernetes.render`` (manifests).
"""

from typing import Literal

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.kubernetes import policies
from kiki.targets.kubernetes.fields import Name, OptionalName
from kiki.targets.kubernetes.objects import Context, Manifest, metadata
from kiki.targets.kubernetes.pods import Label
from kiki.targets.kubernetes.policies import Network, PortRange
from kiki.targets.kubernetes.rights import label

Direction = Literal["ingress", "egress", "both"]


class Fields(Record, frozen=True):
    """*direction* is the traffic that is judged: into the pods (*to_pods*; empty: all of the
    namespace), out of them (*from_pods*), or both. *deny*: none of it is let through. Otherwise
    what comes *from* these pods, namespaces and networks (of egress: goes *to*) on *ports* is, and
    nothing else. An empty *name* is made of the rest."""

    from_pods: tuple[Label, ...]
    name: OptionalName = ""
    namespace: OptionalName = ""
    direction: Direction = "ingress"
    deny: bool = False
    to_pods: tuple[Label, ...] = ()
    to_namespaces: tuple[Name, ...] = ()
    from_namespaces: tuple[Name, ...] = ()
    to_networks: tuple[Network, ...] = ()
    from_networks: tuple[Network, ...] = ()
    ports: tuple[PortRange, ...] = ()

    def __post_init__(self) -> None:
        """ValueError for what no network policy can say, or what would let everything through."""
        policies.ports(self.ports)
        said = bool(_peers(self) or self.ports)
        if self.deny == said:
            raise ValueError("deny all of it, or say what is let through - at `$.deny`")
        if self.direction == "both" and (said or self.from_pods or self.to_pods):
            raise ValueError("one direction at a time, but for a denial of all - at `$.direction`")
        if _stray(self):
            raise ValueError("the pods it is about are those of its namespace - at `$.direction`")


def _subject(fields: Fields) -> tuple[str, ...]:
    return fields.from_pods if fields.direction == "egress" else fields.to_pods


def _peers(fields: Fields) -> list[Manifest]:
    if fields.direction == "egress":
        return policies.peers(fields.to_pods, fields.to_namespaces, fields.to_networks)
    return policies.peers(fields.from_pods, fields.from_namespaces, fields.from_networks)


def _stray(fields: Fields) -> bool:
    """Whether the other end of the traffic is said of where the policy itself is."""
    if fields.direction == "egress":
        return bool(fields.from_namespaces or fields.from_networks)
    return bool(fields.to_namespaces or fields.to_networks)


def risk(fields: Fields) -> Risk:
    """Whatever talks to these pods now, and is not let through, is cut off."""
    return "medium"


def manifests(fields: Fields, context: Context) -> tuple[Manifest, ...]:
    """The NetworkPolicy."""
    name = fields.name or _name(fields)
    about = metadata(name, fields.namespace, name)
    ways = ("ingress", "egress") if fields.direction == "both" else (fields.direction,)
    spec: Manifest = {"podSelector": policies.selector(_subject(fields))}
    spec["policyTypes"] = [way.capitalize() for way in ways]
    if not fields.deny:
        spec[fields.direction] = [_rule(fields)]
    api = "networking.k8s.io/v1"
    return ({"apiVersion": api, "kind": "NetworkPolicy", "metadata": about, "spec": spec},)


def _rule(fields: Fields) -> Manifest:
    made: Manifest = {}
    if found := _peers(fields):
        made["to" if fields.direction == "egress" else "from"] = found
    return {**made, "ports": policies.ports(fields.ports)} if fields.ports else made


def _name(fields: Fields) -> str:
    """``default-deny-ingress``, ``allow-app-api-to-app-web-80-tcp``."""
    if fields.deny and not (fields.to_pods or fields.from_pods):
        return "default-deny" + ("" if fields.direction == "both" else f"-{fields.direction}")
    first = (*fields.from_pods, *fields.from_namespaces, *fields.from_networks)
    last = (*fields.to_pods, *fields.to_namespaces, *fields.to_networks)
    to = ("to", *last) if first and last else last
    way = (fields.direction,) if fields.deny or not (first and last) else ()
    return label("deny" if fields.deny else "allow", *way, *first, *to, *fields.ports)
