"""What is in a project: networks, routers, groups of rules, servers, volumes, addresses, keys.

Asked as ``estate``, with project and domain (empty: the login's own). Answer: project, and for each
sort a list, of what belongs to that project; ids are told as names where things refer to others.
``also`` counts what there is of other sorts. Changes nothing.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING or __package__:
    from kiki.execution.clouds.driver import standing
    from kiki.execution.clouds.driver.connection import Cloud, Refused, connected
    from kiki.execution.clouds.driver.faults import Fault
else:
    import standing
    from connection import Cloud, Refused, connected
    from faults import Fault

Found = dict[str, Any]
_INTERFACES = ("network:router_interface", "network:router_interface_distributed",
               "network:ha_router_replicated_interface")  # fmt: skip


def answer(cloud: Cloud, order: Found, say: Callable[[Any], None]) -> Found:
    """See the module. Fault ``cloud.project_unknown``."""
    home = cloud.within(order.get("project", ""), order.get("domain", ""))
    if home is None:
        raise Fault("cloud.project_unknown", project=order["project"])
    estate = Estate(home)
    own = connected({**order, "project": "", "domain": ""})  # an administrator is one at home only
    return {
        "project": str(home.access.project_name),
        "domain": str(home.access.project_domain_name or "Default"),
        "networks": estate.networks(),
        "subnets": estate.subnets(),
        "routers": estate.routers(),
        "groups": estate.groups(),
        "servers": estate.servers(),
        "volumes": estate.volumes(),
        "floating": estate.floating(),
        "keys": estate.keys(),
        "placements": estate.placements(),
        "also": estate.also(),
        "quotas": standing.quotas(home),
        "people": standing.people(own, home),
        "roles": standing.roles(own),
    }


class Estate:
    """Asks one project; what several sorts need is asked once."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
        self._project = cloud.access.project_id
        self._all_networks = self._list("network", "/networks", "networks")
        self._all_subnets = self._list("network", "/subnets", "subnets")
        self._ports = self._own("network", "/ports", "ports")
        self._groups = self._own("network", "/security-groups", "security_groups")
        self._servers = self._list("compute", "/servers/detail", "servers")
        self._names = {one["id"]: one["name"] for one in self._all_networks}
        self._subnet_names = {one["id"]: one["name"] for one in self._all_subnets}
        self._group_names = {one["id"]: one["name"] for one in self._groups}
        self._server_names = {one["id"]: one["name"] for one in self._servers}

    def _list(self, service: str, path: str, key: str) -> list[Found]:
        """All pages of a list."""
        found, url = [], path
        while url:
            body = self._cloud.ask(service, "get", url)
            found += body[key]
            links = body.get(f"{key}_links") or ()
            url = next((str(one["href"]) for one in links if one["rel"] == "next"), "")
        return found

    def _own(self, service: str, path: str, key: str) -> list[Found]:
        """Those of the project: an administrator sees all."""
        listed = self._list(service, path, key)
        return [one for one in listed if one.get("project_id") == self._project]

    def networks(self) -> list[Found]:
        """The project's networks, and which others it can use from outside."""
        return [
            {
                "name": one["name"],
                "own": one.get("project_id") == self._project,
                "external": bool(one.get("router:external")),
                "shared": bool(one.get("shared")),
            }
            for one in self._all_networks
        ]

    def subnets(self) -> list[Found]:
        """The project's subnets."""
        return [
            {
                "name": one["name"],
                "network": self._names.get(one["network_id"], one["network_id"]),
                "cidr": one["cidr"],
                "gateway": one.get("gateway_ip") or "none",
                "dns": one.get("dns_nameservers") or [],
                "dhcp": bool(one.get("enable_dhcp")),
                "pools": [f"{each['start']}-{each['end']}" for each in one["allocation_pools"]],
                "routes": len(one.get("host_routes") or ()),
            }
            for one in self._all_subnets
            if one.get("project_id") == self._project
        ]

    def routers(self) -> list[Found]:
        """The project's routers with the subnets that they are attached to."""
        found = []
        for one in self._own("network", "/routers", "routers"):
            ports = [
                port for port in self._ports
                if port["device_id"] == one["id"] and port["device_owner"] in _INTERFACES
            ]  # fmt: skip
            subnets = [fixed["subnet_id"] for port in ports for fixed in port["fixed_ips"]]
            gateway = (one.get("external_gateway_info") or {}).get("network_id", "")
            found.append({
                "name": one["name"],
                "external": self._names.get(gateway, gateway),
                "subnets": sorted(self._subnet_names.get(each, each) for each in subnets),
                "routes": len(one.get("routes") or ()),
            })  # fmt: skip
        return found

    def groups(self) -> list[Found]:
        """The project's groups of rules; of a rule a group that it is for is told by its name."""
        return [
            {
                "name": one["name"],
                "description": one.get("description") or "",
                "rules": [self._rule(each) for each in one["security_group_rules"]],
            }
            for one in self._groups
        ]

    def _rule(self, rule: Found) -> Found:
        group = rule.get("remote_group_id") or ""
        return {
            "direction": rule["direction"],
            "family": 6 if rule.get("ethertype") == "IPv6" else 4,
            "protocol": str(rule.get("protocol") or ""),
            "low": rule.get("port_range_min"),
            "high": rule.get("port_range_max"),
            "group": self._group_names.get(group, group),
            "cidr": rule.get("remote_ip_prefix") or "",
        }

    def servers(self) -> list[Found]:
        """The project's servers, with their addresses by network."""
        images, flavors = self._images(), self._flavors()
        return [self._server(one, images, flavors) for one in self._servers]

    def _flavors(self) -> dict[str, str]:
        flavors = self._cloud.connection.compute.flavors()
        return {str(one.id): str(one.name) for one in flavors}

    def _images(self) -> dict[str, str]:
        images = self._cloud.connection.image.images()
        return {str(one.id): str(one.name) for one in images}

    def _server(self, one: Found, images: dict[str, str], flavors: dict[str, str]) -> Found:
        image, flavor = one.get("image") or {}, one.get("flavor") or {}
        ports = [port for port in self._ports if port["device_id"] == one["id"]]
        groups = {each for port in ports for each in port.get("security_groups") or ()}
        return {
            "name": one["name"],
            "status": one["status"],
            "image": images.get(image["id"], image["id"]) if image else "",
            "flavor": flavor.get("original_name") or flavors.get(str(flavor.get("id")), ""),
            "key": one.get("key_name") or "",
            "groups": sorted(self._group_names.get(each, each) for each in groups),
            "networks": [self._names.get(port["network_id"], "") for port in ports],
            "addresses": [
                {"network": name, "address": each["addr"],
                 "floating": each.get("OS-EXT-IPS:type") == "floating"}
                for name, listed in (one.get("addresses") or {}).items()
                for each in listed
            ],
            "metadata": one.get("metadata") or {},
            "boots_from_volume": not image,
        }  # fmt: skip

    def volumes(self) -> list[Found]:
        """The project's volumes; none where the cloud has no such service."""
        try:
            listed = self._list("block_storage", "/volumes/detail", "volumes")
        except Exception:  # noqa: BLE001 -- no Cinder, or none that answers to this login
            return []
        return [
            {
                "name": one.get("name") or one["id"],
                "size": one["size"],
                "type": one.get("volume_type") or "",
                "servers": sorted(
                    self._server_names.get(each["server_id"], each["server_id"])
                    for each in one.get("attachments") or ()
                ),
                "boots": one.get("bootable") == "true",
            }
            for one in listed
        ]

    def floating(self) -> list[Found]:
        """The project's floating IPs, each with its network and whose it is."""
        owners = {port["id"]: port["device_id"] for port in self._ports}
        return [
            {
                "address": one["floating_ip_address"],
                "network": self._names.get(one["floating_network_id"], ""),
                "server": self._server_names.get(owners.get(one.get("port_id") or "", ""), ""),
            }
            for one in self._own("network", "/floatingips", "floatingips")
        ]

    def keys(self) -> list[Found]:
        """The keys of whoever asks: they are not the project's."""
        listed = self._cloud.ask("compute", "get", "/os-keypairs")["keypairs"]
        return [{key: one["keypair"][key] for key in ("name", "public_key")} for one in listed]

    def placements(self) -> list[Found]:
        """Groups of servers that are to be apart or together."""
        listed = self._cloud.ask("compute", "get", "/os-server-groups")["server_groups"]
        return [
            {
                "name": one["name"],
                "policy": str(one.get("policy") or ", ".join(one.get("policies") or ())),
                "servers": sorted(self._server_names.get(each, each) for each in one["members"]),
            }
            for one in listed
        ]

    def also(self) -> dict[str, int]:
        """How many load balancers there are, where the cloud has such."""
        catalogue = self._cloud.access.service_catalog
        if not catalogue.get_endpoints_data(service_type="load-balancer"):
            return {}
        try:
            listed = self._list("load_balancer", "/v2/lbaas/loadbalancers", "loadbalancers")
        except Refused:
            return {}
        return {"load_balancers": len(listed)}
