"""Have services read their configuration again without a stop.

Called by ``understand`` (fields) and ``compose`` (tasks). A service that is stopped is
started; one that can't reload is an error of the run.
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
    return services.bring("reload", fields.names, ensured)
