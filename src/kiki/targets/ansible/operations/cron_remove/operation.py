"""Take a job out of a user's crontab.

Called by ``understand`` (fields) and ``compose`` (tasks). Only jobs that stand under a name are
found, as ``cron_add`` and Ansible write them; lines that somebody typed are left alone.
"""

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible.cron import before, name_of
from kiki.targets.ansible.fields import CronName, OptionalLine, UserName
from kiki.targets.ansible.tasks import Reverse, Task

RISK: Risk = "high"


class Fields(Record, frozen=True):
    """The *name* of the job, or the command by which ``cron_add`` named it."""

    name: CronName = ""
    job: OptionalLine = ""
    user: UserName = "root"

    def __post_init__(self) -> None:
        """ValueError when nothing says which job."""
        if bool(self.name) == bool(self.job):
            raise ValueError("either the name of the job or its command has to be said")


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """One task."""
    name = name_of(fields.name, fields.job, fields.user)
    mine = {"name": name, "user": fields.user}
    back = Reverse(kind="exact", operation="cron_add", fields=mine, before=("schedule", "job"))
    return (
        Task(
            name=f"Unschedule {name} of {fields.user}",
            module="ansible.builtin.cron",
            args={"name": name, "user": fields.user, "state": "absent"},
            verb="delete",
            items=((name, name),),
            needs=("package:cronie", "package:cron", "package:*"),
            before=before(name, fields.user),
            reverses=(back,),
        ),
    )
