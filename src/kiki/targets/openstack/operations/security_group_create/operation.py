"""Create a security group with what it lets through.

Called through the registry by ``understand`` (fields) and ``openstack.render`` (the part of the
template).
"""

from kiki.model.plan import Risk
from kiki.model.profile import Profile
from kiki.model.records import Record
from kiki.targets.openstack import rules
from kiki.targets.openstack.fields import CatalogueName, OptionalCatalogueName, PortSpec
from kiki.targets.openstack.rules import Allowed, Direction
from kiki.targets.openstack.template import Made, Part, Resource, Section, given, label, output


class Fields(Record, frozen=True):
    """What is let through, see ``rules.Allowed``; nothing said: what Neutron's own group has, all
    that goes out. A *remote_group* called as the group itself is: servers of the same group."""

    name: CatalogueName
    description: OptionalCatalogueName = ""
    icmp: bool = False
    ports: tuple[PortSpec, ...] = ()
    everything: bool = False
    remote: str = ""
    remote_group: OptionalCatalogueName = ""
    direction: Direction = "ingress"

    def __post_init__(self) -> None:
        """ValueError for rules that can't be, and for the name of the one that is always there."""
        if self.name == "default":
            raise ValueError("Heat takes no group of this name - at `$.group_name`")
        rules.check(rules.said(self))


def risk(fields: Fields) -> Risk:
    """A way in for everybody deserves a look."""
    return "medium" if rules.is_open(rules.said(fields)) else "low"


def part(fields: Fields, profile: Profile) -> Part:
    """The group with its rules. Heat replaces the rules that Neutron makes by itself for what goes
    out as soon as it is given rules of that direction."""
    allowed = rules.said(fields)
    made = [
        {**rules.common(allowed), **rule, **_of(fields, allowed)} for rule in rules.rules(allowed)
    ]
    properties: Section = {"name": fields.name, **given(description=fields.description, rules=made)}
    return Part(
        name=label(fields.name, "security-group"),
        summary=f"Security group {fields.name}",
        parameters={},
        resources={
            "security_group": {"type": "OS::Neutron::SecurityGroup", "properties": properties}
        },
        outputs={"security_group_id": output("Id of the security group", "security_group")},
        makes=(
            Made(sort="security_group", name=fields.name, value=Resource(name="security_group")),
        ),
    )


def _of(fields: Fields, allowed: Allowed) -> Section:
    """Heat takes a rule of another group without its id for one of the group itself."""
    if not allowed.remote_group:
        return {}
    other = {"remote_group_id": rules.group(allowed)}
    return {
        "remote_mode": "remote_group_id",
        **(other if fields.name != allowed.remote_group else {}),
    }
