"""Fetch images that are not there.

Called by ``understand`` (fields) and ``compose`` (tasks). A tag that has moved in its registry is
not fetched again.
"""

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible.tasks import Task
from kiki.targets.podman.fields import Images
from kiki.targets.podman.images import pulled

RISK: Risk = "low"


class Fields(Record, frozen=True):
    """*images* by their names."""

    images: Images


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """For each the fetching."""
    return tuple(task for image in fields.images for task in pulled(image, ensured))
