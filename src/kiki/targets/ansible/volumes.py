"""Logical volumes of LVM: looks that stop a host before anything is written, and what they ask.

Called by ``logical_volume_create`` and ``logical_volume_extend``. Sizes are LVM's, of 1024 bytes;
it rounds them up to whole extents, so that a volume is of a size when it is up to one extent
larger. ``lvchange`` would activate a volume in check mode, too, so that the module is called only
where something is to change. What was tried and read: docs/decisions/0021-lvm.md.
"""

import math
import re
from typing import Any

import msgspec

from kiki.targets.ansible.disks import membership
from kiki.targets.ansible.files import asking, stopping
from kiki.targets.ansible.tasks import FOUND, PLANNED, PROBE, SEEN, Found, Task, Was

TOOLS = ("lvm2",)
"""The package with LVM's programs, in both families."""

MAKERS = {"xfs": "xfsprogs", "ext4": "e2fsprogs"}
"""The package, in both families, that makes a file system and lets it grow."""

_VOLUME, _ROOM, _TYPE, _MOUNT = f"{SEEN}volume", f"{SEEN}room", f"{SEEN}type", f"{SEEN}mount"
_GOAL = f"{SEEN}goal"
_PLAIN = ["--noheadings", "--nosuffix", "--units", "b", "--separator", ";"]
_SIZE = re.compile(r"([0-9]+(?:\.[0-9]+)?)([kMGTP])i?")
_STEPS: dict[str, int] = {unit: 1 << 10 * power for power, unit in enumerate("kMGTP", 1)}
_SIZES = f"{_VOLUME}.stdout | default('0;0', true) | trim | split(';')"
# Only a list that could be read says that the volume is not in it: what is made then gets a file
# system. Check mode, which writes nothing, also meets groups that the play itself would make.
_ABSENT = (
    f"{_VOLUME}.stdout | default('') | trim == ''\nand ({_VOLUME}.rc == 0 or ansible_check_mode)"
)
GROWS = ("xfs", "ext4", "ext3")
"""File systems that grow while they are mounted."""


def in_bytes(size: str) -> int:
    """How many bytes ``10Gi`` or ``10G`` are; ValueError for another text or nothing at all."""
    match = _SIZE.fullmatch(size.replace("K", "k"))
    if match is None or float(match[1]) == 0:
        raise ValueError(f"{size} is no size, such as 512Mi or 10Gi")
    return math.ceil(float(match[1]) * _STEPS[match[2]])


def for_lvm(size: str) -> str:
    """*size* as LVM takes it: ``10g``."""
    return size.removesuffix("i").lower()


def device_of(group: str, name: str) -> str:
    """The link that udev makes to a volume."""
    return f"/dev/{group}/{name}"


def mapped(group: str, name: str) -> str:
    """The device that a volume is listed as where it is mounted: dashes are doubled there."""
    return f"/dev/mapper/{group.replace('-', '--')}-{name.replace('-', '--')}"


def looks(group: str, name: str) -> tuple[Task, ...]:
    """Looks at the volume, the room that its group has left, and what is on the volume."""
    room = ["vgs", *_PLAIN, "--options", "vg_free", group]
    kind = ["blkid", "-p", "-o", "value", "-s", "TYPE", device_of(group, name)]
    return (
        size_look(group, name, _VOLUME),
        asking(f"Look how much room {group} has", {"argv": room}, _ROOM),
        asking(f"Look what {group}/{name} begins with", {"argv": kind}, _TYPE),
    )


def size_look(group: str, name: str, into: str, title: str = "") -> Task:
    """A look at the size of a volume and of the extents of its group."""
    argv = ["lvs", *_PLAIN, "--options", "lv_size,vg_extent_size", "--select", f"lv_name={name}"]
    return asking(title or f"Look at {group}/{name}", {"argv": [*argv, group]}, into)


