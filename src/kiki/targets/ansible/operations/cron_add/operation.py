"""Have cron run a command at certain times.

Called by ``understand`` (fields) and ``compose`` (tasks). The job stands in its user's crontab
under a name: see ``cron``. A job of that name that is there is changed.
"""

from typing import Any

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible.accounts import account_checks
from kiki.targets.ansible.cron import before, name_of, times_of
from kiki.targets.ansible.fields import CronName, Line, Schedule, UserName
from kiki.targets.ansible.tasks import Reverse, Task, Variable, literal

RISK: Risk = "high"


class Fields(Record, frozen=True):
    """*job* is a command of one line, run by *user*'s shell at *schedule*: five fields of
    crontab(5), or ``@daily`` and the like. Without a *name* it has one of its own."""

    job: Line
    schedule: Schedule
    user: UserName = "root"
    name: CronName = ""

    def __post_init__(self) -> None:
        """ValueError for times that there are not."""
        times_of(self.schedule)
        self.job.encode()


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """See that the user is there, and write the job."""
    name = name_of(fields.name, fields.job, fields.user)
    # crontab(5): an unescaped percent sign ends the command
    job = fields.job.replace("\\%", "%").replace("%", "\\%")
    wanted = Variable(name="cron_job", value=literal(job), about=f"Command of {name}")
    args: dict[str, Any] = {"name": name, "user": fields.user, "job": wanted}
    mine = {"name": name, "user": fields.user}
    gone = Reverse(kind="exact", operation="cron_remove", fields=mine, only=("create",))
    again = Reverse(
        kind="exact",
        operation="cron_add",
        fields=mine,
        only=("update",),
        before=("schedule", "job"),
    )
    return (
        *account_checks("user", (fields.user,), ensured),
        Task(
            name=f"Schedule {name} of {fields.user}",
            module="ansible.builtin.cron",
            args=args | times_of(fields.schedule),
            verb="update",
            items=((name, name),),
            needs=(f"user:{fields.user}", "package:cronie", "package:cron", "package:*"),
            before=before(name, fields.user),
            reverses=(gone, again),
        ),
    )
