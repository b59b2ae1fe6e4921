"""Make a logical volume of LVM larger, and the mounted file system on it with it.

Called by ``understand`` (fields) and ``compose`` (tasks). It is "to" a size, never "by" one, so
that a second run changes nothing. See ``volumes`` for what the play looks at first.
"""

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible import packages, volumes
from kiki.targets.ansible.fields import DiskSize, LogicalVolume, VolumeGroup
from kiki.targets.ansible.tasks import Before, Reverse, Task

RISK: Risk = "high"


class Fields(Record, frozen=True):
    """*size*, such as ``20Gi`` (of 1024 bytes), is what the volume *name* of *group* then has."""

    name: LogicalVolume
    group: VolumeGroup
    size: DiskSize


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """The looks, the volume with its file system, and whether it has the size."""
    group, name, size = fields.group, fields.name, fields.size
    return (
        *packages.install(volumes.TOOLS, ensured),
        *volumes.extendable(group, name, size),
        _larger(group, name, size),
        volumes.has_size(group, name, size),
    )


def _larger(group: str, name: str, size: str) -> Task:
    which = f"{group}/{name}"
    look = volumes.size_look(group, name, "", title=f"Look at {which} before it changes")
    args = {"vg": group, "lv": name, "size": volumes.for_lvm(size)}
    return Task(
        name=f"Make {which} {size} large",
        module="community.general.lvol",
        args={**args, "resizefs": True, "shrink": False},
        verb="update",
        items=((name, name),),
        needs=("package:lvm2", f"volume:{which}"),
        when=(volumes.smaller(size),),
        before=Before(looks=(look,), read=volumes.was_of_size, after={"size": size}),
        reverses=(Reverse(kind="impossible", reason="ansible.undo_extended"),),
        writes=(),
    )