def reckoned(group: str, name: str, by: str) -> tuple[Task, ...]:
    """Looks at a volume, and at what it is to have when it grows *by* so much: more than what it
    had when that was approved, so that it grows once, however often it is run."""
    there = f"{PLANNED}[inventory_hostname]['{group}/{name}']"
    goal = f"{{{{ ({there}\n| default({_SIZES} | first, true) | int) + {in_bytes(by)} }}}}"
    reckoning = Task(
        name=f"Reckon how large {group}/{name} is to be",
        module="ansible.builtin.set_fact",
        args={_GOAL: goal},
        verb="none",
    )
    return size_look(group, name, _VOLUME, f"Look at {group}/{name} before it changes"), reckoning


def approved_before(group: str, name: str, by: str) -> Task:
    """Stops a run that nobody tells how large the volume was when it was approved."""
    which = f"{group}/{name}"
    test = f"ansible_check_mode\nor {PLANNED}[inventory_hostname]['{which}'] is defined"
    fail = f"{by} more than what? Kiki runs this with the size that was approved; else say a size"
    return stopping(f"Check that it is known how large {which} was", test, fail)


def as_reckoned() -> str:
    """The expression for the size, in bytes, that ``reckoned`` found."""
    return f"({_GOAL} | int)"


def told_size(before: dict[str, Any], which: str) -> tuple[str, int]:
    """What a run of the approved plan is told of the size that volume *which* had."""
    return which, in_bytes(str(before["size"]))


def was_and_grows(found: tuple[Found, ...]) -> Was:
    """The size that the volume had, and what it is to have."""
    was, facts = was_of_size(found), found[1].kept.get("ansible_facts") or {}
    goal = str(facts.get(_GOAL, ""))
    if was.unread or not goal.isdigit():
        return Was(unread=was.unread or "ansible.before_not_seen")
    return msgspec.structs.replace(was, after={"size": _said(int(goal))})


def was_of_size(found: tuple[Found, ...]) -> Was:
    """The size that the volume had, as ``in_bytes`` takes it."""
    size = str(found[0].kept.get("stdout", "")).strip().partition(";")[0]
    if not size.isdigit():
        return Was(unread="ansible.before_not_seen")
    return Was(values={"size": _said(int(size))}, verb="update")


def _said(size: int) -> str:
    """*size* in the largest unit in which it is a whole number."""
    whole = [unit for unit, step in _STEPS.items() if size and size % step == 0]
    return f"{size // _STEPS[whole[-1]]}{whole[-1]}i" if whole else str(size)


def group_there(group: str) -> Task:
    """Stops the host where the group is not there."""
    fail = f"There is no volume group {group}, see vgs"
    tests = [f"{_ROOM}.rc == 0", f"{_VOLUME}.rc == 0"]
    title = f"Check that there is a volume group {group}"
    return stopping(title, tests, fail, (f"vg:{group}",))


def new_or_same(group: str, name: str, size: str, fstype: str) -> tuple[Task, ...]:
    """Stops where a volume of that name is there with another size, or another file system than
    was asked for: it is never made anew and never resized by this."""
    sized = f"({_ABSENT}) or\n{_of_size(str(in_bytes(size)))}" if size else ""
    typed = f"({_ABSENT}) or\n{_TYPE}.stdout | trim == '{fstype}'" if fstype else ""
    other = f"{group}/{name} is there with another size: extend it, or choose another name"
    unlike = f"{group}/{name} is there without {fstype} on it, and is left as it is"
    stops = (
        (f"Check the size of {group}/{name} if it is there", sized, other),
        (f"Check what is on {group}/{name} if it is there", typed, unlike),
    )
    return tuple(stopping(title, test, fail) for title, test, fail in stops if test)


def room_for_new(group: str, name: str, size: str) -> Task:
    """Stops where the group has less room left than a new volume of *size* needs (empty: any)."""
    test = f"({_ABSENT} and\n{_room()} >= {in_bytes(size) if size else 1}) or {_there()}"
    fail = f"{group} has not enough room left for {name}, see vgs {group}"
    return stopping(f"Check the room of {group} for {name}", test, fail, (f"vg:{group}",))


def absent() -> str:
    """The condition that there was no such volume when it was looked."""
    return _ABSENT


