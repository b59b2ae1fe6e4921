"""Stop, disable and remove a timer of systemd and what it runs.

Called by ``understand`` (fields) and ``compose`` (tasks). Only units in /etc/systemd/system go, as
``timer_add`` writes them; those that packages bring are elsewhere and stay.
"""

from msgspec.structs import replace

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible import services
from kiki.targets.ansible.fields import TimerName
from kiki.targets.ansible.files import removal_task, units_read
from kiki.targets.ansible.tasks import Task
from kiki.targets.ansible.timers import name_of
from kiki.targets.ansible.units import path_of

RISK: Risk = "high"


class Fields(Record, frozen=True):
    """The *name* of the timer without its ending, or the command that ``timer_add`` was given; it
    begins with a slash."""

    name: TimerName


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """Stop and disable the timer, remove both files, and systemd reads its units."""
    command = fields.name if fields.name.startswith("/") else ""
    name = name_of("" if command else fields.name, command)
    unit = (f"{name}.timer",)
    paths = tuple(path_of(name, sort) for sort in ("timer", "service"))
    removed = tuple(removal_task(path, "Remove") for path in paths)
    return (
        *services.bring("stop", unit, ensured),
        *services.bring("disable", unit, ensured),
        *(replace(each, breaks=each.breaks | {f"unit:{name}"}) for each in removed),
        replace(units_read(paths[0]), follows=tuple(f"path:{path}" for path in paths)),
    )
