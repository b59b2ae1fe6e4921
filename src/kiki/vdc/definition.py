"""The form of a definition: what may stand in the file, and what it means.

Called by every module of this package; ``tools/render_vdc_schema.py`` makes ``schema.json`` of it.
The descriptions are what an editor shows. Things are mappings by name. A reference to an image,
flavor, key, role or provider network that the file does not define is to something that is there.
"""

from typing import Annotated, Any, Literal

from msgspec import Meta

from kiki.model.records import Record

# A pattern's "$" also matches before a last newline; JSON Schema has no other end.
_NAME = r"^[A-Za-z0-9][A-Za-z0-9._-]*$"
Name = Annotated[str, Meta(pattern=_NAME, max_length=63)]
Reference = Annotated[str, Meta(min_length=1, max_length=255)]
Amount = Annotated[
    str,
    Meta(
        pattern=r"^[1-9][0-9]{0,8} ?(MB|MiB|GB|GiB|TB|TiB)$",
        description="An amount with its unit: 512MB, 20GB, 1TB. OpenStack's units are powers of 2",
    ),
]
Address = Annotated[str, Meta(description="An IP address, such as 192.168.100.10")]
Cidr = Annotated[str, Meta(description="A network, such as 192.168.100.0/24")]
Pool = Annotated[
    str, Meta(description="Addresses that are given out: FIRST-LAST, several with commas")
]
Port = Annotated[int, Meta(ge=1, le=65535)]
Limit = Annotated[int, Meta(ge=-1, description="A number; -1 is no limit")]
Text = Annotated[str, Meta(max_length=255)]
Gateway = Annotated[
    str, Meta(description="The gateway's address, or none; without it the first of the network")
]


class Project(Record, frozen=True):
    """The project that everything is in."""

    name: Annotated[str, Meta(pattern=_NAME, max_length=63)] | None = None
    domain: Reference = "Default"
    description: Text = ""
    existing: Annotated[bool, Meta(description="It is there and is not made")] = False


class Person(Record, frozen=True):
    """A user and the roles in the project. The password is a hidden parameter of the template."""

    roles: Annotated[tuple[Reference, ...], Meta(min_length=1)] = ("member",)
    email: Text = ""
    description: Text = ""
    existing: Annotated[bool, Meta(description="The user is there and is not made")] = False


class Quotas(Record, frozen=True):
    """How much the project may have. What is not given stays as the cloud has it."""

    vcpus: Limit | None = None
    ram: Amount | None = None
    instances: Limit | None = None
    volumes: Limit | None = None
    storage: Annotated[Amount, Meta(description="All volumes together")] | None = None
    networks: Limit | None = None
    subnets: Limit | None = None
    routers: Limit | None = None
    ports: Limit | None = None
    floating_ips: Limit | None = None
    security_groups: Limit | None = None
    security_group_rules: Limit | None = None
    key_pairs: Limit | None = None
    server_groups: Limit | None = None
    load_balancers: Limit | None = None


class Subnet(Record, frozen=True):
    """One subnet of a network with several."""

    cidr: Cidr
    gateway: Gateway = ""
    pool: Pool = ""
    dns: tuple[Address, ...] = ()
    dhcp: bool = True


class ProviderNetwork(Record, frozen=True):
    """A network of the cloud's own, which an administrator makes: an external one, from which
    floating IPs come, or one that reaches machines outside."""

    existing: Annotated[bool, Meta(description="It is there and is not made")] = False
    physical_network: Annotated[str, Meta(description="Such as physnet1")] = ""
    type: Literal["flat", "vlan"] = "flat"
    vlan: Annotated[int, Meta(ge=1, le=4094)] | None = None
    external: Annotated[bool, Meta(description="Routers may have their gateway in it")] = True
    shared: Annotated[bool, Meta(description="Every project may attach servers to it")] = False
    subnet: Annotated[str, Meta(pattern=_NAME, max_length=63)] | None = None
    cidr: Cidr = ""
    gateway: Gateway = ""
    pool: Pool = ""
    dns: tuple[Address, ...] = ()
    dhcp: bool = False


