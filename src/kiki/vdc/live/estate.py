"""What there is in a project, as ``execution/clouds/driver/estate.py`` tells it.

Called by the other modules of this package. Things refer to others by name.
"""

from typing import Any

import msgspec

from kiki.model.records import Record


class Network(Record, frozen=True):
    """One that the project has (*own*), or sees."""

    name: str
    own: bool
    external: bool
    shared: bool


class Subnet(Record, frozen=True):
    """*gateway* is ``none`` where there is none; *pools* are ``first-last``, *routes* a number."""

    name: str
    network: str
    cidr: str
    gateway: str
    dns: tuple[str, ...]
    dhcp: bool
    pools: tuple[str, ...]
    routes: int


class Router(Record, frozen=True):
    """*external* is the network of its gateway."""

    name: str
    external: str
    subnets: tuple[str, ...]
    routes: int


class Rule(Record, frozen=True):
    """One rule of Neutron's, from a *group* or a *cidr*, or from everywhere."""

    direction: str
    family: int
    protocol: str
    low: int | None
    high: int | None
    group: str
    cidr: str


class Group(Record, frozen=True):
    """A security group."""

    name: str
    description: str
    rules: tuple[Rule, ...]


class Address(Record, frozen=True):
    """An address of a server."""

    network: str
    address: str
    floating: bool


class Server(Record, frozen=True):
    """*networks* are those of its ports, *groups* all that its ports are in."""

    name: str
    status: str
    image: str
    flavor: str
    key: str
    groups: tuple[str, ...]
    networks: tuple[str, ...]
    addresses: tuple[Address, ...]
    metadata: dict[str, str]
    boots_from_volume: bool


class Volume(Record, frozen=True):
    """*size* is in GiB."""

    name: str
    size: int
    type: str
    servers: tuple[str, ...]
    boots: bool


class Floating(Record, frozen=True):
    """A floating IP; no *server*: it is not given to one."""

    address: str
    network: str
    server: str


class Key(Record, frozen=True):
    """A key of whoever asked."""

    name: str
    public_key: str


class Placement(Record, frozen=True):
    """A server group."""

    name: str
    policy: str
    servers: tuple[str, ...]


class Estate(Record, frozen=True):
    """Everything. *also* counts what there is of sorts that are not told one by one. *quotas* are
    limits by a definition's names, *people* the roles of users but the login's own, *roles* all
    that the cloud has; None: this login may not ask."""

    project: str
    domain: str
    networks: tuple[Network, ...]
    subnets: tuple[Subnet, ...]
    routers: tuple[Router, ...]
    groups: tuple[Group, ...]
    servers: tuple[Server, ...]
    volumes: tuple[Volume, ...]
    floating: tuple[Floating, ...]
    keys: tuple[Key, ...]
    placements: tuple[Placement, ...]
    also: dict[str, int]
    quotas: dict[str, int] = {}
    people: dict[str, tuple[str, ...]] | None = None
    roles: tuple[str, ...] | None = None


def estate(told: dict[str, Any]) -> Estate:
    """What a cloud told."""
    return msgspec.convert(told, Estate)
