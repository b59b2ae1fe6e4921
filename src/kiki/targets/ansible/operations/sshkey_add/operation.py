"""Let whoever holds an SSH key log in as a user.

Called by ``understand`` (fields) and ``compose`` (tasks). The user must be there; other keys stay.
"""

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible.accounts import account_checks
from kiki.targets.ansible.fields import SshKey, UserName
from kiki.targets.ansible.keys import key_task
from kiki.targets.ansible.tasks import Task

RISK: Risk = "medium"


class Fields(Record, frozen=True):
    """*key* is the line of a ``.pub`` file, or the https:// address of a list of them."""

    user: UserName
    key: SshKey


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """A look for the user, and the key."""
    checks = account_checks("user", (fields.user,), ensured)
    return (*checks, key_task(fields.user, fields.key, present=True))