class Network(Record, frozen=True):
    """A network of the tenant's, with one subnet (cidr) or several (subnets)."""

    cidr: Cidr = ""
    gateway: Gateway = ""
    pool: Pool = ""
    dns: tuple[Address, ...] = ()
    dhcp: bool = True
    subnet: Annotated[str, Meta(pattern=_NAME, max_length=63)] | None = None
    subnets: dict[Name, Subnet] = {}
    router: Annotated[Reference, Meta(description="The router it is attached to")] | None = None


class Router(Record, frozen=True):
    """A router."""

    external: (
        Annotated[Reference, Meta(description="The external network of its gateway")] | None
    ) = None


class Tier(Record, frozen=True):
    """A security zone: servers that the same rules hold for."""

    description: Text = ""
    security_group: (
        Annotated[str, Meta(pattern=_NAME, description="Its name in the cloud")] | None
    ) = None


class BootVolume(Record, frozen=True):
    """The disk to boot from, when it is a volume."""

    size: Amount
    type: Annotated[Reference, Meta(description="A volume type of the cloud")] | None = None
    keep: Annotated[bool, Meta(description="It stays when the server is deleted")] = False


class OwnVolume(Record, frozen=True):
    """A volume that each server of a group has."""

    size: Amount
    type: Annotated[Reference, Meta(description="A volume type of the cloud")] | None = None


class Servers(Record, frozen=True):
    """One server, or a group of them: NAME, or NAME-0, NAME-1 ... where count is over 1."""

    image: Reference
    flavor: Reference
    network: Annotated[Reference, Meta(description="The network of its port")] | None = None
    networks: Annotated[
        tuple[Reference, ...], Meta(description="Several networks, the first for floating IPs")
    ] = ()
    tier: Reference | None = None
    count: Annotated[int, Meta(ge=1, le=10000)] = 1
    key: Annotated[Reference, Meta(description="The key that its user logs in with")] | None = None
    user_data: Annotated[str, Meta(max_length=49_000, description="For cloud-init")] = ""
    login: Annotated[str, Meta(description="The image's user, for the inventory")] = ""
    addresses: Annotated[
        tuple[Address, ...], Meta(description="One for each server, in the first network")
    ] = ()
    floating_ip: (
        Annotated[Reference, Meta(description="The external network to take it from")] | None
    ) = None
    boot_volume: BootVolume | None = None
    volumes: dict[Name, OwnVolume] = {}
    placement: (
        Literal["affinity", "anti-affinity", "soft-affinity", "soft-anti-affinity"] | None
    ) = None
    metadata: dict[str, str] = {}


class Volume(Record, frozen=True):
    """A volume of its own, attached to a server if that is said."""

    size: Amount
    type: Annotated[Reference, Meta(description="A volume type of the cloud")] | None = None
    image: Reference | None = None
    server: Annotated[Reference, Meta(description="One server, such as db-0")] | None = None
    description: Text = ""


class Image(Record, frozen=True):
    """An image that the cloud fetches."""

    url: Annotated[str, Meta(pattern="^https?://[^ ]+$")]
    disk_format: Literal["qcow2", "raw", "vmdk", "vdi", "vhd", "iso"] = "qcow2"
    min_disk: Amount | None = None
    min_ram: Amount | None = None
    public: bool = False


class Flavor(Record, frozen=True):
    """A size of servers."""

    vcpus: Annotated[int, Meta(ge=1)]
    ram: Amount
    disk: Annotated[
        str,
        Meta(
            pattern=r"^[0-9]{1,9} ?(MB|MiB|GB|GiB|TB|TiB)$",
            description="With its unit; 0GB: servers boot from volumes",
        ),
    ] = "0GB"
    public: bool = True


