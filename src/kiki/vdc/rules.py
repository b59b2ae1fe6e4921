"""Rules between tiers, from the words in which a definition has them.

Called by ``judging.traffic``, ``heat.security`` and the pictures. ``web, batch -> db: 5432/tcp``,
``any -> web: 80,443/tcp``,
``internet -> web: 22/tcp from 10.0.0.0/8``, ``10.1.0.0/16 -> db: tcp``,
``web -> internet: 443/tcp``. A rule that leads out of tiers closes them: they reach what rules
say, and nothing else.
Neutron knows tiers as security groups and everything else as networks: ``any`` and ``internet``
both become 0.0.0.0/0 (and ::/0 where there are IPv6 subnets).
"""

import re
from collections.abc import Iterator, Mapping
from ipaddress import ip_network
from typing import NamedTuple

OUTSIDE = ("any", "internet")
WORLD = ("0.0.0.0/0", "::/0")
_ARROW = re.compile(r"\s*(?:->|→|=>)\s*")
_FROM = re.compile(r"\s+from\s+(.+)$", re.IGNORECASE)
_PORTS = re.compile(r"(\d{1,5})(?:\s*[-:]\s*(\d{1,5}))?")
_PROTOCOLS = ("tcp", "udp", "sctp")
# Services that everybody calls by name; IANA's ports
_SERVICES = {
    "ssh": ("tcp", 22), "http": ("tcp", 80), "https": ("tcp", 443), "rdp": ("tcp", 3389),
    "dns": ("udp", 53), "ntp": ("udp", 123), "mysql": ("tcp", 3306), "postgresql": ("tcp", 5432),
    "redis": ("tcp", 6379), "mongodb": ("tcp", 27017),
}  # fmt: skip


class Service(NamedTuple):
    """What may pass: a *protocol* (empty: everything) and its ports; 0 and 0 are all of them."""

    protocol: str
    low: int = 0
    high: int = 0

    def __str__(self) -> str:
        if not self.low:
            return self.protocol or "all"
        ports = str(self.low) if self.low == self.high else f"{self.low}-{self.high}"
        return f"{ports}/{self.protocol}"


class Rule(NamedTuple):
    """One entry of ``rules``. *cidrs* are what ``from`` narrows the source to."""

    sources: tuple[str, ...]
    targets: tuple[str, ...]
    services: tuple[Service, ...]
    cidrs: tuple[str, ...] = ()

    @property
    def outgoing(self) -> bool:
        """Whether it leads out of tiers."""
        return any(one in OUTSIDE or "/" in one for one in self.targets)


class Exit(NamedTuple):
    """One rule of Neutron's for what goes out of the tier *source*: *target* is a tier or a network
    (*is_tier* says which)."""

    source: str
    target: str
    is_tier: bool
    service: Service
    family: int

    @property
    def key(self) -> str:
        """A name for it that depends on nothing else."""
        return _key(f"{self.source}_to_{self.target}", self)


class Atom(NamedTuple):
    """One rule of Neutron's: *source* is a tier or a network (*is_tier* says which)."""

    target: str
    source: str
    is_tier: bool
    service: Service
    family: int

    @property
    def key(self) -> str:
        """A name for it that depends on nothing else."""
        return _key(f"{self.target}_from_{self.source}", self)


def _key(between: str, rule: Atom | Exit) -> str:
    family = "_v6" if rule.family == 6 and rule.is_tier else ""
    what = str(rule.service).replace("/", "_")
    return f"{between}_{what}{family}".replace("/", "_").replace(":", "-")


class Unclear(Exception):  # noqa: N818 -- not a failure: it becomes a finding
    """A rule that can't be understood; *code* and *params* say why."""

    def __init__(self, code: str, **params: str) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


def said(entry: str | Mapping[str, str | int]) -> str:
    """*entry* as one text: YAML takes ``web -> app: 8080/tcp`` for a mapping of one key."""
    if isinstance(entry, str):
        return entry
    return "; ".join(f"{key}: {value}" for key, value in entry.items())


