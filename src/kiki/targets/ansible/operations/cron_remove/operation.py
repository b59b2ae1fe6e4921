"""Take a job out of a user's crontab.

Called by ``understand`` (fields) and ``compose`` (tasks). Only jobs that stand under a name are
found, as ``cron_add`` and Ansible write them; lines that somebody typed are left alone.
"""

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible.cron import before, name_of
from kiki.targets.ansible.fields import CronJob, UserName
from kiki.targets.ansible.tasks import Reverse, Task

RISK: Risk = "high"


class Fields(Record, frozen=True):
    """The *name* of the job, or the command that ``cron_add`` was given; it begins with a slash."""

    name: CronJob
    user: UserName = "root"


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """One task."""
    command = fields.name if fields.name.startswith("/") else ""
    name = name_of("" if command else fields.name, command, fields.user)
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
