"""What only an administrator can make: project, people, quotas, provider networks, flavors, images.

Called by ``compiling``. Passwords of people are hidden parameters without a default: they are given
when the stack is created, and are nowhere in the template.
"""

from typing import Any

from kiki.vdc.definition import Definition, Person, ProviderNetwork
from kiki.vdc.heat.networks import subnet_properties
from kiki.vdc.heat.stack import Section, Stack
from kiki.vdc.names import gibibytes, mebibytes, provided

# Quotas by the service that keeps them, with its names for them
_NOVA = {"instances": "instances", "vcpus": "cores", "ram": "ram", "key_pairs": "key_pairs",
         "server_groups": "server_groups"}  # fmt: skip
_CINDER = {"volumes": "volumes", "storage": "gigabytes"}
_NEUTRON = {
    "networks": "network", "subnets": "subnet", "routers": "router", "ports": "port",
    "floating_ips": "floatingip", "security_groups": "security_group",
    "security_group_rules": "security_group_rule",
}  # fmt: skip
_OCTAVIA = {"load_balancers": "loadbalancer"}
_SERVICES = {"Nova": _NOVA, "Cinder": _CINDER, "Neutron": _NEUTRON, "Octavia": _OCTAVIA}


OPERATOR = "operator"


def admin(definition: Definition, *, operated: bool = False) -> Stack:
    """The administrator's stack; it may have no resources. *operated*: whoever applies it may make
    the tenant's stack in the project, too."""
    stack = Stack(f"{definition.name}-admin", f"VDC {definition.name}: what an administrator makes")
    _project(stack, definition)
    for role in definition.roles:
        stack.add(f"role_{role}", "OS::Keystone::Role", {"name": role})
    for name, person in definition.people.items():
        _person(stack, definition, name, person)
    if operated and not definition.project.existing:
        _operator(stack, definition)
    _quotas(stack, definition)
    for name, network in definition.provider_networks.items():
        if not network.existing:
            _provider(stack, name, network)
    _flavors(stack, definition)
    for name, image in definition.images.items():
        if image.public:
            add_image(stack, definition, name)
    return stack


def _project(stack: Stack, definition: Definition) -> None:
    project = definition.project
    if project.existing:
        return
    name = definition.project_name
    about = project.description or definition.description or f"VDC {definition.name}"
    properties = {"name": name, "domain": project.domain, "description": about}
    stack.add(f"project_{name}", "OS::Keystone::Project", properties)
    stack.outputs["project"] = {
        "description": "The project's id",
        "value": {"get_resource": f"project_{name}"},
    }


def _person(stack: Stack, definition: Definition, name: str, person: Person) -> None:
    project = stack.ref("project", definition.project_name)
    roles = [{"role": stack.ref("role", role), "project": project} for role in person.roles]
    if person.existing:
        properties: Section = {"user": stack.ref("user", name), "roles": roles}
        stack.add(f"roles_{name}", "OS::Keystone::UserRoleAssignment", properties)
        return
    secret = f"password_{name}"
    stack.parameters[secret] = {
        "type": "string",
        "description": f"Password of {name}, given when the stack is created",
        "hidden": True,
        "constraints": [{"length": {"min": 1, "max": 255}}],
    }
    properties = {"name": name, "domain": definition.project.domain}
    properties |= {"default_project": project, "password": {"get_param": secret}}
    for key in ("email", "description"):
        if getattr(person, key):
            properties[key] = getattr(person, key)
    stack.add(f"user_{name}", "OS::Keystone::User", properties | {"roles": roles})


def _operator(stack: Stack, definition: Definition) -> None:
    stack.parameters[OPERATOR] = {
        "type": "string",
        "description": "Id of the user who applies this, and makes the tenant's stack",
        "constraints": [{"custom_constraint": "keystone.user"}],
    }
    project = stack.ref("project", definition.project_name)
    roles = [{"role": stack.ref("role", "member"), "project": project}]
    properties: Section = {"user": {"get_param": OPERATOR}, "roles": roles}
    stack.add("roles_operator", "OS::Keystone::UserRoleAssignment", properties)


def _quotas(stack: Stack, definition: Definition) -> None:
    for service, names in _SERVICES.items():
        given = {
            theirs: _number(ours, getattr(definition.quotas, ours))
            for ours, theirs in names.items()
            if getattr(definition.quotas, ours) is not None
        }
        if given:
            project = stack.ref("project", definition.project_name)
            properties = {"project": project, **given}
            stack.add(f"quota_{service.lower()}", f"OS::{service}::Quota", properties)


def _number(quota: str, value: Any) -> int:
    """*value* in the unit of the service."""
    if isinstance(value, str):
        return mebibytes(value) if quota == "ram" else gibibytes(value)
    return int(value)


def _provider(stack: Stack, name: str, network: ProviderNetwork) -> None:
    properties: Section = {
        "name": name,
        "network_type": network.type,
        "physical_network": network.physical_network,
        "router_external": network.external,
        "shared": network.shared,
    }
    if network.type == "vlan":
        properties["segmentation_id"] = network.vlan
    stack.add(f"network_{name}", "OS::Neutron::ProviderNet", properties)
    segment = provided(name, network)
    if segment:
        stack.add(
            f"subnet_{segment.name}", "OS::Neutron::Subnet", subnet_properties(stack, segment)
        )


def _flavors(stack: Stack, definition: Definition) -> None:
    for name, flavor in definition.flavors.items():
        properties: Section = {
            "name": name,
            "vcpus": flavor.vcpus,
            "ram": mebibytes(flavor.ram),
            "disk": gibibytes(flavor.disk),
            "is_public": flavor.public,
        }
        if not flavor.public:
            properties["tenants"] = [stack.ref("project", definition.project_name)]
        stack.add(f"flavor_{name}", "OS::Nova::Flavor", properties)


def add_image(stack: Stack, definition: Definition, name: str) -> None:
    """An image that Glance fetches: a public one is the administrator's, a private one the
    tenant's."""
    image = definition.images[name]
    properties: Section = {
        "name": name,
        "location": image.url,
        "disk_format": image.disk_format,
        "container_format": "bare",
        "visibility": "public" if image.public else "private",
    }
    if image.min_disk:
        properties["min_disk"] = gibibytes(image.min_disk)
    if image.min_ram:
        properties["min_ram"] = mebibytes(image.min_ram)
    stack.add(f"image_{name}", "OS::Glance::WebImage", properties)
