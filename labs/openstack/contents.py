"""Fills the lab's cloud: the service catalogue, one project, and what it has to choose from.

Called by labs/openstack.sh with the lab's own Python: ``contents.py services|things CLOUDS_YAML``.
What is there already is left alone, so that a second call changes nothing.
"""

import sys
from typing import Any

import openstack

ENDPOINTS = (
    ("glance", "image", "http://127.0.0.1:9292"),
    ("placement", "placement", "http://127.0.0.1:8778"),
    ("nova", "compute", "http://127.0.0.1:8774/v2.1"),
    ("neutron", "network", "http://127.0.0.1:9696"),
    ("heat", "orchestration", "http://127.0.0.1:8004/v1/%(tenant_id)s"),
    ("heat-cfn", "cloudformation", "http://127.0.0.1:8000/v1"),
)
IMAGES = ("rocky-9-generic", "rocky-8-generic", "ubuntu-24.04", "cirros-0.6")
FLAVORS = {"m1.tiny": (512, 1, 1), "m1.small": (2048, 1, 20), "m1.medium": (4096, 2, 40)}
SERVER = "bastion-1"


def services(admin: Any, password: str) -> None:
    """Users and endpoints of every service, and who owns stacks."""
    identity = admin.identity
    project = identity.find_project("service") or identity.create_project(
        name="service", domain_id="default"
    )
    for name, sort, url in ENDPOINTS:
        if name != "heat-cfn":
            roles = ("admin", "service")
            user(identity, name, password, project, roles)
        service(identity, name, sort, url)
    domain = identity.find_domain("heat") or identity.create_domain(name="heat")
    owner = identity.find_user("heat_domain_admin", domain_id=domain.id) or identity.create_user(
        name="heat_domain_admin", password=password, domain_id=domain.id
    )
    identity.assign_domain_role_to_user(domain, owner, role(identity, "admin"))
    demo = identity.find_project("demo") or identity.create_project(
        name="demo", domain_id="default"
    )
    user(identity, "demo", password, demo, ("member", "heat_stack_owner"))
    role(identity, "heat_stack_user")


def role(identity: Any, name: str) -> Any:
    """The role, made when there is none."""
    return identity.find_role(name) or identity.create_role(name=name)


def user(identity: Any, name: str, password: str, project: Any, roles: tuple[str, ...]) -> None:
    """A user of *project* with *roles*."""
    found = identity.find_user(name) or identity.create_user(
        name=name, password=password, domain_id="default", default_project_id=project.id
    )
    for each in roles:
        identity.assign_project_role_to_user(project, found, role(identity, each))


def service(identity: Any, name: str, sort: str, url: str) -> None:
    """A service with its endpoints."""
    if identity.find_service(name):
        return
    made = identity.create_service(name=name, type=sort)
    for interface in ("public", "internal", "admin"):
        identity.create_endpoint(
            service_id=made.id, interface=interface, url=url, region_id="RegionOne"
        )


def things(admin: Any, demo: Any) -> None:
    """Images, flavors, networks, a key pair, a security group and one server."""
    for name in IMAGES:
        if admin.image.find_image(name) is None:
            admin.image.create_image(
                name, data=name.encode() * 4096, disk_format="raw", container_format="bare",
                visibility="public", validate_checksum=False,
            )  # fmt: skip
    for name, (ram, cpus, disk) in FLAVORS.items():
        if admin.compute.find_flavor(name) is None:
            admin.compute.create_flavor(name=name, ram=ram, vcpus=cpus, disk=disk)
    networks(admin, demo)
    if demo.compute.find_keypair("ops") is None:
        demo.compute.create_keypair(name="ops")
    if demo.network.find_security_group("web") is None:
        group = demo.network.create_security_group(name="web")
        demo.network.create_security_group_rule(
            security_group_id=group.id, direction="ingress", protocol="tcp",
            port_range_min=80, port_range_max=80,
        )  # fmt: skip
    server(demo)


def networks(admin: Any, demo: Any) -> None:
    """One network that leads outside and one of the project's own."""
    if admin.network.find_network("ext-net") is None:
        outside = admin.network.create_network(
            name="ext-net", is_router_external=True,
            provider_network_type="flat", provider_physical_network="public",
        )  # fmt: skip
        admin.network.create_subnet(
            network_id=outside.id, name="ext-subnet", cidr="198.51.100.0/24", ip_version=4,
            gateway_ip="198.51.100.1", is_dhcp_enabled=False,
        )  # fmt: skip
    if demo.network.find_network("private") is None:
        inside = demo.network.create_network(name="private")
        demo.network.create_subnet(
            network_id=inside.id, name="private-subnet", cidr="10.10.0.0/24", ip_version=4
        )


def server(demo: Any) -> None:
    """A server that is there already."""
    if demo.compute.find_server(SERVER) is None:
        made = demo.compute.create_server(
            name=SERVER,
            image_id=demo.image.find_image("rocky-9-generic").id,
            flavor_id=demo.compute.find_flavor("m1.tiny").id,
            networks=[{"uuid": demo.network.find_network("private").id}],
            key_name="ops",
        )
        demo.compute.wait_for_server(made, wait=120)


def main() -> None:
    """See the module."""
    part, clouds = sys.argv[1:]
    config = openstack.config.OpenStackConfig(config_files=[clouds])
    admin = openstack.connection.Connection(config=config.get_one("kiki-admin"))
    if part == "services":
        services(admin, config.get_one("kiki-admin").auth["password"])
    else:
        demo = openstack.connection.Connection(config=config.get_one("kiki"))
        things(admin, demo)


main()
