"""What the kinds that read have in common: their values, and the same question as a command.

Called by those operations. Nothing here reaches a shell: the command is for a person to see.
"""

import shlex
from typing import Annotated, Literal

from msgspec import Meta

# Anything that people call their things: it is compared here, and never part of a query.
ThingName = Annotated[str, Meta(pattern=r"^[^\x00-\x1f\x7f]+$(?!\n)", max_length=255)]
OptionalThingName = Annotated[str, Meta(pattern=r"^[^\x00-\x1f\x7f]*$(?!\n)", max_length=255)]
Lines = Annotated[int, Meta(ge=1, le=10_000)]
Listed = Literal[
    "servers", "images", "flavors", "networks", "subnets", "routers", "ports", "security_groups",
    "security_group_rules", "floating_ips", "keypairs", "volumes", "stacks", "projects", "users",
    "roles", "hypervisors", "availability_zones", "server_groups",
]  # fmt: skip
Shown = Literal[
    "servers", "images", "flavors", "networks", "subnets", "routers", "ports", "security_groups",
    "floating_ips", "keypairs", "volumes", "stacks", "projects", "users", "roles", "hypervisors",
    "server_groups",
]  # fmt: skip
# Its singular as the client has it, where it is not the plural without its s
_CALLED = {
    "security_groups": "security group", "security_group_rules": "security group rule",
    "floating_ips": "floating ip", "availability_zones": "availability zone",
    "server_groups": "server group",
}  # fmt: skip


def called(resource: str) -> str:
    """What OpenStack's client calls one of them."""
    return _CALLED.get(resource, resource.removesuffix("s"))


def client(words: str, *more: str) -> str:
    """A line for a shell: ``openstack server show web``; empty words are left out."""
    return shlex.join(["openstack", *words.split(), *(word for word in more if word)])
