"""Take an SSH key from a user.

Called by ``understand`` (fields) and ``compose`` (tasks). Sessions that are open stay open.
"""

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible.fields import SshKey, UserName
from kiki.targets.ansible.keys import key_task
from kiki.targets.ansible.tasks import Task

RISK: Risk = "high"


class Fields(Record, frozen=True):
    """*key* is the line of a ``.pub`` file, or the https:// address of a list of them."""

    user: UserName
    key: SshKey


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """One task."""
    return (key_task(fields.user, fields.key, present=False),)
