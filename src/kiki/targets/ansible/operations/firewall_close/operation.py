"""Take back what lets ports through the host's firewall.

Called by ``understand`` (fields) and ``compose`` (tasks).
"""

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible import firewall
from kiki.targets.ansible.fields import NetworkSource, Ports, check_ports, check_sources
from kiki.targets.ansible.tasks import Task

RISK: Risk = "high"


class Fields(Record, frozen=True):
    """*ports* such as ``80/tcp`` or ``8000-8100/udp``; *sources*, such as ``10.0.0.0/24``: only for
    who comes from there, and from anywhere without."""

    ports: Ports
    sources: tuple[NetworkSource, ...] = ()

    def __post_init__(self) -> None:
        """ValueError for a range that ends before it starts, and for what is no network."""
        check_ports(self.ports)
        check_sources(self.sources)


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """Rules in both families."""
    if fields.sources:
        return firewall.rules_for(fields.ports, fields.sources, opened=False)
    return firewall.rules(fields.ports, opened=False)
