"""Let a user or a group run commands as root with sudo.

Called by ``understand`` (fields) and ``compose`` (tasks). One file in /etc/sudoers.d, which
``visudo`` has to accept before it is there.
"""

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible.fields import Owner, Program
from kiki.targets.ansible.sudoers import grants, which
from kiki.targets.ansible.tasks import Task

RISK: Risk = "high"


class Fields(Record, frozen=True):
    """Either *user* or *group*. *commands* are programs by their paths; all commands without any.
    *password*: sudo asks for the user's own password."""

    user: Owner = ""
    group: Owner = ""
    commands: tuple[Program, ...] = ()
    password: bool = True

    def __post_init__(self) -> None:
        """ValueError for both or none."""
        which(self.user, self.group)


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """Looks for the account and for sudo's folder, and the file."""
    sort, name = which(fields.user, fields.group)
    return grants(sort, name, fields.commands, ensured, password=fields.password)
