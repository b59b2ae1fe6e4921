"""Take back what ``sudo_grant`` let a user or a group do.

Called by ``understand`` (fields) and ``compose`` (tasks). Only our own file goes: what other files
or a membership in the administrators' group grant stays.
"""

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible.fields import Owner
from kiki.targets.ansible.sudoers import which, withdrawals
from kiki.targets.ansible.tasks import Task

RISK: Risk = "high"


class Fields(Record, frozen=True):
    """Either *user* or *group*."""

    user: Owner = ""
    group: Owner = ""

    def __post_init__(self) -> None:
        """ValueError for both or none."""
        which(self.user, self.group)


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """One task, or one for each family where they call the group differently."""
    sort, name = which(fields.user, fields.group)
    return withdrawals(sort, name)
