"""A definition and a project as the same plain facts, so that they can be compared.

Called by ``drift``. A fact is a sort and a name with properties as text. What a definition leaves
open (a gateway, a pool) is no property of its fact, and is compared with nothing.
"""

from collections.abc import Iterator

from kiki.vdc.definition import Definition, Servers
from kiki.vdc.heat.networks import METADATA
from kiki.vdc.live.estate import Estate, Rule
from kiki.vdc.names import closed, gibibytes, has_six, mebibytes, members, networks_of, segments
from kiki.vdc.rules import WORLD, Atom, Exit, Service, atoms, exits, parse

Key = tuple[str, str]
Facts = dict[Key, dict[str, str]]
_OUT = "egress"
_DEFAULT = "default"  # every project has this group, and nobody made it
_ICMP_SIX = ("ipv6-icmp", "icmpv6")


def wanted(definition: Definition) -> Facts:
    """What there is to be."""
    found: Facts = {("network", name): {} for name in definition.networks}
    attached: dict[str, list[str]] = {name: [] for name in definition.routers}
    for one in segments(definition):
        subnet = one.subnet
        about = {"network": one.network, "cidr": subnet.cidr, "dhcp": _said(subnet.dhcp)}
        about |= {"gateway": subnet.gateway.lower()} if subnet.gateway else {}
        about |= {"pool": _list(_pools(subnet.pool))} if subnet.pool else {}
        found["subnet", one.name] = about | {"dns": _list(subnet.dns)}
        router = definition.networks[one.network].router
        if router in attached:
            attached[router].append(one.name)
    for name, router_of in definition.routers.items():
        about = {"external": router_of.external or "-", "subnets": _list(sorted(attached[name]))}
        found["router", name] = about
    found |= {("tier", tier.security_group or name): {} for name, tier in definition.tiers.items()}
    found |= {("rule", name): {} for name in _rules(definition)}
    found |= dict(_servers(definition))
    found |= dict(_standing(definition))
    return found | dict(_volumes(definition))


def _standing(definition: Definition) -> Iterator[tuple[Key, dict[str, str]]]:
    """Limits, roles, people, and the texts of keys."""
    for name in type(definition.quotas).__struct_fields__:
        given = getattr(definition.quotas, name)
        if isinstance(given, str):
            given = mebibytes(given) if name == "ram" else gibibytes(given)
        if given is not None:
            yield ("quota", name), {"limit": str(given)}
    yield from ((("role", name), {}) for name in definition.roles)
    for name, person in definition.people.items():
        yield ("person", name), {"roles": _list(sorted(person.roles))}
    for name, key in definition.keys.items():
        if key.public_key:
            yield ("key", name), {"public_key": _bare(key.public_key)}


def _bare(text: str) -> str:
    """A public key without what is said of it."""
    return " ".join(text.split()[:2])


def _said(value: bool) -> str:
    return "true" if value else "false"


def _list(values: Iterator[str] | list[str] | tuple[str, ...]) -> str:
    return ", ".join(values) or "-"


def _pools(text: str) -> list[str]:
    return sorted("-".join(end.strip() for end in one.split("-")) for one in text.split(","))


def _called(definition: Definition, tier: str) -> str:
    """The name of a tier's group in the cloud."""
    known = definition.tiers.get(tier)
    return (known.security_group if known else None) or tier


def _rules(definition: Definition) -> Iterator[str]:
    six, shut = has_six(definition), closed(definition)
    for name in definition.tiers:
        if name not in shut:
            yield from (_open(_called(definition, name), family) for family in (4, 6))
    for entry in definition.rules:
        for out in exits(parse(entry), shut, six=six):
            target = _called(definition, out.target) if out.is_tier else out.target
            yield leaving(out._replace(source=_called(definition, out.source), target=target))
        for one in atoms(parse(entry), six=six):
            source = _called(definition, one.source) if one.is_tier else one.source
            yield named(one._replace(target=_called(definition, one.target), source=source))


def _open(group: str, family: int) -> str:
    """What lets everything out of a group that is not closed."""
    return leaving(Exit(group, WORLD[family == 6], False, Service(""), family))


def leaving(out: Exit) -> str:
    """A rule for what goes out, as people read it."""
    family = " (IPv6)" if out.family == 6 and out.is_tier else ""
    return f"{out.source} -> {out.target}: {out.service}{family} (out)"


def named(atom: Atom) -> str:
    """A rule as people read it."""
    family = " (IPv6)" if atom.family == 6 and atom.is_tier else ""
    return f"{atom.source} -> {atom.target}: {atom.service}{family}"


