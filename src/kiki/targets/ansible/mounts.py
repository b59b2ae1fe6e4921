"""Tasks that mount file systems and write their entries in fstab.

Called by ``mount_add`` and ``logical_volume_create``. Ansible's module would change an entry that
is there for another device, and mount over it, as readily; and in check mode it promises a device
that is not there. So the play looks first. Two tasks, the entry and the mount, so that an undo
knows which of them was new.
"""

import re
from collections.abc import Callable

from kiki.targets.ansible import packages
from kiki.targets.ansible.files import looking, reading, stopping
from kiki.targets.ansible.tasks import BEFORE, FOUND, Before, Found, Reverse, Task, Was

_BY = {"UUID": "uuid", "LABEL": "label", "PARTUUID": "partuuid", "PARTLABEL": "partlabel"}
_FSTAB = "/etc/fstab"
_OPTS = 3  # where the options stand in an entry


def before(
    path: str, source: str, fstype: str, options: str, ensured: frozenset[str]
) -> tuple[Task, ...]:
    """Stop where the device is not there, or where fstab has another entry for *path*."""
    device = _device(source)
    tools = () if device else _tools(ensured)
    return (*_device_checks(device), *entry_checks(path, source, fstype, options), *tools)


def _tools(ensured: frozenset[str]) -> tuple[Task, ...]:
    """What mounts directories of servers; Debian has it in a package of its own."""
    redhat = packages.install(("nfs-utils",), ensured, ("RedHat",))
    return (*redhat, *packages.install(("nfs-common",), ensured, ("Debian",)))


def mounting(path: str, source: str, fstype: str, options: str) -> tuple[Task, ...]:
    """The entry, then the mount itself."""
    args = {"path": path, "src": source, "fstype": fstype, "opts": options_of(source, options)}
    gone = Reverse(kind="exact", operation="mount_remove", fields={"path": path})
    off = Reverse(kind="exact", operation="mount_remove", fields={"path": path, "entry": "keep"})
    entry = Task(
        name=f"Write the entry of {path}",
        module="ansible.posix.mount",
        args={**args, "state": "present"},
        verb="create",
        items=((path, path),),
        writes=(path, _FSTAB),
        reverses=(gone,),
    )
    mount = Task(
        name=f"Mount {path}",
        module="ansible.posix.mount",
        args={**args, "state": "mounted"},
        verb="create",
        items=((path, path),),
        reverses=(off,),
    )
    return entry, mount


def entry_before(path: str) -> Before:
    """A look at fstab: the entry of *path*, for ``mount_add`` to bring it back."""
    return Before(looks=(reading(_FSTAB, into=BEFORE),), read=_reader(path))


def _reader(path: str) -> Callable[[tuple[Found, ...]], Was]:
    def read(found: tuple[Found, ...]) -> Was:
        """``mount_add`` writes 0 for dump and the order of checks, so nothing else comes back."""
        text = found[0].kept.get("content")
        if not isinstance(text, str):
            return Was(unread="ansible.before_not_seen")
        entries = [line.split() for line in text.split("\n") if not line.lstrip().startswith("#")]
        mine = [entry for entry in entries if len(entry) > _OPTS and entry[1] == path]
        if len(mine) != 1 or set(mine[0][_OPTS + 1 :]) - {"0"}:
            return Was(unread="ansible.before_mount")
        source, _, fstype, options = mine[0][: _OPTS + 1]
        values = {"source": source, "fstype": fstype, "options": options.split(",")}
        return Was(values=values)

    return read


def options_of(source: str, options: str) -> str:
    """*options*, or those with which a host boots without *source*, too."""
    return options or ("defaults,nofail" if _device(source) else "defaults,nofail,_netdev")


def _device(source: str) -> str:
    """The path of the device on the host; empty for a server's directory."""
    if source.startswith("/"):
        return source
    name, _, value = source.partition("=")
    return f"/dev/disk/by-{_BY[name]}/{value}" if name in _BY else ""


def _device_checks(device: str) -> tuple[Task, ...]:
    if not device:
        return ()
    test, fail = f"{FOUND}.stat.isblk | default(false)", f"{device} is not there"
    stop = stopping(f"Check that {device} is a device", test, fail)
    return looking(device, follow=True), stop


def entry_checks(path: str, source: str, fstype: str, options: str) -> tuple[Task, ...]:
    """What fstab says of *path* may only be what is to be said."""
    place = re.sub(r"[^A-Za-z0-9/_-]", r"[\g<0>]", path)
    entries = rf"(?m)^[ \t]*([^#\s]\S*)[ \t]+{place}[ \t]+(\S+)[ \t]+(\S+)"
    wanted = f"{source} {fstype} {options_of(source, options)}"
    text = f"{FOUND}.content | default('') | b64decode"
    steps = (text, f"regex_findall('{entries}')", "map('join', ' ')", f"difference(['{wanted}'])")
    found = "\n| ".join(steps)
    fail = f"{_FSTAB} already has another entry for {path}"
    stop = stopping(f"Check what {_FSTAB} says of {path}", f"{found}\n| length == 0", fail)
    return reading(_FSTAB, register=True), stop
