"""Whether a project's limits leave room for what a stack adds.

Called by ``check``. Counted is what Heat's own preview lists, group members too; of what is
replaced the old one is still there while the new one is made. Limits: Nova's and Cinder's
``limits``, Neutron's ``quotas/ID/details``. A limit that may not be read, or is -1, limits nothing.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING or __package__:
    from kiki.execution.clouds.driver.connection import Cloud
else:
    from connection import Cloud

Found = dict[str, Any]
Counted = dict[str, int]
_NOVA = {
    "instances": ("maxTotalInstances", "totalInstancesUsed"),
    "cores": ("maxTotalCores", "totalCoresUsed"),
    "ram": ("maxTotalRAMSize", "totalRAMUsed"),
    "server_groups": ("maxServerGroups", "totalServerGroupsUsed"),
}
_CINDER = {
    "volumes": ("maxTotalVolumes", "totalVolumesUsed"),
    "gigabytes": ("maxTotalVolumeGigabytes", "totalGigabytesUsed"),
}
_NEUTRON = {
    "OS::Neutron::Net": "network", "OS::Neutron::ProviderNet": "network",
    "OS::Neutron::Subnet": "subnet", "OS::Neutron::Port": "port", "OS::Neutron::Router": "router",
    "OS::Neutron::FloatingIP": "floatingip", "OS::Nova::FloatingIP": "floatingip",
    "OS::Neutron::SecurityGroup": "security_group",
    "OS::Neutron::SecurityGroupRule": "security_group_rule",
}  # fmt: skip


def problems(cloud: Cloud, added: list[Found]) -> list[Found]:
    """A problem for each limit that *added* (``type`` and ``properties`` of each) would pass."""
    wanted = counted(cloud, added)
    limits = _limits(cloud, wanted) if wanted else {}
    found = []
    for name, count in sorted(wanted.items()):
        limit, used = limits.get(name, (-1, 0))
        if count and limit >= 0 and used + count > limit:
            params = {"wanted": str(count), "used": str(used), "limit": str(limit)}
            left = str(max(0, limit - used))
            found.append(
                {
                    "code": "openstack.live_quota",
                    "params": {"what": name, **params, "left": left},
                }
            )
    return found


def counted(cloud: Cloud, added: list[Found]) -> Counted:
    """How much of what *added* takes."""
    wanted: Counted = {}
    flavors: dict[str, Any] = {}

    def add(name: str, count: int) -> None:
        wanted[name] = wanted.get(name, 0) + count

    for one in added:
        kind, properties = one["type"], one["properties"]
        if kind == "OS::Nova::Server":
            _server(cloud, properties, flavors, add)
        elif kind == "OS::Nova::ServerGroup":
            add("server_groups", 1)
        elif kind == "OS::Cinder::Volume":
            add("volumes", 1)
            add("gigabytes", _number(properties.get("size")))
        elif kind in _NEUTRON:
            add(_NEUTRON[kind], 1)
            add("security_group_rule", len(properties.get("rules") or ()))
    return wanted


def _server(cloud: Cloud, properties: Found, flavors: dict[str, Any], add: Any) -> None:
    add("instances", 1)
    name = properties.get("flavor")
    if isinstance(name, str) and name not in flavors:
        flavors[name] = cloud.connection.compute.find_flavor(name)
    flavor = flavors.get(name) if isinstance(name, str) else None
    if flavor is not None:
        add("cores", int(flavor.vcpus or 0))
        add("ram", int(flavor.ram or 0))
    networks = [one for one in properties.get("networks") or () if isinstance(one, dict)]
    add("port", sum(not one.get("port") for one in networks))
    for one in properties.get("block_device_mapping_v2") or ():
        if isinstance(one, dict) and (one.get("image") or one.get("image_id")):
            add("volumes", 1)
            add("gigabytes", _number(one.get("volume_size")))


def _number(value: Any) -> int:
    try:
        return int(value)
    except (TypeError, ValueError):
        return 0


def _limits(cloud: Cloud, wanted: Counted) -> dict[str, tuple[int, int]]:
    found: dict[str, tuple[int, int]] = {}
    if not _NOVA.keys().isdisjoint(wanted):
        found |= _absolute(cloud, "compute", _NOVA)
    if not _CINDER.keys().isdisjoint(wanted):
        found |= _absolute(cloud, "block_storage", _CINDER)
    if not set(_NEUTRON.values()).isdisjoint(wanted):
        found |= _networks(cloud)
    return found


def _absolute(
    cloud: Cloud, service: str, names: dict[str, tuple[str, str]]
) -> dict[str, tuple[int, int]]:
    try:
        told = cloud.ask(service, "get", "/limits")["limits"]["absolute"]
    except Exception:  # noqa: BLE001 -- Heat meets the limit then, and says so
        return {}
    return {name: (told.get(most, -1), told.get(used, 0)) for name, (most, used) in names.items()}


def _networks(cloud: Cloud) -> dict[str, tuple[int, int]]:
    path = f"/quotas/{cloud.access.project_id}/details.json"
    try:
        told = cloud.ask("network", "get", path)["quota"]
    except Exception:  # noqa: BLE001 -- as above
        return {}
    return {
        name: (one["limit"], one["used"] + one.get("reserved", 0)) for name, one in told.items()
    }
