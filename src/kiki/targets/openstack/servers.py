"""The parts of a server: where it boots from, its network, and what belongs to it.

Called by ``server_create``. Several servers alike are one group, whose members Heat numbers from 0;
each is reached as the group's ``resource.N`` (docs.openstack.org/heat, OS::Heat::ResourceGroup).
"""

from typing import Any

from kiki.targets.openstack import floating, storage
from kiki.targets.openstack.sizes import gigabytes
from kiki.targets.openstack.template import Made, Named, Resource, Section, given

ONE, MANY = "server", "servers"


def named(sort: Any, name: str, parameter: str, about: str, known_as: str = "") -> Named:
    """A thing that the server needs."""
    return Named(sort=sort, name=name, parameter=parameter, about=about, known_as=known_as)


def network(name: str) -> Named:
    """The network that servers are attached to."""
    return named("network", name, "network", "Network to attach to")


def members(name: str, count: int) -> tuple[str, ...]:
    """What each server is called."""
    return (name,) if count == 1 else tuple(f"{name}-{index}" for index in range(count))


def identity(count: int, index: int) -> Resource:
    """How a template refers to a server."""
    if count == 1:
        return Resource(name=ONE)
    return Resource(name=MANY, attribute="refs", path=(index,))


def _address(count: int, index: int, network_name: str, what: str) -> Resource:
    """What the server has at its place in the network: its address or its port."""
    attribute = "addresses" if count == 1 else f"resource.{index}.addresses"
    path = (network(network_name), 0, what)
    return Resource(name=ONE if count == 1 else MANY, attribute=attribute, path=path)


def makes(name: str, count: int, network_name: str) -> tuple[Made, ...]:
    """The servers, and their ports and addresses, which other operations name."""
    found: list[Made] = []
    for index, member in enumerate(members(name, count)):
        found.append(Made(sort="server", name=member, value=identity(count, index)))
        port = _address(count, index, network_name, "port")
        found.append(Made(sort="port", name=f"server {member}", value=port))
        address = _address(count, index, network_name, "addr")
        found.append(Made(sort="address", name=member, value=address))
    return tuple(found)


def disk(size: str, image: Any) -> list[Section]:
    """A volume made of *image* that the server boots from, and that goes with it."""
    one = {"boot_index": 0, "image": image, "volume_size": gigabytes(size)}
    return [{**one, "delete_on_termination": True}]


def addresses(count: int, network_name: str, outside: str) -> Section:
    """A floating address for each server."""
    ports = [_address(count, index, network_name, "port") for index in range(count)]
    return {
        f"floating_ip{_ending(count, index)}": floating.address(outside, port)
        for index, port in enumerate(ports)
    }


def volumes(name: str, count: int, size: str) -> Section:
    """A volume beside its own disk for each server."""
    made: Section = {}
    for index, member in enumerate(members(name, count)):
        ending = _ending(count, index)
        volume = Resource(name=f"volume{ending}")
        made[volume.name] = storage.volume(f"{member}-data", gigabytes(size), "", "")
        properties = {"instance_uuid": identity(count, index), "volume_id": volume}
        made[f"attachment{ending}"] = {
            "type": "OS::Cinder::VolumeAttachment", "properties": properties,
        }  # fmt: skip
    return made


def _ending(count: int, index: int) -> str:
    return "" if count == 1 else f"_{index}"


def hints(group: str) -> Section:
    """The group whose policy says where the server runs. Nova takes an id only, and no name."""
    return given(scheduler_hints={"group": Named(sort="server_group", name=group)} if group else {})
