"""Whether the quotas have room for what is asked, and whether a flavor has room for its image.

Called by ``judging``. Virtual CPUs and memory are counted as far as the file defines the flavors.
The defaults are OpenStack's own (nova.conf, neutron.conf, cinder.conf); a cloud may have others.
"""

from kiki.vdc.definition import Definition
from kiki.vdc.names import gibibytes, has_six, mebibytes, members, networks_of, segments
from kiki.vdc.rules import Unclear, atoms, parse
from kiki.vdc.source import Path, Source, listed

_DEFAULTS = {
    "instances": 10, "vcpus": 20, "ram": 51200, "volumes": 10, "storage": 1000, "networks": 100,
    "subnets": 100, "routers": 10, "floating_ips": 50, "security_groups": 10,
    "security_group_rules": 100, "ports": 500, "server_groups": 10, "key_pairs": 100,
}  # fmt: skip


def judge(source: Source, definition: Definition) -> None:
    """Report each quota that is too small, and flavors that their images don't fit."""
    _quotas(source, definition)
    _flavors(source, definition)


def asked(definition: Definition) -> dict[str, int]:
    """How much the definition asks for, by quota; memory in MiB, storage in GiB. What flavors that
    the file does not define would add is not in it."""
    groups = definition.servers.values()
    balancers = definition.load_balancers.values()
    floating = sum(one.count for one in groups if one.floating_ip)
    volumes = _volumes(definition)
    found = {
        "instances": sum(one.count for one in groups),
        "vcpus": sum(_flavor(definition, one.flavor)[0] * one.count for one in groups),
        "ram": sum(_flavor(definition, one.flavor)[1] * one.count for one in groups),
        "volumes": len(volumes),
        "storage": sum(volumes),
        "networks": len(definition.networks),
        "subnets": sum(1 for _ in segments(definition)),
        "routers": len(definition.routers),
        "ports": sum(one.count * len(networks_of(one)) for one in groups) + _ports(definition),
        "floating_ips": floating + sum(1 for one in balancers if one.floating_ip),
        "security_groups": len(definition.tiers) + 1,
        "security_group_rules": 4 + 2 * len(definition.tiers) + _rules(definition),
        "key_pairs": sum(1 for one in definition.keys.values() if one.public_key),
        "server_groups": sum(1 for one in groups if one.placement),
        "load_balancers": len(balancers),
    }
    return {key: count for key, count in found.items() if count}


def _flavor(definition: Definition, name: str) -> tuple[int, int]:
    found = definition.flavors.get(name)
    return (found.vcpus, mebibytes(found.ram)) if found else (0, 0)


def _volumes(definition: Definition) -> list[int]:
    """The size of each volume in GiB."""
    sizes = [gibibytes(one.size) for one in definition.volumes.values()]
    for group in definition.servers.values():
        each = [gibibytes(one.size) for one in group.volumes.values()]
        each += [gibibytes(group.boot_volume.size)] if group.boot_volume else []
        sizes += each * group.count
    return sizes


def _ports(definition: Definition) -> int:
    """Ports of DHCP and of routers, beside those of servers."""
    served = sum(1 for one in segments(definition) if one.subnet.dhcp)
    attached = [one for one in segments(definition) if definition.networks[one.network].router]
    return served + len(attached) + len(definition.load_balancers)


def _rules(definition: Definition) -> int:
    count, six = 0, has_six(definition)
    for entry in definition.rules:
        try:
            count += sum(1 for _ in atoms(parse(entry), six=six))
        except Unclear:
            continue  # which ``traffic`` reports
    return count


def _limits(definition: Definition) -> dict[str, int]:
    """The quotas that are given and are limits."""
    given = {key: getattr(definition.quotas, key) for key in definition.quotas.__struct_fields__}
    numbers = {
        key: (mebibytes(value) if key == "ram" else gibibytes(value))
        if isinstance(value, str)
        else value
        for key, value in given.items()
        if value is not None
    }
    return {key: value for key, value in numbers.items() if value >= 0}


def _quotas(source: Source, definition: Definition) -> None:
    limits, wanted = _limits(definition), asked(definition)
    for key, count in wanted.items():
        path: Path = ("quotas", key)
        if key in limits:
            if count > limits[key]:
                params = {"quota": key, "wanted": _said(key, count)}
                limit = _said(key, limits[key])
                source.report("vdc.quota_small", "error", path, limit=limit, **params)
        elif getattr(definition.quotas, key, None) is None and count > _DEFAULTS.get(key, count):
            params = {"quota": key, "wanted": _said(key, count)}
            limit = _said(key, _DEFAULTS[key])
            source.report("vdc.quota_default", "warning", ("name",), limit=limit, **params)
    _unknown(source, definition, limits)


def _said(key: str, count: int) -> str:
    return f"{count}{ {'ram': 'MB', 'storage': 'GB'}.get(key, '') }"


def _unknown(source: Source, definition: Definition, limits: dict[str, int]) -> None:
    """Say which flavors the comparison of vCPUs and memory leaves out."""
    used = dict.fromkeys(one.flavor for one in definition.servers.values())
    missing = [name for name in used if name not in definition.flavors]
    if missing and ("vcpus" in limits or "ram" in limits):
        source.report("vdc.quota_unknown", "info", ("quotas",), flavors=listed(missing))


def _flavors(source: Source, definition: Definition) -> None:
    for name, group in definition.servers.items():
        image = definition.images.get(group.image)
        flavor = definition.flavors.get(group.flavor)
        if image is None or flavor is None:
            continue
        path: Path = ("servers", name, "flavor")
        params = {"flavor": group.flavor, "image": group.image}
        disk = group.boot_volume.size if group.boot_volume else flavor.disk
        if image.min_disk and gibibytes(disk) < gibibytes(image.min_disk):
            source.report(
                "vdc.flavor_small", "error", path, what=f"disk {image.min_disk}", **params
            )
        if image.min_ram and mebibytes(flavor.ram) < mebibytes(image.min_ram):
            source.report("vdc.flavor_small", "error", path, what=f"RAM {image.min_ram}", **params)
        if gibibytes(flavor.disk) == 0 and group.boot_volume is None:
            member = members(name, group)[0]
            source.report("vdc.flavor_no_disk", "warning", path, name=member, **params)
