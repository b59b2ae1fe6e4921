"""Show how much a project may have, and how much of it is used.

Called as the other operations that read, see ``things_list``.
"""

from typing import Any

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.openstack.asking import OptionalThingName, client


class Fields(Record, frozen=True):
    """Of the login's own project without *project*."""

    project: OptionalThingName = ""


def risk(fields: Fields) -> Risk:
    """Nothing changes."""
    return "low"


def command(fields: Fields) -> str:
    """The same with OpenStack's client."""
    return client("quota show --usage", fields.project)


def ask(fields: Fields) -> dict[str, Any]:
    """What the cloud is asked."""
    return {"ask": "quota", "project": fields.project}
