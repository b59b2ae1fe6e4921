"""Tasks that write files and directories.

Called by the operations on files and by ``web_deploy``. The facts that these tasks ensure are
``path:<absolute path>``.
"""

from typing import Any

from kiki.targets.ansible.fields import four_digits
from kiki.targets.ansible.names import Family
from kiki.targets.ansible.tasks import Reverse, Task, Variable, literal


def file_task(
    path: str, content: str, rights: dict[str, Any], family: Family | None = None
) -> Task:
    """A task that gives the file at *path* exactly *content*; *rights* are ``mode`` and, if
    wanted, ``owner`` and ``group``."""
    suffix = f"_{family.lower()}" if family else ""
    body = Variable(
        name=f"file_content{suffix}", value=literal(content), about=f"Content of {path}"
    )
    return Task(
        name=f"Write {path}" + (f" ({family})" if family else ""),
        module="ansible.builtin.copy",
        args={"dest": path, "content": body, **rights, "mode": four_digits(rights["mode"])},
        verb="update",
        family=family,
        items=((path, path),),
        ensures=frozenset((f"path:{path}",)),
        needs=("package:*", *(f"path:{parent}" for parent in _parents(path)), *_owners(rights)),
        reverses=(
            Reverse(
                kind="exact",
                operation="file_remove",
                fields={"path": path},
                only=("create",),
                otherwise="ansible.undo_content_unknown",
            ),
        ),
    )


def directory_task(path: str, rights: dict[str, Any]) -> Task:
    """A task after which there is a directory at *path*, its parents included."""
    return Task(
        name=f"Create directory {path}",
        module="ansible.builtin.file",
        args={"path": path, "state": "directory", **rights, "mode": four_digits(rights["mode"])},
        verb="update",
        items=((path, path),),
        ensures=frozenset((f"path:{path}",)),
        needs=_owners(rights),
        reverses=(
            Reverse(
                kind="compensating",
                reason="ansible.undo_contents_go",
                operation="directory_remove",
                fields={"path": path},
                only=("create",),
                otherwise="ansible.undo_rights_unknown",
            ),
        ),
    )


def removal_task(path: str, title: str, reason: str) -> Task:
    """A task after which there is nothing at *path*."""
    return Task(
        name=f"{title} {path}",
        module="ansible.builtin.file",
        args={"path": path, "state": "absent"},
        verb="delete",
        items=((path, path),),
        breaks=frozenset((f"path:{path}",)),
        reverses=(Reverse(kind="impossible", reason=reason),),
    )


def _parents(path: str) -> tuple[str, ...]:
    parts = path.split("/")
    return tuple("/".join(parts[:count]) for count in range(2, len(parts)))


def _owners(rights: dict[str, Any]) -> tuple[str, ...]:
    """Who must exist: users of this play or of any package in it."""
    owners = [rights[key] for key in ("owner", "group") if key in rights and rights[key] != "root"]
    return (*(f"user:{owner}" for owner in owners), *(("package:*",) if owners else ()))
