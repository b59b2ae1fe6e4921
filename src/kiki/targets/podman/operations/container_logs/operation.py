"""Show the last lines that a container has written.

Called by ``understand`` (fields) and ``compose`` (tasks). It only reads.
"""

from typing import Annotated

from msgspec import Meta

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible.tasks import Task
from kiki.targets.podman.fields import Name
from kiki.targets.podman.listing import asked

RISK: Risk = "low"


class Fields(Record, frozen=True):
    """*name* of the container, and how many *lines*."""

    name: Name
    lines: Annotated[int, Meta(ge=1, le=10_000)] = 100


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """What ``podman logs`` says of both of its outputs."""
    words = ["logs", f"--tail={fields.lines}", fields.name]
    return asked(f"the log of {fields.name}", "log", "container_logs", fields, words)