def _servers(definition: Definition) -> Iterator[tuple[Key, dict[str, str]]]:
    for name, group in definition.servers.items():
        about = _server(definition, group)
        for index, member in enumerate(members(name, group)):
            own = {"address": group.addresses[index]} if group.addresses else {}
            yield ("server", member), about | own


def _server(definition: Definition, group: Servers) -> dict[str, str]:
    tier = _called(definition, group.tier) if group.tier else _DEFAULT
    about = {
        "flavor": group.flavor,
        "networks": _list(sorted(networks_of(group))),
        "tier": tier,
        "floating_ip": group.floating_ip or "-",
        "key": group.key or "-",
    }
    return about if group.boot_volume else about | {"image": group.image}


def _volumes(definition: Definition) -> Iterator[tuple[Key, dict[str, str]]]:
    for name, one in definition.volumes.items():
        about = {"size": f"{gibibytes(one.size)}GB", "server": one.server or "-"}
        yield ("volume", name), about | ({"type": one.type} if one.type else {})
    for name, group in definition.servers.items():
        for member in members(name, group):
            for key, disk in group.volumes.items():
                about = {"size": f"{gibibytes(disk.size)}GB", "server": member}
                yield (
                    ("volume", f"{member}-{key}"),
                    about | ({"type": disk.type} if disk.type else {}),
                )


def there(estate: Estate) -> Facts:
    """What there is."""
    found: Facts = {("network", one.name): {} for one in estate.networks if one.own}
    for one in estate.subnets:
        found["subnet", one.name] = {
            "network": one.network, "cidr": one.cidr, "dhcp": _said(one.dhcp),
            "gateway": one.gateway, "pool": _list(sorted(one.pools)), "dns": _list(one.dns),
        }  # fmt: skip
    for router in estate.routers:
        about = {"external": router.external or "-", "subnets": _list(sorted(router.subnets))}
        found["router", router.name] = about
    for group in estate.groups:
        if group.name != _DEFAULT:
            found["tier", group.name] = {}
            told = (_told(group.name, rule) for rule in group.rules if not _for_metadata(rule))
            found |= {("rule", one): {} for one in told}
    found |= {("quota", name): {"limit": str(one)} for name, one in estate.quotas.items()}
    found |= {("role", name): {} for name in estate.roles or ()}
    for name, roles in (estate.people or {}).items():
        found["person", name] = {"roles": _list(sorted(roles))}
    found |= {("key", one.name): {"public_key": _bare(one.public_key)} for one in estate.keys}
    return found | dict(_running(estate))


def comparable(estate: Estate, key: Key, wish: Facts) -> bool:
    """Whether anything can be said of *key*: of some sorts only what a definition says, as the
    cloud has more of them than are the project's; and nothing of what nobody may ask."""
    sort, name = key
    if sort in ("quota", "role", "key") and key not in wish:
        return False
    if sort == "quota":
        return name in estate.quotas
    asked = {"person": estate.people, "role": estate.roles}
    return sort not in asked or asked[sort] is not None


def _for_metadata(rule: Rule) -> bool:
    """Whether it is the rule that every closed tier has, which a definition does not say."""
    return rule.direction == _OUT and rule.cidr == METADATA


def _told(group: str, rule: Rule) -> str:
    found = atom_of(group, rule)
    if rule.direction != _OUT:
        return named(found)
    return leaving(Exit(group, found.source, found.is_tier, found.service, found.family))


def atom_of(group: str, rule: Rule) -> Atom:
    """A rule of Neutron's as one of a definition; without a source it is from everywhere."""
    low, high = rule.low or 0, rule.high or rule.low or 0
    protocol = "icmp" if rule.protocol in _ICMP_SIX else rule.protocol
    source = rule.group or rule.cidr or WORLD[rule.family == 6]
    return Atom(group, source, bool(rule.group), Service(protocol, low, high), rule.family)


def _running(estate: Estate) -> Iterator[tuple[Key, dict[str, str]]]:
    floating = {one.server: one.network for one in estate.floating if one.server}
    for one in estate.servers:
        addresses = [each.address for each in one.addresses if not each.floating]
        yield ("server", one.name), {
            "flavor": one.flavor, "image": one.image, "key": one.key or "-",
            "networks": _list(sorted(set(one.networks))), "tier": _list(one.groups),
            "floating_ip": floating.get(one.name, "-"), "address": _list(addresses[:1]),
        }  # fmt: skip
    for disk in estate.volumes:
        if not disk.boots:
            about = {"size": f"{disk.size}GB", "type": disk.type, "server": _list(disk.servers)}
            yield ("volume", disk.name), about
