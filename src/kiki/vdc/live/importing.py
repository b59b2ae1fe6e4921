"""A definition of what a project has, and what of it a definition can't say.

Called by the CLI. Nothing is dropped without a word: each thing that has no place is a finding.
Quotas, people and roles are the cloud's, not the project's, and are not asked for.
"""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from kiki.model.finding import Finding
from kiki.vdc.heat.networks import METADATA
from kiki.vdc.live.estate import Estate, Group, Rule, Server, Subnet
from kiki.vdc.live.facts import atom_of
from kiki.vdc.rules import WORLD

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}")
_NUMBERED = re.compile(r"(.+)-(0|[1-9][0-9]*)")
_PROTOCOLS = ("", "tcp", "udp", "sctp", "icmp", "ipv6-icmp", "icmpv6")
_PINGS = ("icmp", "ipv6-icmp", "icmpv6")
_DEFAULT = "default"
Section = dict[str, Any]


class Imported(NamedTuple):
    """The *definition* as data, and what is not in it."""

    definition: Section
    lost: tuple[Finding, ...]


def imported(estate: Estate) -> Imported:
    """What *estate* comes to."""
    return _Importer(estate).all()


class _Importer:
    def __init__(self, estate: Estate) -> None:
        self._estate = estate
        self._lost: list[Finding] = []
        self._tiers = {one.name for one in estate.groups if one.name != _DEFAULT}

    def all(self) -> Imported:
        project = self._estate.project
        name = project if _NAME.fullmatch(project) else "imported"
        about = {"name": project, "domain": self._estate.domain, "existing": True}
        made = {
            "vdc": 1,
            "name": name,
            "project": about,
            "provider_networks": self._outside(),
            "networks": self._networks(),
            "routers": self._routers(),
            "tiers": self._groups(),
            "rules": [text for group in self._estate.groups for text in self._rules(group)],
            "servers": self._servers(),
            "volumes": self._volumes(),
            "keys": self._keys(),
        }
        self._rest()
        kept = {key: value for key, value in made.items() if value not in ({}, [])}
        return Imported(kept, tuple(self._lost))

    def _lose(self, what: str, name: str, **params: str) -> None:
        params = {"name": name, **params}
        self._lost.append(Finding(code=f"vdc.lost_{what}", severity="warning", params=params))

    def _named(self, name: str, known: Section, sort: str) -> bool:
        """Whether a thing can be called so: a second one of a name has no place."""
        if not _NAME.fullmatch(name):
            self._lose("name", name or "-", sort=sort)
        elif name in known:
            self._lose("twice", name, sort=sort)
        else:
            return True
        return False

    def _outside(self) -> Section:
        """Networks of others that are used here."""
        used = {one.external for one in self._estate.routers}
        used |= {one.network for one in self._estate.floating}
        used |= {name for one in self._estate.servers for name in one.networks}
        others = (one for one in self._estate.networks if not one.own and one.name in used)
        return {
            one.name: {"existing": True, "external": one.external, "shared": one.shared}
            for one in others
        }

    def _networks(self) -> Section:
        found: Section = {}
        divided = {one.network for one in self._estate.subnets}
        for one in self._estate.networks:
            if one.own and one.name not in divided:
                self._lose("network", one.name)
            elif one.own and self._named(one.name, found, "network"):
                found[one.name] = self._network(one.name)
        for subnet in self._estate.subnets:
            if subnet.network not in found:
                self._lose("subnet", subnet.name, network=subnet.network)
        return found

    def _network(self, name: str) -> Section:
        subnets = [one for one in self._estate.subnets if one.network == name]
        routers = {
            router.name
            for router in self._estate.routers
            for one in subnets
            if one.name in router.subnets
        }
        for router in sorted(routers)[1:]:
            self._lose("attachment", name, router=router)
        found: Section = {"router": min(routers)} if routers else {}
        told = {one.name: self._subnet(one) for one in subnets}
        if len(told) == 1:
            ((key, about),) = told.items()
            return {"subnet": key, **about, **found}
        return {"subnets": told, **found}

    def _subnet(self, one: Subnet) -> Section:
        if one.routes:
            self._lose("routes", one.name, count=str(one.routes))
        about: Section = {"cidr": one.cidr, "gateway": one.gateway}
        about |= {"pool": ", ".join(one.pools)} if one.pools else {}
        about |= {"dns": list(one.dns)} if one.dns else {}
        return about | ({} if one.dhcp else {"dhcp": False})

    def _routers(self) -> Section:
        found: Section = {}
        for one in self._estate.routers:
            if one.routes:
                self._lose("routes", one.name, count=str(one.routes))
            if self._named(one.name, found, "router"):
                found[one.name] = {"external": one.external} if one.external else {}
        return found

    def _groups(self) -> Section:
        found: Section = {}
        for one in self._estate.groups:
            if one.name != _DEFAULT and self._named(one.name, found, "tier"):
                found[one.name] = {"description": one.description} if one.description else {}
        return found

    def _rules(self, group: Group) -> Iterator[str]:
        if group.name == _DEFAULT:
            return
        is_open = any(_lets_all_out(rule) for rule in group.rules)
        if not is_open:
            yield from self._outgoing(group)
        for rule in group.rules:
            if rule.direction == "egress":
                if is_open and not _lets_all_out(rule):
                    self._lose("egress", group.name, rule=_told(group.name, rule))
            elif not self._can_say(rule):
                self._lose("rule", group.name, rule=_told(group.name, rule))
            elif rule.family == 4 or rule.cidr or not self._has_twin(group, rule):
                yield _text(group.name, rule)

    def _outgoing(self, group: Group) -> Iterator[str]:
        """Rules that lead out of a closed group. To a tier what lets it in there says it, too, and
        a group from which nothing goes to a network has no words."""
        found = [one for one in group.rules if one.direction == "egress" and one.cidr != METADATA]
        said = [one for one in found if not one.group and self._can_say(one)]
        for rule in said:
            atom = atom_of(group.name, rule)
            target = "internet" if atom.source in WORLD else atom.source
            yield f"{group.name} -> {target}: {atom.service}"
        for rule in found:
            if rule not in said and not (rule.group and said):
                self._lose("egress", group.name, rule=_told(group.name, rule))
        if not said:
            self._lose("closed", group.name)

    def _can_say(self, rule: Rule) -> bool:
        ports = rule.low is not None and rule.protocol in _PINGS
        known = not rule.group or rule.group in self._tiers
        return known and not ports and rule.protocol in _PROTOCOLS

    def _has_twin(self, group: Group, rule: Rule) -> bool:
        """Whether the same is there for IPv4: a definition means both."""
        return any(_text(group.name, one) == _text(group.name, rule)
                   for one in group.rules if one.family == 4)  # fmt: skip

    def _servers(self) -> Section:
        found: Section = {}
        for one in self._estate.servers:
            if not one.image or not one.flavor:
                self._lose("server", one.name)
            elif not one.networks:  # one that is being built, or failed, has none either
                self._lose("server_network", one.name)
            elif self._named(one.name, found, "server"):
                found[one.name] = self._server(one)
        return _folded(found)

    def _server(self, one: Server) -> Section:
        tiers = [name for name in one.groups if name in self._tiers]
        for name in [*tiers[1:], *(name for name in one.groups if name not in self._tiers)]:
            if tiers:
                self._lose("group", one.name, group=name)
        networks = list(dict.fromkeys(one.networks))
        about: Section = {"image": one.image, "flavor": one.flavor}
        about |= {"tier": tiers[0]} if tiers else {}
        about |= {"network": networks[0]} if len(networks) == 1 else {"networks": networks}
        about |= {"key": one.key} if one.key else {}
        pools = [each.network for each in self._estate.floating if each.server == one.name]
        about |= {"floating_ip": pools[0]} if pools else {}
        return about | ({"metadata": one.metadata} if one.metadata else {})

    def _volumes(self) -> Section:
        found: Section = {}
        for one in self._estate.volumes:
            if one.boots or len(one.servers) > 1:
                self._lose("volume", one.name)
            elif self._named(one.name, found, "volume"):
                about: Section = {"size": f"{one.size}GB"}
                about |= {"type": one.type} if one.type else {}
                found[one.name] = about | ({"server": one.servers[0]} if one.servers else {})
        return found

    def _keys(self) -> Section:
        """The keys that servers have; the text of those of whoever asks."""
        known = {one.name: one.public_key for one in self._estate.keys}
        used = sorted({one.key for one in self._estate.servers if one.key})
        return {
            name: {"public_key": known[name].strip()} if known.get(name) else {} for name in used
        }

    def _rest(self) -> None:
        for one in self._estate.floating:
            if not one.server:
                self._lose("floating", one.address)
        for placed in self._estate.placements:
            self._lose("placement", placed.name, policy=placed.policy)
        for sort, count in self._estate.also.items():
            if count:
                self._lose("also", sort, count=str(count))
        self._lost.append(Finding(code="vdc.import_not_asked", severity="info"))