def mount_free(group: str, name: str, path: str) -> tuple[Task, ...]:
    """Stops where something else is mounted on *path*."""
    args = {"argv": ["findmnt", "--noheadings", "--output", "SOURCE", "--mountpoint", path]}
    mounted = f"{_MOUNT}.stdout | default('') | trim"
    test = f"{mounted} in ['', '{mapped(group, name)}']"
    fail = f"Something else is mounted on {path}, see findmnt {path}"
    look = asking(f"Look what is mounted on {path}", args, _MOUNT)
    return look, stopping(f"Check that {path} is free for {group}/{name}", test, fail)


def extendable(group: str, name: str, wanted: str) -> tuple[Task, ...]:
    """Looks, and stops where the volume is not there, is larger than *wanted* bytes already, has no
    room to grow, or has no mounted file system that grows."""
    which, needs = f"{group}/{name}", (f"volume:{group}/{name}",)
    mounted = ["findmnt", "--noheadings", "--first-only", "--output", "FSTYPE", "--source"]
    args = {"argv": [*mounted, mapped(group, name)]}
    return (
        *looks(group, name)[:2],
        asking(f"Look how {which} is mounted", args, _MOUNT),
        *(
            stopping(f"Check that {which} {title}", test, fail, needs)
            for title, test, fail in _growing(group, which, wanted)
        ),
    )


def _growing(group: str, which: str, wanted: str) -> tuple[tuple[str, str, str], ...]:
    """What has to hold before a volume grows: its title, its test, and what is said without it."""
    return (
        ("is there", _there(), f"There is no logical volume {which}, see lvs"),
        (
            "is not larger already",
            f"{smaller(wanted)} or\n{_of_size(wanted)}",
            f"{which} is larger than that already, and is never made smaller",
        ),
        (
            "has room to grow",
            f"{_room()}\n+ {_size()} >= {wanted}",
            f"{group} has not enough room left, see vgs {group}",
        ),
        (
            "has a mounted file system that grows",
            f"{_MOUNT}.stdout | default('') | trim in {list(GROWS)}",
            f"{which} is not mounted with one of {', '.join(GROWS)}, see findmnt",
        ),
    )


def smaller(wanted: str) -> str:
    """The condition that the volume had fewer than *wanted* bytes when it was looked."""
    return f"{_size()} < {wanted}"


def in_group(device: str, group: str) -> Task:
    """Asks whether the disk is one of the group."""
    other = f"{FOUND}.stdout | default('') | trim != '{group}'"
    return _probe(f"{device} is a disk of {group}", membership(device), f"vg:{group}", other)


def has_size(group: str, name: str, size: str, wanted: str = "") -> Task:
    """Asks whether the volume is at least of *size* (empty: of *wanted* bytes, or, without those,
    whether it is there)."""
    argv = ["lvs", *_PLAIN, "--options", "lv_size", f"{group}/{name}"]
    least = str(in_bytes(size)) if size else wanted or "1"
    less = f"{FOUND}.stdout | default('0', true) | trim | int < {least}"
    title = f"{group}/{name} is there" + (f" with {size}" if size else "")
    return _probe(title, argv, f"volume:{group}/{name}", less)


def is_mounted(group: str, name: str, path: str) -> Task:
    """Asks whether the volume is what is mounted on *path*."""
    argv = ["findmnt", "--noheadings", "--output", "SOURCE", "--mountpoint", path]
    other = f"{FOUND}.stdout | default('') | trim != '{mapped(group, name)}'"
    return _probe(f"{group}/{name} is mounted on {path}", argv, f"volume:{group}/{name}", other)


def _probe(title: str, argv: list[str], needs: str, fails: str) -> Task:
    return Task(
        name=PROBE + title,
        module="ansible.builtin.command",
        args={"argv": argv},
        verb="none",
        probe=True,
        needs=(needs,),
        fails=(fails,),
    )


def _there() -> str:
    return f"{_VOLUME}.stdout | default('') | trim != ''"


def _size() -> str:
    return f"({_SIZES} | first | int)"


def _room() -> str:
    return f"({_ROOM}.stdout | default('0', true) | trim | int)"


def _of_size(wanted: str) -> str:
    """It has *wanted* bytes, rounded up to whole extents."""
    extent = f"({_SIZES} | last | int)"
    return f"0 <= {_size()} - {wanted}\n< {extent}"
