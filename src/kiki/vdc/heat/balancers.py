"""Load balancers of Octavia and volumes of their own.

Called by ``compiling``. The members stand with their servers (``servers``).
"""

from kiki.vdc.definition import Definition, Health, LoadBalancer
from kiki.vdc.heat.stack import Section, Stack, own
from kiki.vdc.names import gibibytes, networks_of, segments


def add_balancers(stack: Stack, definition: Definition) -> None:
    """Each with its listener, its pool and what looks after the members."""
    for name, balancer in definition.load_balancers.items():
        _balancer(stack, definition, name, balancer)


def _balancer(stack: Stack, definition: Definition, name: str, balancer: LoadBalancer) -> None:
    network = balancer.network or networks_of(definition.servers[balancer.servers])[0]
    subnet = next(one.name for one in segments(definition) if one.network == network)
    properties: Section = {"name": name, "vip_subnet": stack.ref("subnet", subnet)}
    if balancer.address:
        properties["vip_address"] = balancer.address
    stack.add(f"balancer_{name}", "OS::Octavia::LoadBalancer", properties)
    properties = {"name": name, "loadbalancer": own("balancer", name)}
    properties |= {"protocol": balancer.protocol, "protocol_port": balancer.port}
    stack.add(f"listener_{name}", "OS::Octavia::Listener", properties)
    properties = {"name": name, "listener": own("listener", name)}
    properties |= {"protocol": balancer.protocol, "lb_algorithm": balancer.algorithm}
    stack.add(f"pool_{name}", "OS::Octavia::Pool", properties)
    if balancer.health:
        _monitor(stack, name, balancer.health)
    if balancer.floating_ip:
        waits = [f"interface_{subnet}"] if stack.has("interface", subnet) else []
        properties = {
            "floating_network": stack.ref("network", balancer.floating_ip),
            "port_id": {"get_attr": [f"balancer_{name}", "vip_port_id"]},
        }
        stack.add(f"vip_{name}", "OS::Neutron::FloatingIP", properties, waits)
    value = {"get_attr": [f"balancer_{name}", "vip_address"]}
    if balancer.floating_ip:
        value = {"get_attr": [f"vip_{name}", "floating_ip_address"]}
    stack.outputs[f"balancer_{name}"] = {"description": f"Address of {name}", "value": value}


def _monitor(stack: Stack, name: str, health: Health) -> None:
    properties: Section = {
        "pool": own("pool", name),
        "type": health.type,
        "delay": health.delay,
        "timeout": health.timeout,
        "max_retries": health.retries,
    }
    if health.type in ("HTTP", "HTTPS"):
        properties["url_path"] = health.path
    stack.add(f"monitor_{name}", "OS::Octavia::HealthMonitor", properties)


def add_volumes(stack: Stack, definition: Definition) -> None:
    """Volumes that are there without a server."""
    for name, volume in definition.volumes.items():
        properties: Section = {"name": name, "size": gibibytes(volume.size)}
        if volume.type:
            properties["volume_type"] = stack.ref("type", volume.type)
        if volume.image:
            properties["image"] = stack.ref("image", volume.image)
        if volume.description:
            properties["description"] = volume.description
        stack.add(f"volume_{name}", "OS::Cinder::Volume", properties)
