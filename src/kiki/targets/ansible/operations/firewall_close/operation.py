"""Take back what lets ports through the host's firewall.

Called by ``understand`` (fields) and ``compose`` (tasks).
"""

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible import firewall
from kiki.targets.ansible.fields import Ports, check_ports
from kiki.targets.ansible.tasks import Task

RISK: Risk = "high"


class Fields(Record, frozen=True):
    """*ports* such as ``80/tcp`` or ``8000-8100/udp``."""

    ports: Ports

    def __post_init__(self) -> None:
        """ValueError for a range that ends before it starts."""
        check_ports(self.ports)


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """Rules in both families."""
    return firewall.rules(fields.ports, opened=False)
