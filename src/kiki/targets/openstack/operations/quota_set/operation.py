"""Set how much a project may have. Only administrators may.

Called through the registry by ``understand`` (fields) and ``openstack.render`` (the part of the
template). Each service has a quota of its own; what is not said is left as it is. When the stack is
deleted, Heat sets the service's quota back to the cloud's default.
"""

from kiki.model.plan import Risk
from kiki.model.profile import Profile
from kiki.model.records import Record
from kiki.targets.openstack.fields import UNSAID, CatalogueName, UnsaidLimit
from kiki.targets.openstack.sizes import OptionalMemory, check_memory, megabytes
from kiki.targets.openstack.template import Named, Part, Section, label

# Each field and what the service that keeps it calls it
_SERVICES = {
    "OS::Nova::Quota": {
        "cores": "cores", "ram": "ram", "instances": "instances", "key_pairs": "key_pairs",
        "server_groups": "server_groups",
    },
    "OS::Neutron::Quota": {
        "networks": "network", "subnets": "subnet", "routers": "router", "ports": "port",
        "floating_ips": "floatingip", "security_groups": "security_group",
        "security_group_rules": "security_group_rule",
    },
    "OS::Cinder::Quota": {
        "volumes": "volumes", "gigabytes": "gigabytes", "snapshots": "snapshots",
    },
}  # fmt: skip


class Fields(Record, frozen=True):
    """*ram* as ``51200M`` or ``50G``, *gigabytes* of all volumes together; -1 is: without limit."""

    project: CatalogueName
    cores: UnsaidLimit = UNSAID
    ram: OptionalMemory = ""
    instances: UnsaidLimit = UNSAID
    key_pairs: UnsaidLimit = UNSAID
    server_groups: UnsaidLimit = UNSAID
    networks: UnsaidLimit = UNSAID
    subnets: UnsaidLimit = UNSAID
    routers: UnsaidLimit = UNSAID
    ports: UnsaidLimit = UNSAID
    floating_ips: UnsaidLimit = UNSAID
    security_groups: UnsaidLimit = UNSAID
    security_group_rules: UnsaidLimit = UNSAID
    volumes: UnsaidLimit = UNSAID
    gigabytes: UnsaidLimit = UNSAID
    snapshots: UnsaidLimit = UNSAID

    def __post_init__(self) -> None:
        """ValueError for a quota of nothing, and for a part of a MiB."""
        check_memory(ram=self.ram)
        if not any(_limits(self, names) for names in _SERVICES.values()):
            raise ValueError("how much of what - at `$.limits`")


def _limits(fields: Fields, names: dict[str, str]) -> Section:
    said = {known: getattr(fields, name) for name, known in names.items()}
    made = {known: value for known, value in said.items() if value not in (UNSAID, "")}
    return {**made, "ram": megabytes(made["ram"])} if "ram" in made else made


def risk(fields: Fields) -> Risk:
    """A project may take more, or can't make anything any more."""
    return "medium"


def part(fields: Fields, profile: Profile) -> Part:
    """The quota of each service that something is said for."""
    about = "Project whose quota it is"
    project = Named(sort="project", name=fields.project, parameter="project", about=about)
    made = {kind: _limits(fields, names) for kind, names in _SERVICES.items()}
    resources = {
        f"{kind.split('::')[1].lower()}_quota": {
            "type": kind, "properties": {"project": project, **limits},
        }
        for kind, limits in made.items() if limits
    }  # fmt: skip
    return Part(
        name=label(fields.project, "project"),
        summary=f"Quota of the project {fields.project}",
        parameters={},
        resources=resources,
        outputs={},
    )
