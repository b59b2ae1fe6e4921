"""Look at services: whether they run and start with the host, since when, and why one does not.

Called by ``understand`` (fields) and ``compose`` (tasks). Nothing on a host changes. It is what
systemd says (systemctl(1) ``show``), of the names of both families, as a host has one of them.
"""

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible import names
from kiki.targets.ansible.collecting import answer_task, lines_of, program_asked
from kiki.targets.ansible.fields import ServiceNames
from kiki.targets.ansible.tasks import Task

RISK: Risk = "low"
NAME = "service_status"
LINES = 20
_ASKED = "Id,Names,LoadState,ActiveState,SubState,UnitFileState,Result,MainPID,StateChangeTimestamp"


class Fields(Record, frozen=True):
    """*names* of services or of the packages that bring them."""

    names: ServiceNames


def native(asked: tuple[str, ...]) -> tuple[str, ...]:
    """What *asked* are called in either family, each once."""
    several = (name for _, found in names.by_family("services", asked) for name in found)
    return tuple(dict.fromkeys(several))


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """The tasks that ask systemd and its journal, and the one that hands on what they say."""
    units = native(fields.names)
    states = ["systemctl", "show", "--no-pager", f"--property={_ASKED}", "--", *units]
    journal = ["journalctl", "--no-pager", "--quiet", "--output=short-iso", f"--lines={LINES}"]
    found = {"states": lines_of("states"), "journal": lines_of("journal")}
    return (
        program_asked("the services", "states", states),
        program_asked("their journal", "journal", [*journal, *(f"--unit={one}" for one in units)]),
        answer_task("Answer with the services", f"ansible.{NAME}", fields, found),
    )
