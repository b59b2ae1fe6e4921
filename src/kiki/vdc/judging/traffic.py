"""The rules between tiers: whether they can be understood, lead somewhere, repeat, or open doors.

Called by ``judging``. Rules are compared as what they become, as Neutron does: it refuses the
second of two equal ones.
"""

from ipaddress import ip_network

from kiki.vdc.definition import Definition
from kiki.vdc.names import closed, has_six, networks_of, segments
from kiki.vdc.rules import OUTSIDE, WORLD, Atom, Exit, Rule, Unclear, atoms, exits, parse, said
from kiki.vdc.source import Path, Source, brief

# Ports that nobody leaves open to the world on purpose, and what listens there
_DOORS = {
    22: "SSH", 3389: "RDP", 1433: "SQL Server", 1521: "Oracle", 3306: "MySQL", 5432: "PostgreSQL",
    6379: "Redis", 9200: "Elasticsearch", 11211: "memcached", 27017: "MongoDB", 2379: "etcd",
}  # fmt: skip

_NAMES = 53  # the port of DNS


def judge(source: Source, definition: Definition) -> None:
    """Report each rule that can't be, and each that opens too much."""
    seen: dict[str, int] = {}
    good: list[Rule] = []
    six = has_six(definition)
    for index, entry in enumerate(definition.rules):
        path: Path = ("rules", index)
        try:
            rule = parse(entry)
        except Unclear as unclear:
            params = {key: brief(value) for key, value in unclear.params.items()}
            source.report(unclear.code, "error", path, **params)
            continue
        if _leads_somewhere(source, definition, rule, path):
            _repeats(source, rule, seen, index, six=six)
            if not rule.outgoing:
                _doors(source, rule, path, said(entry))
            good.append(rule)
    _balancers(source, definition, good)
    _closed(source, definition, good)


def _leads_somewhere(source: Source, definition: Definition, rule: Rule, path: Path) -> bool:
    known, fine = tuple(definition.tiers), True
    for target in rule.targets:
        if target not in known and not rule.outgoing:
            source.unknown("vdc.rule_tier_unknown", path, target, known)
            fine = False
    for one in rule.sources:
        if one not in known and one not in OUTSIDE and "/" not in one:
            source.unknown("vdc.rule_tier_unknown", path, one, (*known, *OUTSIDE))
            fine = False
    return fine


def _repeats(source: Source, rule: Rule, seen: dict[str, int], index: int, *, six: bool) -> None:
    """Say once for a rule which part of it an earlier one, or itself, has said."""
    told = False
    shut = frozenset(rule.sources if rule.outgoing else ())
    every: list[Atom | Exit] = [*atoms(rule, six=six), *exits(rule, shut, six=six)]
    for atom in every:
        key = atom.key  # an exit of the same ends is another rule, and has another name
        if key in seen and not told:
            first = source.line(("rules", seen[key]))
            what = f"{atom.source} -> {atom.target}: {atom.service}"
            source.report("vdc.rule_twice", "error", ("rules", index), rule=what, first=first)
            told = True
        seen.setdefault(key, index)


def _doors(source: Source, rule: Rule, path: Path, text: str) -> None:
    """Warn of a door that is open to the world."""
    if not any(one in OUTSIDE or one in WORLD for one in rule.sources):
        return
    if rule.cidrs and not any(one in WORLD for one in rule.cidrs):
        return
    for service in rule.services:
        if service.protocol in ("", "tcp") and not service.low:
            source.report("vdc.rule_all_open", "warning", path, rule=brief(text))
            continue
        open_doors = [
            f"{port} ({name})" for port, name in _DOORS.items()
            if service.protocol == "tcp" and service.low <= port <= service.high
        ]  # fmt: skip
        if open_doors:
            ports = ", ".join(open_doors)
            source.report("vdc.rule_open", "warning", path, rule=brief(text), ports=ports)


def _balancers(source: Source, definition: Definition, rules: list[Rule]) -> None:
    """A load balancer comes from an address of its network: its members' tier must let it in."""
    cidrs: dict[str, list[str]] = {}
    for segment in segments(definition):
        cidrs.setdefault(segment.network, []).append(segment.subnet.cidr)
    for name, balancer in definition.load_balancers.items():
        group = definition.servers.get(balancer.servers)
        network = balancer.network or (next(iter(networks_of(group)), "") if group else "")
        if group is None or group.tier not in definition.tiers or network not in cidrs:
            continue  # which ``references`` reports, or no tier is in the way
        port = balancer.member_port or balancer.port
        protocol = "udp" if balancer.protocol == "UDP" else "tcp"
        cidr = cidrs[network][0]
        if not any(_lets_in(rule, str(group.tier), cidr, protocol, port) for rule in rules):
            params = {"tier": str(group.tier), "port": str(port), "protocol": protocol}
            path: Path = ("load_balancers", name)
            source.report("vdc.balancer_closed", "warning", path, name=name, cidr=cidr, **params)


def _lets_in(rule: Rule, tier: str, cidr: str, protocol: str, port: int) -> bool:
    """Whether *rule* lets what comes from the network *cidr* reach the tier's port."""
    sources = [one for one in rule.sources if "/" in one or one in OUTSIDE]
    world = WORLD[":" in cidr]
    wide = rule.cidrs or tuple(world if one in OUTSIDE else one for one in sources)
    reached = any(_covers(one, cidr) for one in wide)
    fits = any(
        one.protocol in ("", protocol) and (not one.low or one.low <= port <= one.high)
        for one in rule.services
    )
    return tier in rule.targets and reached and fits


def _covers(wide: str, cidr: str) -> bool:
    try:
        outer, inner = ip_network(wide), ip_network(cidr)
    except ValueError:
        return True  # which ``addresses`` reports
    return outer.version == inner.version and outer.overlaps(inner)


def _closed(source: Source, definition: Definition, rules: list[Rule]) -> None:
    """A closed tier looks up no names unless a rule lets it."""
    for tier in sorted(closed(definition)):
        first = next(
            index for index, entry in enumerate(definition.rules)
            if (rule := _parsed(entry)) and rule.outgoing and tier in rule.sources
        )  # fmt: skip
        named = any(
            one.protocol in ("", "udp") and (not one.low or one.low <= _NAMES <= one.high)
            for rule in rules if tier in rule.sources for one in rule.services
        )  # fmt: skip
        if not named:
            source.report("vdc.closed_names", "warning", ("rules", first), tier=tier)


def _parsed(entry: str | dict[str, str | int]) -> Rule | None:
    try:
        return parse(entry)
    except Unclear:
        return None
