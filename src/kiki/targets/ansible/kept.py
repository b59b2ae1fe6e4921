"""Files that a change overwrites or removes, kept on the host for the way back.

Called by the operations that write or remove whole files. A copy lies in ``FOLDER``, which only
root can open, under the file's name and the SHA-256 of its content: it needs no name of a change,
so that the code stays the same bytes for the same words, a second copy of the same content is none,
and what is brought back is known to be what was there. Contents never leave the host. A copy is
made just before the change and only where the file differs from what will be written; links,
folders, devices and files over ``LARGEST`` bytes are not kept, and the change can then not be taken
back.
"""

import hashlib
from typing import Any

from msgspec.structs import replace

from kiki.model.plan import Verb
from kiki.targets.ansible.tasks import APPLYING, BEFORE, Before, Found, Reverse, Task, Was

FOLDER = "/var/backups/kiki"
LARGEST = 10 * 1024 * 1024
_NAMED = 100  # characters of a file's own name in the name of its copy

RIGHTS = ("mode", "owner", "group")
"""What is brought back beside the content."""


def sum_of(content: str) -> str:
    """SHA-256 of a file with *content*, in hex digits."""
    return hashlib.sha256(content.encode()).hexdigest()


def copy_of(path: str, checksum: str) -> str:
    """Where the content of *path* with this SHA-256 is kept."""
    return f"{FOLDER}/{path.rpartition('/')[2][:_NAMED]}.{checksum}"


def keeping(path: str, becomes: str = "") -> Before:
    """A look at the file at *path* and, where it is not what it *becomes* (a SHA-256; empty: it is
    removed), a copy. It gives ``kept`` and ``RIGHTS`` to ``ansible.file_restore``."""
    read = _was_written if becomes else _was
    return Before(
        looks=(look_at(path),), read=read, then=_copying(path, f"'{becomes}'" if becomes else "")
    )


def keeping_unlike(path: str, source: str) -> Before:
    """As ``keeping``, where the file at *path* becomes the same as the one at *source*."""
    other = look_at(source, f"{BEFORE}_source")
    then = _copying(path, f"{BEFORE}_source.stat.checksum | default('')")
    return Before(looks=(look_at(path), other), read=_was_copied, then=then)


def ways_back_unlike(path: str) -> tuple[Reverse, ...]:
    """How a task is taken back that made the file at *path* the same as another one."""
    remove = Reverse(kind="exact", operation="file_remove", fields={"path": path}, only=("create",))
    restore = Reverse(
        kind="exact",
        operation="file_restore",
        fields={"path": path},
        only=("update", "replace"),
        before=("kept", "changed", *RIGHTS),
    )
    return remove, restore


def ways_back(path: str, becomes: str = "") -> tuple[Reverse, ...]:
    """How a task that wrote the file at *path* (*becomes* its SHA-256) or removed it is taken
    back."""
    restore = Reverse(
        kind="exact",
        operation="file_restore",
        fields={"path": path, "changed": becomes},
        only=("update", "replace") if becomes else (),
        before=("kept", *RIGHTS),
    )
    if not becomes:
        return (restore,)
    remove = Reverse(kind="exact", operation="file_remove", fields={"path": path}, only=("create",))
    return remove, restore


def look_at(path: str, into: str = BEFORE) -> Task:
    """A task that keeps what is at *path*, with the SHA-256 of a file, in the variable *into*."""
    return Task(
        name=f"Look at {path} before it changes",
        module="ansible.builtin.stat",
        args={"path": path, "checksum_algorithm": "sha256", "get_mime": False},
        verb="none",
        into=into,
    )


def _copying(path: str, becomes: str) -> tuple[Task, ...]:
    """*becomes* is the new sum, as Jinja has it. Neither is a change that anybody asked for: check
    mode and the recap leave them out."""
    there = (
        APPLYING,
        f"{BEFORE}.stat.isreg | default(false)",
        f"{BEFORE}.stat.size <= {LARGEST}",
        *((f"{BEFORE}.stat.checksum != {becomes}",) if becomes else ()),
    )
    folder: dict[str, Any] = {"path": FOLDER, "state": "directory", "mode": "0700"}
    copy = {
        "src": path,
        "dest": copy_of(path, f"{{{{ {BEFORE}.stat.checksum }}}}"),
        "remote_src": True,
        "mode": "0600",
        "force": False,
    }
    return (
        _still(f"Make {FOLDER} for {path}", "ansible.builtin.file", folder, there),
        _still(f"Keep {path} in {FOLDER}", "ansible.builtin.copy", copy, there),
    )


def _still(name: str, module: str, args: dict[str, Any], when: tuple[str, ...]) -> Task:
    return Task(name=name, module=module, args=args, verb="none", still=True, when=when)


def _was(found: tuple[Found, ...]) -> Was:
    """The file as it was: its content by its sum, mode, owner and group by name or number."""
    stat = {key.removeprefix("stat."): value for key, value in found[0].kept.items()}
    if "exists" not in stat:
        return Was(unread="ansible.before_not_seen")
    if not stat["exists"]:
        return Was()
    if not stat.get("isreg"):
        return Was(unread="ansible.kept_no_file")
    if int(stat.get("size", 0)) > LARGEST:
        return Was(unread="ansible.kept_too_large")
    if not stat.get("checksum"):
        return Was(unread="ansible.before_not_seen")
    owner, group = (str(stat.get(f"{sort}_name") or stat.get(number, "")) for sort, number in _WHO)
    values = {"kept": stat["checksum"], "mode": stat["mode"], "owner": owner, "group": group}
    return Was(values=values)


def _was_written(found: tuple[Found, ...]) -> Was:
    """As ``_was``, and whether the task makes a file: of an empty one no diff shows that it was
    there."""
    there = found[0].kept.get("stat.exists")
    verbs: dict[Any, Verb] = {True: "update", False: "create"}
    return replace(_was(found), verb=verbs.get(there))


def _was_copied(found: tuple[Found, ...]) -> Was:
    """As ``_was_written``, with the sum that the file gets."""
    was = _was_written(found[:1])
    becomes = found[1].kept.get("stat.checksum")
    if not was.values or not becomes:
        return was if not was.values else replace(was, values={}, unread="ansible.before_not_seen")
    return replace(was, values={**was.values, "changed": becomes})


_WHO = (("pw", "uid"), ("gr", "gid"))
