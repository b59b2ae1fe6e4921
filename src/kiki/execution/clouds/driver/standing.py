"""What stands around a project: its limits, who may do what in it, and which roles there are.

Called by ``estate``. Each answer is None where this login may not ask. Changes nothing.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING or __package__:
    from kiki.execution.clouds.driver.connection import Cloud
else:
    from connection import Cloud

Found = dict[str, Any]
# Each service's path, the key of its answer, and its names for what a definition calls otherwise
_QUOTAS = (
    ("compute", "/os-quota-sets/{}", "quota_set", {
        "cores": "vcpus", "ram": "ram", "instances": "instances", "key_pairs": "key_pairs",
        "server_groups": "server_groups"}),
    ("network", "/quotas/{}", "quota", {
        "network": "networks", "subnet": "subnets", "router": "routers", "port": "ports",
        "floatingip": "floating_ips", "security_group": "security_groups",
        "security_group_rule": "security_group_rules"}),
    ("block_storage", "/os-quota-sets/{}", "quota_set", {
        "volumes": "volumes", "gigabytes": "storage"}),
    ("load_balancer", "/v2/lbaas/quotas/{}", "quota", {"load_balancer": "load_balancers"}),
)  # fmt: skip


def quotas(cloud: Cloud) -> dict[str, int]:
    """The limits that may be read, by a definition's names; memory in MiB, storage in GiB."""
    found: dict[str, int] = {}
    for service, path, key, names in _QUOTAS:
        try:
            told = cloud.ask(service, "get", path.format(cloud.access.project_id))[key]
        except Exception:  # noqa: BLE001, S112 -- no such service, or not for this login
            continue
        found |= {ours: int(told[theirs]) for theirs, ours in names.items() if theirs in told}
    return found


def people(cloud: Cloud, home: Cloud) -> dict[str, list[str]] | None:
    """The roles of each user in the project of *home*, but for the login's own."""
    path = f"/role_assignments?scope.project.id={home.access.project_id}&include_names=true"
    try:
        told = cloud.ask("identity", "get", path)["role_assignments"]
    except Exception:  # noqa: BLE001 -- who is no administrator may not ask
        return None
    found: dict[str, list[str]] = {}
    for one in told:
        user = one.get("user")
        if user and user["id"] != cloud.access.user_id:
            found.setdefault(user["name"], []).append(one["role"]["name"])
    return {name: sorted(roles) for name, roles in found.items()}


def roles(cloud: Cloud) -> list[str] | None:
    """The roles that the cloud has."""
    try:
        return sorted(one["name"] for one in cloud.ask("identity", "get", "/roles")["roles"])
    except Exception:  # noqa: BLE001 -- as above
        return None