def _lets_all_out(rule: Rule) -> bool:
    plain = not rule.protocol and not rule.group and rule.cidr in ("", *WORLD)
    return rule.direction == "egress" and plain


def _text(group: str, rule: Rule) -> str:
    atom = atom_of(group, rule)
    source = "any" if atom.source in WORLD else atom.source
    return f"{source} -> {group}: {atom.service}"


def _told(group: str, rule: Rule) -> str:
    """A rule that has no words, as Neutron has it."""
    ports = f" {rule.low}-{rule.high}" if rule.low is not None else ""
    end = rule.group or rule.cidr or "0.0.0.0/0"
    return f"{rule.direction} {group} {rule.protocol or 'all'}{ports} {end}"


def _folded(servers: Section) -> Section:
    """*servers* with those that are alike and counted (``web-0``, ``web-1``) as one group."""
    groups: dict[str, list[str]] = {}
    for name in servers:
        found = _NUMBERED.fullmatch(name)
        if found and found[1] not in servers:
            groups.setdefault(found[1], []).append(name)
    for base, names in groups.items():
        wanted = [f"{base}-{index}" for index in range(len(names))]
        alike = all(servers[name] == servers[names[0]] for name in names)
        if len(names) > 1 and alike and sorted(names) == sorted(wanted):
            about = servers[names[0]]
            servers = {key: one for key, one in servers.items() if key not in names}
            servers[base] = {"count": len(names), **about}
    return servers
