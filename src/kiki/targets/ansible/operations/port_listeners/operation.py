"""Show which process listens on a port.

Called by ``understand`` (fields) and ``compose`` (tasks). Nothing on a host changes. It is what
ss(8) says of the sockets that listen, of TCP and of UDP; the names of processes need root.
"""

from typing import Annotated

from msgspec import Meta

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible.collecting import answer_task, lines_of, program_asked
from kiki.targets.ansible.tasks import Task

RISK: Risk = "low"
NAME = "port_listeners"


class Fields(Record, frozen=True):
    """The *port* whose listeners are shown."""

    port: Annotated[int, Meta(ge=1, le=65_535)]


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """The task that asks for the sockets, and the one that hands on what it says."""
    asked = ["ss", "-H", "-l", "-n", "-t", "-u", "-p", f"sport = :{fields.port}"]
    found = {"sockets": lines_of("sockets")}
    return (
        program_asked(f"the listeners on port {fields.port}", "sockets", asked),
        answer_task("Answer with the listeners", f"ansible.{NAME}", fields, found),
    )
