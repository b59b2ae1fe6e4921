"""Whether a thing of a cloud can be deleted: who stands on it, and whose it is.

Called by ``acts``. What each service refuses is asked first, so that nothing is left half gone.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING or __package__:
    from kiki.execution.clouds.driver.connection import Cloud, Refused
    from kiki.execution.clouds.driver.owning import owner
    from kiki.execution.clouds.driver.program import Doing
    from kiki.execution.clouds.driver.wrongs import Found, note
else:
    from connection import Cloud, Refused
    from owning import owner
    from program import Doing
    from wrongs import Found, note

_ASIDE = ("network:dhcp", "network:distributed", "network:local_ip")
"""Owners of ports that Neutron itself takes away with their network."""
_MANY = 10
_PORTS = {
    "networks": "network_id={}", "subnets": "fixed_ips=subnet_id%3D{}", "routers": "device_id={}",
    "security_groups": "security_groups={}",
}  # fmt: skip


def judge(cloud: Cloud, doing: Doing, thing: Found, after: bool) -> Found:
    """A deletion, or why not; *after* it the thing should not have been found."""
    if after:
        return {"verb": "error", "problems": [note("still_there", what=doing.sort)]}
    identity = str(thing["name"] if doing.sort == "keypairs" else thing["id"])
    stack = owner(cloud, identity)
    if stack:
        return {"verb": "error", "problems": [note("owned", stack=stack)]}
    wrong = _held(cloud, doing.sort, thing)
    if wrong:
        return {"verb": "error", "problems": wrong}
    found: Found = {"verb": "delete", "problems": _told(cloud, doing.sort, thing)}
    if doing.sort == "servers":
        found["members"] = _disks(cloud, identity)
    return found


def _held(cloud: Cloud, sort: str, thing: Found) -> list[Found]:
    """What is in the way."""
    if sort in _PORTS:
        return _used(cloud, sort, thing)
    if sort == "volumes" and thing.get("attachments"):
        names = _names(cloud)
        servers = [str(one.get("server_id")) for one in thing["attachments"]]
        return [note("attached", servers=", ".join(names.get(one, one) for one in servers))]
    if sort == "images" and thing.get("protected"):
        return [note("protected")]
    return []


def _used(cloud: Cloud, sort: str, thing: Found) -> list[Found]:
    """The ports that are on it, each with who has it."""
    if sort == "security_groups" and thing["name"] == "default":
        return [note("default_group")]
    told = cloud.ask("network", "get", f"/ports?{_PORTS[sort].format(thing['id'])}")["ports"]
    ports = [one for one in told if not str(one.get("device_owner")).startswith(_ASIDE)]
    if sort == "routers":  # its way out goes with it
        ports = [one for one in ports if one.get("device_owner") != "network:router_gateway"]
    if not ports:
        return []
    names = _names(cloud) | _routers(cloud)
    listed = [_port(one, names) for one in ports]
    more = f" … +{len(listed) - _MANY}" if len(listed) > _MANY else ""
    return [note("ports", count=str(len(ports)), ports="; ".join(listed[:_MANY]) + more)]


def _port(one: Found, names: dict[str, str]) -> str:
    """Whose port it is: a server's, a router's, or nobody's."""
    addresses = ", ".join(str(each["ip_address"]) for each in one.get("fixed_ips") or ())
    device = str(one.get("device_id") or "")
    owner_is = str(one.get("device_owner") or "-").split(":")
    sort = "server" if owner_is[0] == "compute" else owner_is[-1].replace("_", " ")
    who = f"{sort} {names.get(device, device)}" if device else (one.get("name") or one["id"])
    return f"{who} ({addresses or '-'})"


def _names(cloud: Cloud) -> dict[str, str]:
    """The names of servers; ids stay where they can't be known."""
    try:
        told = cloud.ask("compute", "get", "/servers")["servers"]
    except Refused:
        return {}
    return {str(one["id"]): str(one["name"]) for one in told}


def _routers(cloud: Cloud) -> dict[str, str]:
    told = cloud.ask("network", "get", "/routers")["routers"]
    return {str(one["id"]): str(one["name"]) for one in told}


_USES = {"images": "image", "flavors": "flavor"}


def _told(cloud: Cloud, sort: str, thing: Found) -> list[Found]:
    """What has to be known and stops nothing: who is going on without it."""
    if sort == "floating_ips":
        fixed = thing.get("fixed_ip_address")
        return [note("address_used", address=str(fixed))] if fixed else []
    if sort in _USES:
        query = f"?{_USES[sort]}={thing['id']}"
        named = cloud.ask("compute", "get", f"/servers/detail{query}")["servers"]
    elif sort == "keypairs":
        told = cloud.ask("compute", "get", "/servers/detail")["servers"]
        named = [one for one in told if one.get("key_name") == thing["name"]]
    else:
        return []
    servers = ", ".join(str(one["name"]) for one in named[:_MANY])
    return [note("in_use", what=sort, servers=servers)] if named else []


def _disks(cloud: Cloud, identity: str) -> list[Found]:
    """The volumes that go with a server."""
    path = f"/servers/{identity}/os-volume_attachments"
    try:
        told = cloud.ask("compute", "get", path, version="2.79")["volumeAttachments"]
    except Refused:
        return []
    gone = [one for one in told if one.get("delete_on_termination")]
    return [{"title": f"volume {one['volumeId']}", "verb": "delete"} for one in gone]
