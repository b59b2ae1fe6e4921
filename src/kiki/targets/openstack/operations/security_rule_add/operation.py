"""Let more through in a security group that is there, or that the same message makes.

Called through the registry by ``understand`` (fields) and ``openstack.render`` (the part of the
template).
"""

from kiki.model.plan import Risk
from kiki.model.profile import Profile
from kiki.model.records import Record
from kiki.targets.openstack import rules
from kiki.targets.openstack.fields import CatalogueName, OptionalCatalogueName, PortSpec
from kiki.targets.openstack.rules import Allowed, Direction
from kiki.targets.openstack.template import Named, Part, Section, label


class Fields(Record, frozen=True):
    """*group* is the name or id of the security group; for the others see ``rules.Allowed``."""

    group: CatalogueName
    icmp: bool = False
    ports: tuple[PortSpec, ...] = ()
    everything: bool = False
    remote: str = ""
    remote_group: OptionalCatalogueName = ""
    direction: Direction = "ingress"

    def __post_init__(self) -> None:
        """ValueError for rules that can't be, and for none."""
        rules.check(rules.said(self))
        if not rules.rules(rules.said(self)):
            raise ValueError("what is let through - at `$.ports`")


def risk(fields: Fields) -> Risk:
    """Servers that are there can be reached by more at once."""
    return "medium"


def part(fields: Fields, profile: Profile) -> Part:
    """A resource for each rule: the group itself is not the template's."""
    allowed = rules.said(fields)
    made = rules.rules(allowed)
    return Part(
        name=label(f"{fields.group} {allowed.remote_group or allowed.remote}", "rules"),
        summary=f"Rules of the security group {fields.group}",
        parameters={},
        resources={f"rule{_name(rule)}": _rule(fields, allowed, rule) for rule in made},
        outputs={},
    )


def _name(rule: Section) -> str:
    parts = (rule.get("protocol", "any"), rule.get("port_range_min"))
    return "".join(f"_{part}" for part in parts if part)


def _rule(fields: Fields, allowed: Allowed, rule: Section) -> Section:
    about = "Security group that the rules are of"
    name = fields.group
    group = Named(sort="security_group", name=name, parameter="security_group", about=about)
    properties = {"security_group": group, **rules.common(allowed), **rule}
    if allowed.remote_group:
        properties["remote_group"] = group if allowed.remote_group == name else rules.group(allowed)
    return {"type": "OS::Neutron::SecurityGroupRule", "properties": properties}
