"""Make services unable to start, by hand or through others.

Called by ``understand`` (fields) and ``compose`` (tasks). What runs goes on running.
"""

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible import services
from kiki.targets.ansible.fields import ServiceNames
from kiki.targets.ansible.tasks import Task

RISK: Risk = "medium"


class Fields(Record, frozen=True):
    """*names* of services or of the packages that bring them."""

    names: ServiceNames


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """One task, or one for each family where they call a service differently."""
    return services.bring("mask", fields.names, ensured)
