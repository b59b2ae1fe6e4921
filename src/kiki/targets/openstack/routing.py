"""How subnets are attached to a router.

Called by the operations about routers.
"""

from typing import Any

from kiki.targets.openstack.template import Named, Section


def interfaces(router: Any, subnets: tuple[str, ...]) -> Section:
    """A resource for each of *subnets* at *router*: ``interface``, or ``interface_1`` ..."""
    made: Section = {}
    for index, name in enumerate(subnets, 1):
        ending = f"_{index}" if len(subnets) > 1 else ""
        about = "Subnet that is attached to the router"
        subnet = Named(sort="subnet", name=name, parameter=f"subnet{ending}", about=about)
        properties = {"router": router, "subnet": subnet}
        made[f"interface{ending}"] = {
            "type": "OS::Neutron::RouterInterface", "properties": properties,
        }  # fmt: skip
    return made
