"""Show the last lines that a server wrote to its console.

Called as the other operations that read, see ``things_list``.
"""

from typing import Any

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.openstack.asking import Lines, ThingName, client


class Fields(Record, frozen=True):
    """*name* is the server's name or id; *lines* is how many of the last ones."""

    name: ThingName
    lines: Lines = 100


def risk(fields: Fields) -> Risk:
    """Nothing changes."""
    return "low"


def command(fields: Fields) -> str:
    """The same with OpenStack's client."""
    return client(f"console log show --lines {fields.lines}", fields.name)


def ask(fields: Fields) -> dict[str, Any]:
    """What the cloud is asked."""
    return {"ask": "console", "name": fields.name, "lines": fields.lines}