def parse(entry: str | Mapping[str, str | int]) -> Rule:
    """The rule that *entry* says. Raises Unclear."""
    if not isinstance(entry, str) and len(entry) != 1:
        raise Unclear("vdc.rule_shape", rule=said(entry))
    text = said(entry).strip()
    sides = _ARROW.split(text)
    if len(sides) != 2 or ":" not in sides[1]:
        raise Unclear("vdc.rule_shape", rule=text)
    to, _, what = sides[1].partition(":")
    cidrs: tuple[str, ...] = ()
    if found := _FROM.search(what):
        cidrs, what = tuple(_network(one) for one in _parts(found[1])), what[: found.start()]
    sources, targets = tuple(map(_source, _parts(sides[0]))), tuple(map(_source, _parts(to)))
    if not sources or not targets:
        raise Unclear("vdc.rule_shape", rule=text)
    if cidrs and any(one not in OUTSIDE for one in sources):
        raise Unclear("vdc.rule_from", rule=text)
    outer = [one in OUTSIDE or "/" in one for one in targets]
    if any(outer) and not all(outer):
        raise Unclear("vdc.rule_mixed", rule=text)
    if any(outer) and any(one in OUTSIDE or "/" in one for one in sources):
        raise Unclear("vdc.rule_through", rule=text)
    return Rule(sources, targets, tuple(_services(what, text)), cidrs)


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _source(text: str) -> str:
    return _network(text) if "/" in text else text


def _network(text: str) -> str:
    try:
        return str(ip_network(text))
    except ValueError:
        pass
    try:
        near = str(ip_network(text, strict=False))
    except ValueError as error:
        raise Unclear("vdc.cidr_invalid", value=text) from error
    raise Unclear("vdc.cidr_host_bits", value=text, near=near)


def _services(what: str, rule: str) -> Iterator[Service]:
    """The services in *what*; ports wait for the protocol that follows them."""
    waiting: list[str] = []
    for part in _parts(what):
        ports, slash, protocol = part.lower().partition("/")
        if slash:
            if protocol.strip() not in _PROTOCOLS:
                raise Unclear("vdc.rule_protocol", rule=rule, protocol=protocol.strip() or "-")
            yield from (_ports(one, protocol.strip()) for one in [*waiting, ports.strip()])
            waiting = []
        elif _PORTS.fullmatch(ports):
            waiting.append(ports)
        else:
            yield _named(ports, rule)
    if waiting or not what.strip():
        raise Unclear("vdc.rule_no_protocol", rule=rule, ports=", ".join(waiting) or "-")


def _named(word: str, rule: str) -> Service:
    if word in _SERVICES:
        protocol, port = _SERVICES[word]
        return Service(protocol, port, port)
    if word in ("icmp", "ping", *_PROTOCOLS):
        return Service("icmp" if word == "ping" else word)
    if word == "all":
        return Service("")
    raise Unclear("vdc.rule_service", rule=rule, service=word)


def _ports(text: str, protocol: str) -> Service:
    found = _PORTS.fullmatch(text)
    if found is None:
        raise Unclear("vdc.port_invalid", value=text or "-")
    low, high = int(found[1]), int(found[2] or found[1])
    if not 1 <= low <= 65535 or not 1 <= high <= 65535:
        raise Unclear("vdc.port_invalid", value=text)
    if low > high:
        raise Unclear("vdc.ports_backwards", value=text, near=f"{high}-{low}")
    return Service(protocol, low, high)


def atoms(rule: Rule, *, six: bool) -> Iterator[Atom]:
    """What *rule* lets in, as Neutron has it; *six*: the data centre has IPv6 subnets."""
    if rule.outgoing:
        return
    for target in rule.targets:
        for source in rule.sources:
            for service in rule.services:
                for one, is_tier, family in _from(source, rule.cidrs, six=six):
                    yield Atom(target, one, is_tier, service, family)


def _from(source: str, cidrs: tuple[str, ...], *, six: bool) -> Iterator[tuple[str, bool, int]]:
    if source in OUTSIDE:
        for one in cidrs or (WORLD if six else WORLD[:1]):
            yield one, False, 6 if ":" in one else 4
    elif "/" in source:
        yield source, False, 6 if ":" in source else 4
    else:
        yield source, True, 4
        if six:
            yield source, True, 6


def exits(rule: Rule, closed: frozenset[str], *, six: bool) -> Iterator[Exit]:
    """What *rule* lets out of the *closed* tiers, as Neutron has it."""
    for source in rule.sources:
        for target in rule.targets if source in closed else ():
            for service in rule.services:
                for one, is_tier, family in _from(target, (), six=six):
                    yield Exit(source, one, is_tier, service, family)
