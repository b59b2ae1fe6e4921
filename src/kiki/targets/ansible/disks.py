"""Looks at disks before LVM takes them: what stops a host before anything is written to one.

Called by ``volume_group_create``. Ansible's module runs ``pvcreate -f`` on every device, which
wipes what is there without a question (docs/decisions/0021-lvm.md), so that a disk has to be
without any signature, mount, swap and holder, or be a disk of that very group already. Raw data
without a signature is seen by none of these programs. Every look only reads; where one does not
work, the answer is no. Sources: lsblk(8), wipefs(8), blkid(8), pvs(8).
"""

from kiki.targets.ansible.files import asking, looking, stopping
from kiki.targets.ansible.tasks import FOUND, SEEN, Task

_TREE, _SIGNED, _PROBED = f"{SEEN}tree", f"{SEEN}signed", f"{SEEN}probed"
_MEMBER, _REAL, _GROUP = f"{SEEN}member", f"{SEEN}real", f"{SEEN}group"
_NOTHING_FOUND = 2  # what blkid -p ends with


def checks(devices: tuple[str, ...], group: str) -> tuple[Task, ...]:
    """Tasks that stop a host unless all *devices* may become, or are, disks of *group*, and it has
    no others."""
    each = tuple(task for device in devices for task in _device(device, group))
    return (*each, *_whole(devices, group))


def members(group: str, into: str = _GROUP, title: str = "") -> Task:
    """A look at the disks that *group* has; none where there is no such group."""
    argv = ["pvs", "--noheadings", "--options", "pv_name", "--select", f"vg_name={group}"]
    return asking(title or f"Look which disks {group} has", {"argv": argv}, into)


def membership(device: str) -> list[str]:
    """The command that tells in which group *device* is."""
    return ["pvs", "--noheadings", "--options", "vg_name", device]


def _device(device: str, group: str) -> tuple[Task, ...]:
    tree = ["lsblk", "--json", "--output", "NAME,TYPE,MOUNTPOINT", device]
    signed = ["wipefs", "--no-act", "--parsable", device]
    return (
        asking(f"Look what uses {device}", {"argv": tree}, _TREE),
        asking(f"Look for signatures on {device}", {"argv": signed}, _SIGNED),
        asking(f"Look what {device} begins with", {"argv": ["blkid", "-p", device]}, _PROBED),
        asking(f"Look in which group {device} is", {"argv": membership(device)}, _MEMBER),
        *_stops(device, group),
    )


def _stops(device: str, group: str) -> tuple[Task, ...]:
    found = f"({_TREE}.stdout | default('{{}}', true) | from_json).blockdevices | default([])"
    mine = f"{_MEMBER}.rc == 0 and {_MEMBER}.stdout | trim == '{group}'"
    mounted = f"{found}\n| map(attribute='mountpoint') | select | list | length == 0"
    held = f"{found}\n| selectattr('children', 'defined') | list | length == 0"
    empty = f"({_SIGNED}.rc == 0 and {_SIGNED}.stdout | trim == '')"
    unsigned = f"({mine}) or\n({empty} and {_PROBED}.rc == {_NOTHING_FOUND})"
    return (
        stopping(f"Check that {device} is a disk", f"{_TREE}.rc == 0", f"{device} is no disk"),
        stopping(
            f"Check that {device} is not mounted", mounted, f"{device} is mounted, or is swap"
        ),
        stopping(
            f"Check that nothing is on {device}",
            f"({mine}) or\n{held}",
            f"{device} has partitions, or something else uses it, see lsblk {device}",
        ),
        stopping(
            f"Check that {device} is empty",
            unsigned,
            f"{device} has a signature that is not of {group}, and is left as it is,"
            f" see wipefs --no-act {device}",
        ),
    )


def _whole(devices: tuple[str, ...], group: str) -> tuple[Task, ...]:
    """The group has none but these disks, no two of them are one, and its name is free."""
    real = {"argv": ["readlink", "--canonicalize-existing", "--", *devices]}
    others = f"{_GROUP}.stdout_lines | default([]) | map('trim')"
    same = [f"{_REAL}.rc == 0", f"{_REAL}.stdout_lines | unique | length == {len(devices)}"]
    # Without lvm2, which check mode does not install, there is no group.
    told = f"{_GROUP}.rc == 0 or ansible_check_mode"
    only = [told, f"{others}\n| difference({_REAL}.stdout_lines) | length == 0"]
    free = f"not {FOUND}.stat.exists or\n({FOUND}.stat.isdir and\n{others} | list | length > 0)"
    return (
        members(group),
        asking(f"Look where the disks of {group} lead", real, _REAL),
        stopping(f"Check that the disks of {group} are different ones", same, "Two are one disk"),
        stopping(
            f"Check that {group} has no other disks",
            only,
            f"{group} is there with other disks, see vgs {group}",
        ),
        looking(f"/dev/{group}"),
        stopping(f"Check that the name {group} is free", free, f"/dev/{group} is something else"),
    )