class Key(Record, frozen=True):
    """A public key for logging in. Without its text the key is there already."""

    public_key: Annotated[str, Meta(description="One line: ssh-ed25519 AAAA... comment")] = ""


class Health(Record, frozen=True):
    """How a load balancer finds out who answers."""

    type: Literal["TCP", "HTTP", "HTTPS", "PING"] = "TCP"
    path: Annotated[str, Meta(pattern="^/")] = "/"
    delay: Annotated[int, Meta(ge=1, description="Seconds between two tries")] = 5
    timeout: Annotated[int, Meta(ge=1)] = 3
    retries: Annotated[int, Meta(ge=1, le=10)] = 3


class LoadBalancer(Record, frozen=True, kw_only=True):
    """One address in front of a group of servers."""

    servers: Annotated[Reference, Meta(description="The group behind it")]
    network: Annotated[Reference, Meta(description="Where its address is; the group's")] | None = (
        None
    )
    port: Port
    member_port: Annotated[int, Meta(ge=1, le=65535)] | None = None
    protocol: Literal["TCP", "HTTP", "HTTPS", "UDP"] = "TCP"
    algorithm: Literal["ROUND_ROBIN", "LEAST_CONNECTIONS", "SOURCE_IP"] = "ROUND_ROBIN"
    address: Address = ""
    floating_ip: Reference | None = None
    health: Health | None = None


Rule = Annotated[
    str | dict[str, str | int],
    Meta(
        description="FROM -> TO: WHAT, such as web -> app: 8080/tcp, any -> web: 80,443/tcp, "
        "internet -> web: 22/tcp from 10.0.0.0/8, any -> web: icmp, web -> internet: 443/tcp"
    ),
]


class Step(Record, frozen=True):
    """One thing to be done: words, or a kind of Kiki's with its fields."""

    message: Annotated[str, Meta(max_length=2000, description="Words, as kiki --message")] = ""
    kind: Annotated[str, Meta(description="A kind, such as ansible.package_install")] = ""
    fields: Annotated[dict[str, Any], Meta(description="The fields of the kind")] = {}


Entry = Annotated[
    str | Step, Meta(description="Words such as: install nginx. Or message, or kind and fields")
]
OnServers = dict[Name, tuple[Entry, ...]]


class Kubernetes(Record, frozen=True, kw_only=True):
    """What the tenant has in a cluster."""

    context: Annotated[Reference, Meta(description="The context of the kubeconfig")]
    kubeconfig: Annotated[Text, Meta(description="Its path; the usual one without it")] = ""
    steps: Annotated[tuple[Entry, ...], Meta(min_length=1)]


class Definition(Record, frozen=True):
    """A virtual data centre: everything that one tenant has."""

    vdc: Annotated[Literal[1], Meta(description="The version of this form")]
    name: Name
    description: Text = ""
    project: Project = Project()
    roles: Annotated[
        tuple[Name, ...], Meta(description="Roles that the cloud does not have yet")
    ] = ()
    people: dict[Name, Person] = {}
    quotas: Quotas = Quotas()
    provider_networks: dict[Name, ProviderNetwork] = {}
    networks: dict[Name, Network] = {}
    routers: dict[Name, Router] = {}
    tiers: dict[Name, Tier] = {}
    rules: tuple[Rule, ...] = ()
    servers: dict[Name, Servers] = {}
    volumes: dict[Name, Volume] = {}
    images: dict[Name, Image] = {}
    flavors: dict[Name, Flavor] = {}
    keys: dict[Name, Key] = {}
    load_balancers: dict[Name, LoadBalancer] = {}
    hosts: Annotated[
        OnServers, Meta(description="What is done on servers, by tier, group or server")
    ] = {}
    podman: Annotated[OnServers, Meta(description="Containers and pods on servers")] = {}
    kubernetes: Kubernetes | None = None

    @property
    def project_name(self) -> str:
        """The project's name in the cloud."""
        return self.project.name or self.name
