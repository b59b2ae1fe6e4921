"""What a picture of a definition shows, whatever draws it.

Called by ``mermaid`` and ``svg``.
"""

from typing import Literal, NamedTuple

from kiki.vdc.definition import Definition, Servers
from kiki.vdc.names import group_of, networks_of, provided, segments
from kiki.vdc.rules import OUTSIDE, Rule, parse
from kiki.vdc.stages import Place, places

Lines = tuple[str, ...]
Sort = Literal["network", "external network", "provider network"]


class Card(NamedTuple):
    """Servers of one group: a title, what they are, the tier."""

    name: str
    title: str
    lines: Lines
    tier: str


class Zone(NamedTuple):
    """A network with what is in it. *router* is what it is attached to; *sort* says whose it is."""

    name: str
    title: str
    lines: Lines
    router: str
    cards: tuple[Card, ...]
    sort: Sort = "network"


class Way(NamedTuple):
    """What may pass from one to the other."""

    source: str
    target: str
    what: str


class Scene(NamedTuple):
    """All of it. *outer* are external networks that routers lead to or floating IPs come from;
    *routers* are names with the external network of each; *stages* are those after the cloud's,
    each with what is done."""

    title: str
    outer: tuple[Zone, ...]
    routers: tuple[tuple[str, str], ...]
    zones: tuple[Zone, ...]
    ways: tuple[Way, ...]
    stages: tuple[tuple[str, Lines], ...] = ()


def scene(definition: Definition) -> Scene:
    """What there is to see."""
    cards: dict[str, list[Card]] = {}
    for name, group in definition.servers.items():
        cards.setdefault(networks_of(group)[0], []).append(_card(definition, name, group))
    for name, balancer in definition.load_balancers.items():
        group = definition.servers[balancer.servers]
        lines: Lines = (f"{balancer.protocol} {balancer.port} -> {balancer.servers}",)
        lines += (f"floating IP: {balancer.floating_ip}",) if balancer.floating_ip else ()
        place = balancer.network or networks_of(group)[0]
        cards.setdefault(place, []).append(Card(name, f"{name} (load balancer)", lines, ""))
    return Scene(
        title=definition.name,
        outer=_outer(definition, cards),
        routers=tuple((name, one.external or "") for name, one in definition.routers.items()),
        zones=_zones(definition, cards),
        ways=_ways(definition),
        stages=_stages(definition),
    )


def _card(definition: Definition, name: str, group: Servers) -> Card:
    title = name if group.count == 1 else f"{name} x {group.count}"
    lines = [f"{group.image}, {group.flavor}"]
    if len(networks_of(group)) > 1:
        lines.append("also in " + ", ".join(networks_of(group)[1:]))
    if group.addresses:
        more = ", …" if len(group.addresses) > 1 else ""
        lines.append(f"{group.addresses[0]}{more}")
    if group.floating_ip:
        lines.append(f"floating IP: {group.floating_ip}")
    disks = [f"{key} {one.size}" for key, one in group.volumes.items()]
    disks += [f"boot {group.boot_volume.size}"] if group.boot_volume else []
    disks += [
        f"{key} {one.size}" for key, one in definition.volumes.items()
        if one.server and group_of(definition, one.server) == name
    ]  # fmt: skip
    lines += [f"volume {one}" for one in disks]
    return Card(name, title, tuple(lines), group.tier or "")


def _outer(definition: Definition, cards: dict[str, list[Card]]) -> tuple[Zone, ...]:
    named = [one.external for one in definition.routers.values() if one.external]
    names = dict.fromkeys([*definition.provider_networks, *named])
    zones = []
    for name in names:
        network = definition.provider_networks.get(name)
        found = provided(name, network) if network else None
        lines = []
        if found:
            lines.append(found.subnet.cidr)
            lines += [f"pool {found.subnet.pool}"] if found.subnet.pool else []
        if network and network.physical_network:
            vlan = f" vlan {network.vlan}" if network.vlan else ""
            lines.append(f"{network.physical_network}{vlan}")
        inside = tuple(cards.get(name, ()))
        leads_out = network is None or network.external
        sort: Sort = "external network" if leads_out else "provider network"
        zones.append(Zone(name, name, tuple(lines), "", inside, sort))
    return tuple(zones)


def _zones(definition: Definition, cards: dict[str, list[Card]]) -> tuple[Zone, ...]:
    subnets: dict[str, list[str]] = {}
    for one in segments(definition):
        subnets.setdefault(one.network, []).append(one.subnet.cidr)
    return tuple(
        Zone(name, name, tuple(subnets.get(name, ())), one.router or "", tuple(cards.get(name, ())))
        for name, one in definition.networks.items()
    )


def _ways(definition: Definition) -> tuple[Way, ...]:
    """The rules, those of one source and one target together."""
    found: dict[tuple[str, str], list[str]] = {}
    for entry in definition.rules:
        rule = parse(entry)
        for target in rule.targets:
            for source in rule.sources:
                for one in _sources(source, rule):
                    found.setdefault((one, target), []).extend(map(str, rule.services))
    return tuple(Way(*ends, ", ".join(dict.fromkeys(what))) for ends, what in found.items())


def _sources(source: str, rule: Rule) -> tuple[str, ...]:
    if source in OUTSIDE and rule.cidrs:
        return rule.cidrs
    return (source,)


def _stages(definition: Definition) -> tuple[tuple[str, Lines], ...]:
    found: dict[str, list[str]] = {}
    for place in places(definition):
        found.setdefault(place.section, []).append(_step(place))
    if definition.kubernetes is not None:
        title = f"kubernetes {definition.kubernetes.context}"
        found = {title if key == "kubernetes" else key: lines for key, lines in found.items()}
    return tuple((name, tuple(lines)) for name, lines in found.items())


def _step(place: Place) -> str:
    entry = place.entry
    said = entry if isinstance(entry, str) else entry.message or entry.kind
    return f"{place.path[1]}: {said}" if place.servers else said
