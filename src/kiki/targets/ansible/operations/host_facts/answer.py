"""What hosts are, a row for each.

Called by ``targets.ansible.answers``.
"""

from kiki.model.answer import Answer, Column, Table
from kiki.targets.ansible import facts
from kiki.targets.ansible.answers import Heard
from kiki.targets.ansible.operations.host_facts.operation import Fields

_COLUMNS = ("host", "system", "kernel", "processor", "memory", "addresses", "uptime")
_WIDE = ("kernel", "processor")


def answer(fields: Fields, heard: Heard) -> Answer:
    """The facts as a table; as JSON, those of ``facts.of`` by host."""
    reports = {host: one for host, one in heard.reports.items() if isinstance(one, dict)}
    known = {host: facts.of(one.get("facts"), heard.masked) for host, one in reports.items()}
    rows = tuple(facts.row(host, one, heard.lang) for host, one in known.items())
    columns = tuple(Column(name=name, wide=name in _WIDE) for name in _COLUMNS)
    return Answer(tables=(Table(columns=columns, rows=rows),), data=known)
