"""Show the last lines of the journal of services.

Called by ``understand`` (fields) and ``compose`` (tasks). Nothing on a host changes. It is what
journald keeps of their units (journalctl(1)), under the names of both families, as a host has one
of them; what a service writes to files of its own is not there.
"""

from typing import Annotated

from msgspec import Meta

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible.collecting import answer_task, lines_of, program_asked
from kiki.targets.ansible.fields import ServiceNames
from kiki.targets.ansible.operations.service_status.operation import native
from kiki.targets.ansible.tasks import Task

RISK: Risk = "medium"  # what a program writes to its log may be meant for few
NAME = "service_logs"
_UNITS = {"s": "sec", "m": "min", "h": "hour"}


class Fields(Record, frozen=True):
    """*names* of services or of the packages that bring them; the last *lines* of each host, of
    the time *since* (``30s``, ``10m``, ``2h``), or of any."""

    names: ServiceNames
    lines: Annotated[int, Meta(ge=1, le=10_000)] = 100
    since: Annotated[str, Meta(pattern=r"\A(?:[1-9][0-9]{0,5}[smh])?\Z")] = ""


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """The task that asks the journal, and the one that hands on what it says."""
    asked = ["journalctl", "--no-pager", "--quiet", "--output=short-iso", f"--lines={fields.lines}"]
    units = [f"--unit={name}" for name in native(fields.names)]
    return (
        program_asked("the journal", "journal", [*asked, *_since(fields.since), *units]),
        answer_task(
            "Answer with the journal", f"ansible.{NAME}", fields, {"journal": lines_of("journal")}
        ),
    )


def _since(since: str) -> list[str]:
    """The time in journalctl's own words (systemd.time(7)): ``-10min``."""
    return [f"--since=-{since[:-1]}{_UNITS[since[-1]]}"] if since else []
