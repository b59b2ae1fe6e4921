"""Let ports through the host's firewall.

Called by ``understand`` (fields) and ``compose`` (tasks). No firewall is
ever switched on by this: see docs/operations/ansible/firewall_open.md.
"""

from msgspec.structs import replace

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible import firewall, packages
from kiki.targets.ansible.fields import NetworkSource, Ports, check_ports, check_sources
from kiki.targets.ansible.tasks import Reverse, Task

RISK: Risk = "medium"

# Other rules may have been made with it since, and closing a port needs it.
_STAYS = Reverse(kind="compensating", reason="ansible.undo_tool_stays")


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
    """Rules in both families, after the tool that holds them on Debian."""
    installed = packages.install(("ufw",), ensured, ("Debian",))
    tool = [replace(task, reverses=(_STAYS,)) for task in installed]
    if not fields.sources:
        return (*tool, *firewall.rules(fields.ports, opened=True))
    closed = firewall.not_for_everybody(fields.ports)
    return (*tool, *closed, *firewall.rules_for(fields.ports, fields.sources, opened=True))
