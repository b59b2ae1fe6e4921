"""Make a volume group of LVM of empty disks, or give one that is there further empty disks.

Called by ``understand`` (fields) and ``compose`` (tasks). See ``disks`` for what the play looks at
first. No disk is ever taken out of a group, and nothing is forced.
"""

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible import disks, packages, volumes
from kiki.targets.ansible.fields import Disks, VolumeGroup
from kiki.targets.ansible.tasks import Before, Found, Reverse, Task, Was, listing

RISK: Risk = "high"


class Fields(Record, frozen=True):
    """*devices*, such as ``/dev/sdb``, are all the disks that the group *name* then has."""

    name: VolumeGroup
    devices: Disks


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """LVM's programs, the looks, the group, and whether each disk is in it."""
    devices = tuple(dict.fromkeys(fields.devices))
    return (
        *packages.install(volumes.TOOLS, ensured),
        *disks.checks(devices, fields.name),
        _group(fields.name, devices),
        *(volumes.in_group(device, fields.name) for device in devices),
    )


def _group(name: str, devices: tuple[str, ...]) -> Task:
    look = disks.members(name, title=f"Look which disks {name} has before it changes")
    return Task(
        name=f"Make the volume group {name} of {listing(devices)}",
        module="community.general.lvg",
        args={"vg": name, "pvs": list(devices), "remove_extra_pvs": False},
        verb="create",
        items=((name, name),),
        ensures=frozenset((f"vg:{name}",)),
        needs=("package:lvm2",),
        before=Before(looks=(look,), read=_was, after={"devices": list(devices)}),
        reverses=(Reverse(kind="impossible", reason="ansible.undo_group_stays"),),
        writes=(),  # what is in /dev is a disk, and no file; policy judges disks by themselves
    )


def _was(found: tuple[Found, ...]) -> Was:
    devices = str(found[0].kept.get("stdout", "")).split()
    return Was(values={"devices": devices}, verb="update") if devices else Was(verb="create")
