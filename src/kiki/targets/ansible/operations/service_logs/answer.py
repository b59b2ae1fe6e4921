"""The journal of services: an excerpt for each host.

Called by ``targets.ansible.answers``. A host without a line says nothing, which is told by the
number of its lines.
"""

from kiki.model.answer import Answer, Column, Excerpt, Table
from kiki.targets.ansible.answers import Heard
from kiki.targets.ansible.health import lines_under
from kiki.targets.ansible.operations.service_logs.operation import NAME, Fields

_COLUMNS = ("host", "lines")


def answer(fields: Fields, heard: Heard) -> Answer:
    """How many lines each host has, and the lines; as JSON, the lines by host."""
    found = {
        host: tuple(map(heard.masked, lines_under(said, "journal")))
        for host, said in heard.found(f"ansible.{NAME}", fields).items()
    }
    rows = tuple((host, str(len(lines))) for host, lines in found.items())
    excerpts = tuple(Excerpt(title=host, lines=lines) for host, lines in found.items() if lines)
    columns = tuple(Column(name=name) for name in _COLUMNS)
    data = {host: list(lines) for host, lines in found.items()}
    return Answer(tables=(Table(columns=columns, rows=rows),), excerpts=excerpts, data=data)
