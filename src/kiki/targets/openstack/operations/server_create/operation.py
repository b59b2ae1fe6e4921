"""Create one server, or several alike, on a network.

Called through the registry by ``understand`` (fields) and ``openstack.render`` (the part of the
template).
"""

from ipaddress import ip_address
from typing import Annotated

from msgspec import Meta

from kiki.model.plan import Risk
from kiki.model.profile import Profile
from kiki.model.records import Record
from kiki.model.secret import named as secrets_in
from kiki.targets.openstack import servers
from kiki.targets.openstack.fields import CatalogueName, Count, OptionalCatalogueName, ServerName
from kiki.targets.openstack.sizes import OptionalMemory, check_storage
from kiki.targets.openstack.template import After, Named, Part, Resource, Section, given, output

_MANY = 10  # servers at once that deserve a second look: they are paid for
_MAX_DATA = 48_000  # Nova takes 65535 bytes of base64, which is 4 for 3


class Fields(Record, frozen=True):
    """*image*, *flavor*, *network*, *key_name* and *security_groups* are names or ids that the
    cloud knows, or what the same message makes. With *count* over 1 the servers are called
    ``<name>-0``, ``<name>-1`` ... *boot_volume* and *volume* are sizes: of a volume to boot from,
    and of one beside. *floating_network*: each server gets an address of it. *server_group* is an
    id, or one that the same message makes. *user_data* is what the server runs when it first
    starts; it can be read by whoever is on the server, so it holds no secret."""

    name: ServerName
    image: CatalogueName
    flavor: CatalogueName
    network: CatalogueName
    count: Count = 1
    key_name: OptionalCatalogueName = ""
    security_groups: tuple[CatalogueName, ...] = ()
    boot_volume: OptionalMemory = ""
    volume: OptionalMemory = ""
    fixed_ip: str = ""
    floating_network: OptionalCatalogueName = ""
    server_group: OptionalCatalogueName = ""
    user_data: Annotated[str, Meta(max_length=_MAX_DATA)] = ""

    def __post_init__(self) -> None:
        """ValueError for values that don't fit together."""
        if self.fixed_ip:
            _check_address(self.fixed_ip, self.count)
        if secrets_in(self.user_data):
            raise ValueError("a secret can't be in it - at `$.user_data`")
        check_storage(boot_volume=self.boot_volume, volume=self.volume)


def _check_address(address: str, count: int) -> None:
    if count > 1:
        raise ValueError("one address for one server - at `$.fixed_ip`")
    try:
        ip_address(address)
    except ValueError as error:
        raise ValueError(f"{error} - at `$.fixed_ip`") from error


def risk(fields: Fields) -> Risk:
    """Adds servers beside what is there; some are reached from outside, or run what is given."""
    looked_at = fields.count >= _MANY or fields.floating_network or fields.user_data
    return "medium" if looked_at else "low"


def part(fields: Fields, profile: Profile) -> Part:
    """Parameters with the asked values as defaults, the servers, and what one needs to reach
    them."""
    one = fields.count == 1
    resource = servers.ONE if one else servers.MANY
    return Part(
        name=fields.name,
        summary=f"Server {fields.name}" if one else f"{fields.count} servers {fields.name}",
        parameters={},
        resources={
            resource: _one(fields, profile) if one else _group(fields, profile),
            **_more(fields),
        },
        outputs=_outputs(resource, "the server" if one else "each server") | _floating(fields),
        makes=servers.makes(fields.name, fields.count, fields.network),
    )


def _one(fields: Fields, profile: Profile, name: str = "") -> Section:
    return {"type": "OS::Nova::Server", "properties": _properties(fields, profile, name)}


def _properties(fields: Fields, profile: Profile, name: str) -> Section:
    flavor = servers.named("flavor", fields.flavor, "flavor", "Size of a server")
    place = {"network": servers.network(fields.network), **given(fixed_ip=fields.fixed_ip)}
    return {
        "name": name or fields.name,
        **_start(fields, profile, flavor),
        "networks": [place],
        **_key(fields.key_name),
        **given(security_groups=[_security_group(one) for one in fields.security_groups]),
        **servers.hints(fields.server_group),
        # Heat's default wraps user data for an old agent, which current images don't have.
        "user_data_format": "RAW",
        **given(user_data=fields.user_data),
    }


def _start(fields: Fields, profile: Profile, flavor: Named) -> Section:
    """What it boots from: the image itself, or a volume made of it."""
    known_as = profile.images.get(fields.image, "")
    image = servers.named("image", fields.image, "image", "Image to boot from", known_as)
    if not fields.boot_volume:
        return {"image": image, "flavor": flavor}
    return {"flavor": flavor, "block_device_mapping_v2": servers.disk(fields.boot_volume, image)}


def _key(name: str) -> Section:
    about = "Key pair for the image's user"
    return {"key_name": servers.named("keypair", name, "key_name", about)} if name else {}


def _security_group(name: str) -> Named:
    return Named(sort="security_group", name=name)


def _group(fields: Fields, profile: Profile) -> Section:
    """Inside a group Heat doesn't see that a server needs its network's subnet."""
    server = _one(fields, profile, name=f"{fields.name}-%index%")
    properties = {"count": fields.count, "resource_def": server}
    waits = After(marks=(f"subnet of {fields.network}",))
    return {"type": "OS::Heat::ResourceGroup", "depends_on": waits, "properties": properties}


def _more(fields: Fields) -> Section:
    made: Section = {}
    if fields.volume:
        made |= servers.volumes(fields.name, fields.count, fields.volume)
    if fields.floating_network:
        made |= servers.addresses(fields.count, fields.network, fields.floating_network)
    return made


def _outputs(resource: str, whose: str) -> Section:
    return {
        "names": output(f"Name of {whose}", resource, "name"),
        "addresses": output(f"Addresses of {whose} by network", resource, "addresses"),
    }


def _floating(fields: Fields) -> Section:
    if not fields.floating_network:
        return {}
    names = servers.addresses(fields.count, fields.network, fields.floating_network)
    reached = [Resource(name=name, attribute="floating_ip_address") for name in names]
    about = "Addresses that the servers are reached at"
    return {"floating_addresses": {"description": about, "value": reached}}
