"""The sorts of things that a cloud has: where each is listed, and what of it is shown.

Called by ``things``. Sources: the API references of Nova, Neutron, Glance, Cinder, Keystone and
Heat at docs.openstack.org/api-ref.
"""

import re
from typing import Any, NamedTuple

_SECOND = re.compile(r"\.\d+(?=$|Z)")
_GIB = 1024**3


class Sort(NamedTuple):
    """*service* is openstacksdk's name of it; *key* is that of the list in the answer, and *one* of
    a single thing. *columns* have a title and where in the thing it is. *owned*: an administrator
    is told of everybody's, so that those of other projects are left out unless asked for."""

    service: str
    path: str
    key: str
    one: str
    columns: tuple[tuple[str, str], ...]
    every: str = ""  # the query for those of all projects
    owned: bool = False
    version: str = ""


_NAMED = (("id", "id"), ("name", "name"))
SORTS: dict[str, Sort] = {
    "servers": Sort(
        "compute", "/servers/detail", "servers", "server",
        (*_NAMED, ("status", "status"), ("addresses", "addresses"), ("image", "image"),
         ("flavor", "flavor.original_name"), ("created", "created")),
        every="all_tenants=1", version="2.47",
    ),
    "flavors": Sort(
        "compute", "/flavors/detail", "flavors", "flavor",
        (*_NAMED, ("vcpus", "vcpus"), ("ram_mib", "ram"), ("disk_gib", "disk"),
         ("public", "os-flavor-access:is_public")),
    ),
    "keypairs": Sort(
        "compute", "/os-keypairs", "keypairs", "keypair",
        (("name", "name"), ("fingerprint", "fingerprint")),
    ),
    "server_groups": Sort(
        "compute", "/os-server-groups", "server_groups", "server_group",
        (*_NAMED, ("policies", "policies"), ("members", "members")),
    ),
    "hypervisors": Sort(
        "compute", "/os-hypervisors/detail", "hypervisors", "hypervisor",
        (("id", "id"), ("name", "hypervisor_hostname"), ("state", "state"), ("status", "status"),
         ("vcpus_used", "vcpus_used"), ("vcpus", "vcpus"), ("ram_used_mib", "memory_mb_used"),
         ("ram_mib", "memory_mb"), ("servers", "running_vms")),
    ),
    "availability_zones": Sort(
        "compute", "/os-availability-zone", "availabilityZoneInfo", "",
        (("name", "zoneName"), ("available", "zoneState.available")),
    ),
    "images": Sort(
        "image", "/images", "images", "",
        (*_NAMED, ("status", "status"), ("size", "size"), ("format", "disk_format"),
         ("visibility", "visibility")),
    ),
    "networks": Sort(
        "network", "/networks", "networks", "network",
        (*_NAMED, ("status", "status"), ("subnets", "subnets"), ("shared", "shared"),
         ("external", "router:external")), owned=True,
    ),
    "subnets": Sort(
        "network", "/subnets", "subnets", "subnet",
        (*_NAMED, ("cidr", "cidr"), ("gateway", "gateway_ip"), ("network", "network_id"),
         ("dhcp", "enable_dhcp")), owned=True,
    ),
    "routers": Sort(
        "network", "/routers", "routers", "router",
        (*_NAMED, ("status", "status"), ("external_network", "external_gateway_info.network_id"),
         ("addresses", "external_gateway_info.external_fixed_ips")), owned=True,
    ),
    "ports": Sort(
        "network", "/ports", "ports", "port",
        (*_NAMED, ("status", "status"), ("addresses", "fixed_ips"), ("network", "network_id"),
         ("of", "device_owner")), owned=True,
    ),
    "security_groups": Sort(
        "network", "/security-groups", "security_groups", "security_group",
        (*_NAMED, ("description", "description"), ("rules", "security_group_rules")), owned=True,
    ),
    "security_group_rules": Sort(
        "network", "/security-group-rules", "security_group_rules", "security_group_rule",
        (("id", "id"), ("security_group", "security_group_id"), ("direction", "direction"),
         ("ethertype", "ethertype"), ("protocol", "protocol"), ("from", "port_range_min"),
         ("to", "port_range_max"), ("remote", "remote_ip_prefix"),
         ("remote_group", "remote_group_id")), owned=True,
    ),
    "floating_ips": Sort(
        "network", "/floatingips", "floatingips", "floatingip",
        (("id", "id"), ("name", "floating_ip_address"), ("fixed_address", "fixed_ip_address"),
         ("status", "status"), ("network", "floating_network_id")), owned=True,
    ),
    "volumes": Sort(
        "block_storage", "/volumes/detail", "volumes", "volume",
        (*_NAMED, ("status", "status"), ("gib", "size"), ("type", "volume_type"),
         ("bootable", "bootable"), ("attached", "attachments")), every="all_tenants=1",
    ),
    "stacks": Sort(
        "orchestration", "/stacks", "stacks", "stack",
        (("id", "id"), ("name", "stack_name"), ("status", "stack_status"),
         ("created", "creation_time"), ("updated", "updated_time")),
        every="global_tenant=True", owned=True,
    ),
    "projects": Sort(
        "identity", "/projects", "projects", "project",
        (*_NAMED, ("domain", "domain_id"), ("enabled", "enabled"), ("description", "description")),
    ),
    "users": Sort(
        "identity", "/users", "users", "user",
        (*_NAMED, ("domain", "domain_id"), ("enabled", "enabled")),
    ),
    "roles": Sort("identity", "/roles", "roles", "role", _NAMED),
}  # fmt: skip


def dug(thing: Any, path: str) -> Any:
    """What is at *path* of *thing*; names have colons in them, but no dots."""
    for step in path.split("."):
        thing = thing.get(step) if isinstance(thing, dict) else None
    return thing


def cell(value: Any) -> str:
    """*value* as a person reads it in one cell."""
    if value is None or value == "":
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(_member(one) for one in value) or "-"
    if isinstance(value, dict):
        return ", ".join(f"{key}={_member(one)}" for key, one in value.items()) or "-"
    return _SECOND.sub("", str(value)) if "T" in str(value) and ":" in str(value) else str(value)


def _member(one: Any) -> str:
    if not isinstance(one, dict):
        return cell(one) if isinstance(one, list) else str(one)
    for key in ("addr", "ip_address", "name", "server_id", "id"):
        if one.get(key):
            return str(one[key])
    return ", ".join(f"{key}={value}" for key, value in one.items() if value is not None)


def size(count: Any) -> str:
    """Bytes in the unit that fits: 20.4 MiB."""
    if not isinstance(count, int):
        return "-"
    for unit, of in (("GiB", _GIB), ("MiB", 1024**2), ("KiB", 1024)):
        if count >= of:
            return f"{count / of:.1f} {unit}"
    return f"{count} B"
