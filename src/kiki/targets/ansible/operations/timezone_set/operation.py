"""Set the time zone.

Called by ``understand`` (fields) and ``compose`` (tasks). Programs that run already keep the zone
that they started with until they are restarted.
"""

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible.fields import TimeZone
from kiki.targets.ansible.tasks import Reverse, Task
from kiki.targets.ansible.values import from_link

RISK: Risk = "low"


_ZONES = "/usr/share/zoneinfo/"


class Fields(Record, frozen=True):
    """*name* is a name of the tz database, such as ``Asia/Seoul``."""

    name: TimeZone


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """One task."""
    return (
        Task(
            name=f"Set the time zone to {fields.name}",
            module="community.general.timezone",
            args={"name": fields.name},
            verb="update",
            items=((fields.name, fields.name),),
            needs=("package:*",),
            before=from_link("/etc/localtime", "name", _zone, fields.name),
            reverses=(Reverse(kind="exact", operation="timezone_set", before=("name",)),),
        ),
    )


def _zone(path: str) -> str | None:
    """The zone whose file *path* is; None for a copy of one, and where there is none."""
    return path.removeprefix(_ZONES) if path.startswith(_ZONES) else None
