"""Whether a floating IP can lead to a server, or be taken off.

Called by ``acts``. A floating IP leads to a port (docs.openstack.org/api-ref/network, "Floating
IPs"): the server has to have just one that has an address.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING or __package__:
    from kiki.execution.clouds.driver.connection import Cloud
    from kiki.execution.clouds.driver.faults import Fault
    from kiki.execution.clouds.driver.program import Doing
    from kiki.execution.clouds.driver.things import the_one
    from kiki.execution.clouds.driver.wrongs import Found, becomes, problem
else:
    from connection import Cloud
    from faults import Fault
    from program import Doing
    from things import the_one
    from wrongs import Found, becomes, problem

ACTS = ("attach_address", "detach_address")


def judge(cloud: Cloud, doing: Doing, thing: Found, after: bool) -> Found:
    """Where it leads now, and where it is to lead."""
    server = _server(cloud, str(doing.told["server"])) if doing.told.get("server") else {}
    if "verb" in server:
        return server
    now, fixed = str(thing.get("port_id") or ""), str(thing.get("fixed_ip_address") or "-")
    if doing.act == "detach_address":
        return _detached(cloud, now, fixed, server)
    ports = [one for one in _ports(cloud, str(server["id"])) if one.get("fixed_ips")]
    if now and now in {str(one["id"]) for one in ports}:
        return {"verb": "none"}
    if now:
        return problem("address_taken", address=fixed)
    if len(ports) != 1:
        addresses = ", ".join(_address(one) for one in ports) or "-"
        return problem("server_ports", server=doing.told["server"], ports=addresses)
    port = ports[0]
    told = {"port": str(port["id"])}
    return {"verb": "update", "diff": becomes("leads to", fixed, _address(port)), "told": told}


def _detached(cloud: Cloud, now: str, fixed: str, server: Found) -> Found:
    if not now:
        return {"verb": "none"}
    port = (cloud.found("network", f"/ports/{now}") or {}).get("port") or {}
    device = str(port.get("device_id") or "")
    if server and device != str(server["id"]):
        return problem("address_taken", address=fixed)
    of_server = str(port.get("device_owner")).startswith("compute:")
    was = {"server": device} if of_server else {}
    return {"verb": "update", "diff": becomes("leads to", fixed, "-"), "was": was}


def _server(cloud: Cloud, name: str) -> Found:
    try:
        return the_one(cloud, "servers", name)
    except Fault as fault:
        return problem(fault.code.replace("answers.cloud_", ""), **fault.params)


def _ports(cloud: Cloud, server: str) -> list[Found]:
    return list(cloud.ask("network", "get", f"/ports?device_id={server}")["ports"])


def _address(port: Found) -> str:
    return ", ".join(str(one["ip_address"]) for one in port.get("fixed_ips") or ())
