"""Unmount a file system and take it out of fstab; what is on it stays.

Called by ``understand`` (fields) and ``compose`` (tasks). The directory that it was mounted on
stays, too.
"""

from typing import Literal

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible.fields import AbsolutePath, without_slash
from kiki.targets.ansible.mounts import entry_before
from kiki.targets.ansible.tasks import Reverse, Task

RISK: Risk = "high"


class Fields(Record, frozen=True):
    """*path* that it is mounted on; *entry*: whether fstab keeps it for the next boot."""

    path: AbsolutePath
    entry: Literal["remove", "keep"] = "remove"


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """Unmount, then take the entry out."""
    path = without_slash(fields.path)
    off = _task(f"Unmount {path}", path, "unmounted")
    entry = _task(f"Remove the entry of {path}", path, "absent_from_fstab")
    return (off,) if fields.entry == "keep" else (off, entry)


def _task(title: str, path: str, state: str) -> Task:
    back = Reverse(
        kind="exact",
        operation="mount_add",
        fields={"path": path},
        before=("source", "fstype", "options"),
    )
    return Task(
        name=title,
        module="ansible.posix.mount",
        args={"path": path, "state": state},
        verb="delete",
        items=((path, path),),
        writes=(path, "/etc/fstab") if state == "absent_from_fstab" else (path,),
        before=entry_before(path),
        reverses=(back,),
    )
