"""Whether what a definition names is there, and whether what it says of it can be.

Called by ``judging``. Networks, tiers, routers and servers are the tenant's own and must be in the
file; images, flavors, keys and external networks may be the cloud's: those are named once.
"""

from collections.abc import Iterator

from kiki.documents.near import near
from kiki.vdc.definition import Definition, Servers
from kiki.vdc.names import group_of, members, networks_of
from kiki.vdc.source import Path, Source, listed

# Roles that Keystone makes, and that services bring along
_ROLES = (
    "admin", "manager", "member", "reader", "service", "_member_", "creator", "heat_stack_owner",
    "heat_stack_user", "load-balancer_member",
)  # fmt: skip


def judge(source: Source, definition: Definition) -> None:
    """Report what is missing and what can't be."""
    for name, group in definition.servers.items():
        _group(source, definition, name, group)
    _tiers(source, definition)
    _networks(source, definition)
    _providers(source, definition)
    _routers(source, definition)
    _volumes(source, definition)
    _balancers(source, definition)
    _roles(source, definition)
    _expected(source, definition)


def _group(source: Source, definition: Definition, name: str, group: Servers) -> None:
    path: Path = ("servers", name)
    known = (*definition.networks, *definition.provider_networks)
    if not networks_of(group):
        source.report("vdc.server_no_network", "error", path)
    if group.network and group.network not in known:
        source.unknown("vdc.network_unknown", (*path, "network"), group.network, known)
    for index, one in enumerate(group.networks):
        if one not in known:
            source.unknown("vdc.network_unknown", (*path, "networks", index), one, known)
    if group.tier is None:
        if definition.tiers:
            source.report("vdc.server_no_tier", "warning", path, name=name)
    elif group.tier not in definition.tiers:
        source.unknown("vdc.tier_unknown", (*path, "tier"), group.tier, tuple(definition.tiers))
    if group.addresses and len(group.addresses) != group.count:
        counts = {"count": str(group.count), "addresses": str(len(group.addresses))}
        source.report("vdc.addresses_count", "error", (*path, "addresses"), **counts)
    if group.floating_ip:
        _floating(source, definition, group.floating_ip, networks_of(group)[:1], path)


def _floating(
    source: Source, definition: Definition, external: str, first: tuple[str, ...], path: Path
) -> None:
    """A floating IP needs a router between its network and the external one."""
    network = definition.networks.get(first[0]) if first else None
    if not first or (network is None and first[0] not in definition.provider_networks):
        return  # which is reported already
    at = (*path, "floating_ip")
    router = definition.routers.get(network.router or "") if network else None
    reached = router.external if router else None
    if reached is None:
        source.report("vdc.floating_no_router", "error", at, network=first[0], external=external)
    elif reached != external:
        params = {"network": first[0], "external": external, "reached": reached}
        source.report("vdc.floating_elsewhere", "error", at, **params)


def _tiers(source: Source, definition: Definition) -> None:
    used = {group.tier for group in definition.servers.values()}
    for name in definition.tiers:
        if name not in used:
            source.report("vdc.tier_empty", "warning", ("tiers", name), name=name)


def _networks(source: Source, definition: Definition) -> None:
    for name, network in definition.networks.items():
        path: Path = ("networks", name)
        if bool(network.cidr) == bool(network.subnets):
            source.report("vdc.network_subnets", "error", path)
        if network.router is not None and network.router not in definition.routers:
            known = tuple(definition.routers)
            source.unknown("vdc.router_unknown", (*path, "router"), network.router, known)


def _providers(source: Source, definition: Definition) -> None:
    for name, network in definition.provider_networks.items():
        path: Path = ("provider_networks", name)
        if not network.existing and not network.physical_network:
            source.report("vdc.provider_incomplete", "error", path)
        if network.type == "vlan" and network.vlan is None and not network.existing:
            source.report("vdc.provider_no_vlan", "error", path)


