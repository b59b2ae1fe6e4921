"""List the things of a sort that a cloud has: servers, images, networks, stacks, users.

Called through the registry by ``understand`` (fields), ``openstack.render`` (the command) and
``openstack.answers`` (what the cloud is asked).
"""

from typing import Any, Literal

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.openstack.asking import Listed, called, client

State = Literal["", "ERROR", "ACTIVE", "SHUTOFF", "FAILED"]


class Fields(Record, frozen=True):
    """*everywhere*: in all projects, which administrators may see; *state*: only those in whose
    status the word is."""

    resource: Listed
    everywhere: bool = False
    state: State = ""


def risk(fields: Fields) -> Risk:
    """Nothing changes."""
    return "low"


def command(fields: Fields) -> str:
    """The same with OpenStack's client."""
    everywhere = fields.everywhere and fields.resource in ("servers", "volumes", "stacks")
    line = client(f"{called(fields.resource)} list", "--all-projects" if everywhere else "")
    return f"{line} | grep {fields.state}" if fields.state else line


def ask(fields: Fields) -> dict[str, Any]:
    """What the cloud is asked."""
    return {"ask": "listed", "resource": fields.resource, "everywhere": fields.everywhere,
            "state": fields.state}  # fmt: skip
