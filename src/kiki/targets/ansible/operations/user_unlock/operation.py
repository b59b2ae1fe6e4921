"""Let users log in again whose accounts have expired.

Called by ``understand`` (fields) and ``compose`` (tasks). Passwords, keys and files are
as they were.
"""

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible.accounts import expiry_tasks
from kiki.targets.ansible.fields import UserNames
from kiki.targets.ansible.tasks import Task

RISK: Risk = "medium"


class Fields(Record, frozen=True):
    """*names* of users that are there."""

    names: UserNames


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """Looks for the users, and one task."""
    return expiry_tasks(fields.names, ensured, locked=False)
