"""Who listens on a port: a row for each socket of each host.

Called by ``targets.ansible.answers``. A host on which nobody does has one row that says so by its
empty columns.
"""

import re

from kiki.model.answer import Answer, Column, Table
from kiki.targets.ansible.answers import Heard
from kiki.targets.ansible.health import lines_under
from kiki.targets.ansible.operations.port_listeners.operation import NAME, Fields

_COLUMNS = ("host", "protocol", "address", "process", "pid")
_SOCKET = re.compile(
    r"(?P<protocol>tcp|udp)\s+\S+\s+\d+\s+\d+\s+(?P<address>\S+)\s+\S+(?:\s+users:\((?P<users>.*)\))?"
)
_USER = re.compile(r'\("(?P<process>[^"]*)",pid=(?P<pid>\d+)')
Socket = dict[str, str]


def answer(fields: Fields, heard: Heard) -> Answer:
    """The table; as JSON, the sockets by host."""
    found = {
        host: _sockets(list(map(heard.masked, lines_under(said, "sockets"))))
        for host, said in heard.found(f"ansible.{NAME}", fields).items()
    }
    rows = (row for host, sockets in found.items() for row in _rows(host, sockets))
    columns = tuple(Column(name=name) for name in _COLUMNS)
    return Answer(tables=(Table(columns=columns, rows=tuple(rows)),), data=found)


def _sockets(lines: list[str]) -> list[Socket]:
    """What ss says of each socket; several processes that share one are one each."""
    found = []
    for line in lines:
        match = _SOCKET.match(line.strip())
        if match is None:
            continue
        users = [one.groupdict() for one in _USER.finditer(match["users"] or "")]
        for user in users or [{"process": "", "pid": ""}]:
            found.append({"protocol": match["protocol"], "address": match["address"], **user})
    return found


def _rows(host: str, sockets: list[Socket]) -> list[tuple[str, ...]]:
    rows = [(host, *(one[name] for name in _COLUMNS[1:])) for one in sockets]
    return rows or [(host, *("" for _ in _COLUMNS[1:]))]
