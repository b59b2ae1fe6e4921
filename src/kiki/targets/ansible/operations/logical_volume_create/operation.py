"""Make a logical volume of LVM, with a file system on it and mounted where that is wanted.

Called by ``understand`` (fields) and ``compose`` (tasks). See ``volumes`` and ``mounts`` for what
the play looks at first. A file system is only made on a volume that this very run made.
"""

from typing import Annotated, Literal

from msgspec import Meta

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible import mounts, packages, volumes
from kiki.targets.ansible.fields import (
    LogicalVolume,
    OptionalDiskSize,
    OptionalPath,
    VolumeGroup,
    without_slash,
)
from kiki.targets.ansible.tasks import Reverse, Task

RISK: Risk = "high"


class Fields(Record, frozen=True):
    """*size* is of 1024 bytes, as ``10Gi``; *share* is, instead, how many percent of what the group
    has left. Without an *fstype* the volume stays empty; with a *path* it is mounted there."""

    name: LogicalVolume
    group: VolumeGroup
    size: OptionalDiskSize
    share: Annotated[int, Meta(ge=0, le=100)] = 0
    fstype: Literal["", "xfs", "ext4"] = ""
    path: OptionalPath = ""

    def __post_init__(self) -> None:
        """ValueError for no size or two, for a mount of nothing, and for a path that fstab can't
        have as it is."""
        if bool(self.size) == bool(self.share):
            raise ValueError("say the size, or how many percent of what is left - at `$.size`")
        if self.path and not self.fstype:
            raise ValueError("what is mounted needs a file system: xfs or ext4 - at `$.fstype`")
        if not self.path.isascii() or any(char in self.path for char in " '\"\\#"):
            raise ValueError("the path of a mount has no spaces, quotes or other signs")


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """The programs, the looks, the volume, its file system, its mount, and whether they hold."""
    group, name, fstype = fields.group, fields.name, fields.fstype
    path, source = without_slash(fields.path), volumes.device_of(group, name)
    maker = (volumes.MAKERS[fstype],) if fstype else ()
    mounting = mounts.mounting(path, source, fstype, "") if path else ()
    return (
        *packages.install((*volumes.TOOLS, *maker), ensured),
        *volumes.looks(group, name),
        volumes.group_there(group),
        *volumes.new_or_same(group, name, fields.size, fstype),
        volumes.room_for_new(group, name, fields.size),
        *(volumes.mount_free(group, name, path) if path else ()),
        *(mounts.entry_checks(path, source, fstype, "") if path else ()),
        _volume(fields),
        *((_file_system(fields),) if fstype else ()),
        *mounting,
        volumes.has_size(group, name, fields.size),
        *((volumes.is_mounted(group, name, path),) if path else ()),
    )


def _volume(fields: Fields) -> Task:
    size = volumes.for_lvm(fields.size) if fields.size else f"{fields.share}%FREE"
    return Task(
        name=f"Make the logical volume {fields.name} in {fields.group}",
        module="community.general.lvol",
        args={"vg": fields.group, "lv": fields.name, "size": size, "shrink": False},
        verb="create",
        items=((fields.name, fields.name),),
        ensures=frozenset((f"volume:{fields.group}/{fields.name}",)),
        needs=("package:lvm2", f"vg:{fields.group}"),
        when=(volumes.absent(),),
        reverses=(Reverse(kind="impossible", reason="ansible.undo_volume_stays"),),
        writes=(),
    )


def _file_system(fields: Fields) -> Task:
    which = f"{fields.group}/{fields.name}"
    device = volumes.device_of(fields.group, fields.name)
    return Task(
        name=f"Make {fields.fstype} on {which}",
        module="community.general.filesystem",
        args={"dev": device, "fstype": fields.fstype},
        verb="create",
        items=((fields.name, fields.name),),
        needs=(f"volume:{which}", f"package:{volumes.MAKERS[fields.fstype]}"),
        when=(volumes.absent(),),
        reverses=(Reverse(kind="impossible", reason="ansible.undo_volume_stays"),),
        writes=(),
    )
