"""Create a floating IP, for a server of the same message, for a port, or for nobody yet.

Called through the registry by ``understand`` (fields) and ``openstack.render`` (the part of the
template). Heat can't find the port of a server that it did not make: ``render`` refuses that.
"""

from kiki.model.plan import Risk
from kiki.model.profile import Profile
from kiki.model.records import Record
from kiki.targets.openstack import floating
from kiki.targets.openstack.fields import CatalogueName, Count, OptionalCatalogueName
from kiki.targets.openstack.template import Named, Part, label, output


class Fields(Record, frozen=True):
    """*external_network* is the network outside. *server* is one that the same message makes,
    *port* a name or id."""

    external_network: CatalogueName
    server: OptionalCatalogueName = ""
    port: OptionalCatalogueName = ""
    count: Count = 1

    def __post_init__(self) -> None:
        """ValueError for two places, and for several addresses of one."""
        if self.server and self.port:
            raise ValueError("a server or a port - at `$.port`")
        if self.count > 1 and (self.server or self.port):
            raise ValueError("one address for one port - at `$.count`")


def risk(fields: Fields) -> Risk:
    """A server with it can be reached from outside, as far as its security groups let."""
    return "medium" if fields.server or fields.port else "low"


def needs(fields: Fields) -> tuple[tuple[str, str], ...]:
    """What another operation of the message has to make."""
    return (("server", fields.server),) if fields.server else ()


def part(fields: Fields, profile: Profile) -> Part:
    """The addresses."""
    names = [f"floating_ip_{index}" for index in range(1, fields.count + 1)]
    names = names if fields.count > 1 else ["floating_ip"]
    about, attribute = "Address that others reach", "floating_ip_address"
    return Part(
        name=label(fields.server or fields.port or fields.external_network, "floating"),
        summary=f"Floating IP for {_whose(fields)}",
        parameters={},
        resources={
            name: floating.address(fields.external_network, _port(fields)) for name in names
        },
        outputs={f"{name}_address": output(about, name, attribute) for name in names},
    )


def _whose(fields: Fields) -> str:
    return fields.server or fields.port or f"nobody yet, of {fields.external_network}"


def _port(fields: Fields) -> Named | str:
    if fields.server:
        return Named(sort="port", name=f"server {fields.server}")
    about = "Port that the address leads to"
    port = Named(sort="port", name=fields.port, parameter="port", about=about)
    return port if fields.port else ""
