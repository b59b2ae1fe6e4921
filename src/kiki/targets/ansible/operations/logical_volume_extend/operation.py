"""Make a logical volume of LVM larger, and the mounted file system on it with it.

Called by ``understand`` (fields) and ``compose`` (tasks). "To" a size, a second run changes nothing
by itself. "By" so much, it is counted from the size that the approved plan shows, which the run is
told (``planned``). See ``volumes`` for what the play looks at first, docs/decisions/0021-lvm.md for
why.
"""

from functools import partial

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible import packages, volumes
from kiki.targets.ansible.fields import LogicalVolume, OptionalDiskSize, VolumeGroup
from kiki.targets.ansible.tasks import Before, Reverse, Task

RISK: Risk = "high"


class Fields(Record, frozen=True):
    """*size*, such as ``20Gi`` (of 1024 bytes), is what the volume *name* of *group* then has;
    or *by* is how much more than before."""

    name: LogicalVolume
    group: VolumeGroup
    size: OptionalDiskSize
    by: OptionalDiskSize = ""

    def __post_init__(self) -> None:
        """ValueError for no size or two."""
        if bool(self.size) == bool(self.by):
            raise ValueError("say how large it is to be, or by how much it grows - at `$.size`")


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """The looks, the volume with its file system, and whether it has the size."""
    group, name, size = fields.group, fields.name, fields.size
    return (
        *packages.install(volumes.TOOLS, ensured),
        *(_to(group, name, size) if size else (_by(group, name, fields.by),)),
        volumes.has_size(group, name, size, "" if size else volumes.as_reckoned()),
    )


def _to(group: str, name: str, size: str) -> tuple[Task, ...]:
    look = volumes.size_look(group, name, "", title=f"Look at {group}/{name} before it changes")
    before = Before(looks=(look,), read=volumes.was_of_size, after={"size": size})
    wanted, title = str(volumes.in_bytes(size)), f"Make {group}/{name} {size} large"
    larger = _larger(group, name, title, volumes.for_lvm(size), wanted, before)
    return *volumes.extendable(group, name, wanted), larger


def _by(group: str, name: str, by: str) -> Task:
    wanted = volumes.as_reckoned()
    before = Before(
        looks=volumes.reckoned(group, name, by),
        read=volumes.was_and_grows,
        then=(
            volumes.approved_before(group, name, by),
            *volumes.extendable(group, name, wanted)[1:],
        ),
        told=partial(volumes.told_size, which=f"{group}/{name}"),
    )
    title = f"Make {group}/{name} larger by {by}"
    return _larger(group, name, title, f"{{{{ {volumes.as_reckoned()} }}}}b", wanted, before)


def _larger(group: str, name: str, title: str, size: str, wanted: str, before: Before) -> Task:
    return Task(
        name=title,
        module="community.general.lvol",
        args={"vg": group, "lv": name, "size": size, "resizefs": True, "shrink": False},
        verb="update",
        items=((name, name),),
        needs=("package:lvm2", f"volume:{group}/{name}"),
        when=(volumes.smaller(wanted),),
        before=before,
        reverses=(Reverse(kind="impossible", reason="ansible.undo_extended"),),
        writes=(),
    )
