"""Stop, disable and remove a service of systemd whose unit is in /etc/systemd/system.

Called by ``understand`` (fields) and ``compose`` (tasks). Units that packages bring are elsewhere
and stay.
"""

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible.fields import UnitName
from kiki.targets.ansible.tasks import Reverse, Task
from kiki.targets.ansible.units import RELOAD, path_of

RISK: Risk = "high"

_GONE = (Reverse(kind="impossible", reason="ansible.undo_unit_gone"),)


class Fields(Record, frozen=True):
    """*name* without its ending."""

    name: UnitName


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """Stop and disable it where it is, remove the file, and systemd reads its units."""
    path = path_of(fields.name)
    return (
        Task(
            name=f"Stop and disable {fields.name}",
            module="ansible.builtin.systemd_service",
            args={"name": f"{fields.name}.service", "state": "stopped", "enabled": False},
            verb="update",
            items=((fields.name, fields.name),),
            needs=(f"unit:{fields.name}",),
            gone="Could not find the requested service",
            reverses=_GONE,
        ),
        Task(
            name=f"Remove {path}",
            module="ansible.builtin.file",
            args={"path": path, "state": "absent"},
            verb="delete",
            items=((path, path),),
            breaks=frozenset((f"path:{path}", f"unit:{fields.name}")),
            reverses=_GONE,
        ),
        RELOAD,
    )
