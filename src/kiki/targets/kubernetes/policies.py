"""What may reach which pods: the peers and ports of network policies.

Called by the operation that makes them. Source: kubernetes.io/docs, "Network Policies".
"""

from typing import Annotated

from msgspec import Meta

from kiki.targets.kubernetes.objects import Manifest
from kiki.targets.kubernetes.pods import pairs

# 80/tcp, 8000-8100/udp
PortRange = Annotated[str, Meta(pattern=r"^[0-9]{1,5}(?:-[0-9]{1,5})?/(?:tcp|udp|sctp)$(?!\n)")]
Network = Annotated[str, Meta(pattern=r"^(?=.*[.:])[0-9a-f.:]{2,45}(?:/[0-9]{1,3})?$(?!\n)")]
# What every cluster since 1.21 puts on each namespace
_NAMESPACE = "kubernetes.io/metadata.name"


def selector(labels: tuple[str, ...]) -> Manifest:
    """The pods with all of *labels*; with none, all pods."""
    return {"matchLabels": pairs(labels)} if labels else {}


def peers(
    labels: tuple[str, ...], namespaces: tuple[str, ...], networks: tuple[str, ...]
) -> list[Manifest]:
    """Who is meant: pods with *labels*, in *namespaces* if these are said, and *networks*."""
    found: list[Manifest] = []
    for name in namespaces:
        where: Manifest = {"namespaceSelector": {"matchLabels": {_NAMESPACE: name}}}
        found.append({**where, "podSelector": selector(labels)} if labels else where)
    if labels and not namespaces:
        found.append({"podSelector": selector(labels)})
    return [*found, *({"ipBlock": {"cidr": _cidr(one)}} for one in networks)]


def _cidr(text: str) -> str:
    if "/" in text:
        return text
    return f"{text}/{128 if ':' in text else 32}"


def ports(said: tuple[str, ...]) -> list[Manifest]:
    """The ports of a rule; a range has its end. ValueError for a number that is no port."""
    made: list[Manifest] = []
    for one in said:
        numbers, _, protocol = one.partition("/")
        first, _, last = numbers.partition("-")
        if not 1 <= int(first) <= int(last or first) <= 65_535:
            raise ValueError(f"{one} is no port - at `$.ports`")
        end = {"endPort": int(last)} if last and last != first else {}
        made.append({"protocol": protocol.upper(), "port": int(first), **end})
    return made
