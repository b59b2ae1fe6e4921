"""Set the time zone.

Called by ``understand`` (fields) and ``compose`` (tasks). Programs that run already keep the zone
that they started with until they are restarted.
"""

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible.fields import TimeZone
from kiki.targets.ansible.tasks import Reverse, Task

RISK: Risk = "low"


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
            reverses=(Reverse(kind="impossible", reason="ansible.undo_value_unknown"),),
        ),
    )
