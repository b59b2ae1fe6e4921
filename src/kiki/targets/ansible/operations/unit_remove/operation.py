"""Stop, disable and remove a service of systemd whose unit is in /etc/systemd/system.

Called by ``understand`` (fields) and ``compose`` (tasks). Units that packages bring are elsewhere
and stay.
"""

from msgspec.structs import replace

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible.fields import UnitName
from kiki.targets.ansible.files import reloading, removal_task
from kiki.targets.ansible.tasks import Reverse, Task
from kiki.targets.ansible.units import path_of

RISK: Risk = "high"

_BACK = Reverse(kind="compensating", reason="ansible.undo_unit_stopped")


class Fields(Record, frozen=True):
    """*name* without its ending."""

    name: UnitName


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """Stop and disable it where it is, remove the file, and systemd reads its units."""
    path = path_of(fields.name)
    removed = removal_task(path, "Remove")
    return (
        Task(
            name=f"Stop and disable {fields.name}",
            module="ansible.builtin.systemd_service",
            args={"name": f"{fields.name}.service", "state": "stopped", "enabled": False},
            verb="update",
            items=((fields.name, fields.name),),
            needs=(f"unit:{fields.name}",),
            gone="Could not find the requested service",
            reverses=(_BACK,),
        ),
        replace(removed, breaks=removed.breaks | {f"unit:{fields.name}"}),
        *reloading(path),
    )