def _routers(source: Source, definition: Definition) -> None:
    used = {network.router for network in definition.networks.values()}
    for name, router in definition.routers.items():
        path: Path = ("routers", name)
        if name not in used:
            source.report("vdc.router_unused", "warning", path, name=name)
        if router.external in definition.networks:
            at = (*path, "external")
            source.report("vdc.external_own", "error", at, name=str(router.external))
        provided = definition.provider_networks.get(router.external or "")
        if provided is not None and not provided.external:
            at = (*path, "external")
            source.report("vdc.not_external", "error", at, name=str(router.external))


def _volumes(source: Source, definition: Definition) -> None:
    for name, volume in definition.volumes.items():
        if volume.server is not None and not group_of(definition, volume.server):
            known = tuple(
                one for group, it in definition.servers.items() for one in members(group, it)
            )
            path = ("volumes", name, "server")
            source.unknown("vdc.server_unknown", path, volume.server, known)


def _balancers(source: Source, definition: Definition) -> None:
    for name, balancer in definition.load_balancers.items():
        path: Path = ("load_balancers", name)
        group = definition.servers.get(balancer.servers)
        if group is None:
            known = tuple(definition.servers)
            source.unknown("vdc.group_unknown", (*path, "servers"), balancer.servers, known)
            continue
        where = (balancer.network or "", *networks_of(group))
        network = next((one for one in where if one), "")
        if balancer.network and balancer.network not in definition.networks:
            known = tuple(definition.networks)
            source.unknown("vdc.network_unknown", (*path, "network"), balancer.network, known)
        elif network not in definition.networks:
            source.report("vdc.balancer_network", "error", path, name=name)
        elif balancer.floating_ip:
            _floating(source, definition, balancer.floating_ip, (network,), path)


def _roles(source: Source, definition: Definition) -> None:
    known = (*definition.roles, *_ROLES)
    for name, person in definition.people.items():
        for index, role in enumerate(person.roles):
            if role not in known:
                path = ("people", name, "roles", index)
                source.report("vdc.role_unmade", "warning", path, role=role, person=name)


def expected(definition: Definition) -> dict[tuple[str, str], Path]:
    """What the cloud must have already: its sort and name, and where it is first named."""
    found: dict[tuple[str, str], Path] = {}
    for sort, name, path, known in _named(definition):
        if name not in known:
            found.setdefault((sort, name), path)
    return found


def _named(definition: Definition) -> Iterator[tuple[str, str, Path, tuple[str, ...]]]:
    """Every reference to what may be the cloud's own."""
    external = tuple(definition.provider_networks)
    images, flavors = tuple(definition.images), tuple(definition.flavors)
    made = tuple(name for name, key in definition.keys.items() if key.public_key)
    for name, group in definition.servers.items():
        yield "image", group.image, ("servers", name, "image"), images
        yield "flavor", group.flavor, ("servers", name, "flavor"), flavors
        if group.key:
            yield "key", group.key, ("servers", name, "key"), made
        if group.floating_ip:
            yield "network", group.floating_ip, ("servers", name, "floating_ip"), external
    for name, router in definition.routers.items():
        if router.external:
            yield "network", router.external, ("routers", name, "external"), external
    for name, volume in definition.volumes.items():
        if volume.image:
            yield "image", volume.image, ("volumes", name, "image"), images
    for name, balancer in definition.load_balancers.items():
        if balancer.floating_ip:
            yield "network", balancer.floating_ip, ("load_balancers", name, "floating_ip"), external


def _expected(source: Source, definition: Definition) -> None:
    """Say once what must be there, and each name that is nearly one of the file's."""
    found = expected(definition)
    own = {
        "image": tuple(definition.images), "flavor": tuple(definition.flavors),
        "key": tuple(definition.keys), "network": tuple(definition.provider_networks),
    }  # fmt: skip
    for (sort, name), path in found.items():
        close = near(name, own[sort]) if own[sort] else ""
        if close and close != name:
            source.report("vdc.nearly", "warning", path, name=name, near=close)
    if found:
        names = listed([f"{sort} {name}" for sort, name in sorted(found)])
        source.report("vdc.expected", "info", ("name",), names=names)
