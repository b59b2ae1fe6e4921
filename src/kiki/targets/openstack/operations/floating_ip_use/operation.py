"""Lead a floating IP that is there to a server, or take it off.

Called through the registry by ``understand`` (fields) and ``openstack.render`` (the act).
"""

from typing import Annotated, Literal

from msgspec import Meta

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.openstack.acting import Act
from kiki.targets.openstack.asking import OptionalThingName, client

Address = Annotated[str, Meta(pattern=r"^[0-9A-Fa-f.:]{2,45}$(?!\n)")]


class Fields(Record, frozen=True):
    """The floating IP of that *address* leads to *server*, or to nothing any more."""

    address: Address
    action: Literal["attach", "detach"]
    server: OptionalThingName = ""

    def __post_init__(self) -> None:
        """ValueError for an address that is to lead nowhere."""
        if self.action == "attach" and not self.server:
            raise ValueError("to which server - at `$.server`")


def risk(fields: Fields) -> Risk:
    """Who is reached under the address is another one."""
    return "medium"


def act(fields: Fields) -> Act:
    """What is done."""
    told = {"server": fields.server} if fields.server else {}
    aside = f"{'to' if fields.action == 'attach' else 'from'} {fields.server}" if told else ""
    act = f"{fields.action}_address"
    return Act(act=act, sort="floating_ips", name=fields.address, told=told, aside=aside)


def equivalent(fields: Fields) -> str:
    """The same with OpenStack's client."""
    if fields.action == "detach":
        return client("floating ip unset --port", fields.address)
    return client("server add floating ip", fields.server, fields.address)
