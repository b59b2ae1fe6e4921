"""Tasks that write files and directories.

Called by the operations on files and by ``web_deploy``. The facts that these tasks ensure are
``path:<absolute path>``.
"""

from typing import Any

from kiki.targets.ansible.fields import four_digits
from kiki.targets.ansible.kept import RIGHTS, keeping, sum_of, ways_back
from kiki.targets.ansible.names import Family
from kiki.targets.ansible.tasks import (
    BEFORE,
    FOUND,
    Before,
    Found,
    Reverse,
    Task,
    Variable,
    Was,
    literal,
)

# Directories of the File Hierarchy Standard 3.0, and of systemd, on every host of both families
_ALWAYS_THERE = frozenset(
    (
        "",
        "/etc",
        "/etc/profile.d",
        "/etc/systemd/system",
        "/home",
        "/mnt",
        "/opt",
        "/root",
        "/srv",
        "/tmp",  # noqa: S108 -- a user's file, not ours
        "/usr/local/bin",
        "/usr/local/etc",
        "/usr/local/sbin",
        "/var/lib",
        "/var/log",
        "/var/tmp",  # noqa: S108 -- a user's file, not ours
    )
)


QUADLETS = "/etc/containers/systemd"
"""The folder of which podman's generator makes services."""


def file_task(
    path: str, content: str, rights: dict[str, Any], family: Family | None = None
) -> Task:
    """A task that gives the file at *path* exactly *content*; *rights* are ``mode`` and, if
    wanted, ``owner`` and ``group``."""
    suffix = f"_{family.lower()}" if family else ""
    body = Variable(
        name=f"file_content{suffix}",
        value=literal(content),
        about=f"Content of {path}",
        file=path,
    )
    return Task(
        name=f"Write {path}" + (f" ({family})" if family else ""),
        module="ansible.builtin.copy",
        args={"dest": path, "content": body, **rights, "mode": four_digits(rights["mode"])},
        verb="update",
        family=family,
        items=((path, path),),
        ensures=frozenset((f"path:{path}",)),
        needs=(*_may_bring(path.rpartition("/")[0]), *owners(rights)),
        beside=owners(rights),
        before=keeping(path, sum_of(content)),
        reverses=ways_back(path, sum_of(content)),
    )


def folder_checks(path: str, ensured: frozenset[str]) -> tuple[Task, ...]:
    """Tasks that stop the play when there is no directory for *path*; none where there always is
    one, or where the play itself made it.

    Without them check mode promises a file that the run then can't write.
    """
    parent = path.rpartition("/")[0]
    if parent in _ALWAYS_THERE or f"path:{parent}" in ensured:
        return ()
    test = f"{FOUND}.stat.isdir | default(false)"
    fail = f"{parent} is not a directory"
    look = looking(parent, follow=True)
    return look, stopping(f"Check that {parent} is a directory", test, fail, _may_bring(parent))


def place_checks(path: str, ensured: frozenset[str]) -> tuple[Task, ...]:
    """Tasks that stop the play when there is no directory at *path* itself."""
    return folder_checks(f"{path}/", ensured)


def looking(path: str, *, follow: bool = False, into: str = "") -> Task:
    """A task that keeps what is at *path* (*follow*: where the link there leads) in ``FOUND``, or
    in the variable *into*."""
    links = {"follow": True} if follow else {}
    return Task(
        name=f"Look at {path}",
        module="ansible.builtin.stat",
        args={"path": path, **links, "get_checksum": False, "get_mime": False},
        verb="none",
        register=True,
        into=into,
    )


def reading(path: str, *, register: bool = False, into: str = "", before: bool = False) -> Task:
    """A task that reads the file at *path*, as ``looking`` keeps it; *before*: it is told that
    something will change there."""
    return Task(
        name=f"Read {path} before it changes" if before else f"Read {path}",
        module="ansible.builtin.slurp",
        args={"src": path},
        verb="none",
        register=register,
        into=into,
    )


def stopping(title: str, test: str | list[str], fail: str, needs: tuple[str, ...] = ()) -> Task:
    """A task that stops the play on a host, with the message *fail*, unless *test*, or all of
    them, hold."""
    return Task(
        name=title,
        module="ansible.builtin.assert",
        args={"that": [test] if isinstance(test, str) else test, "fail_msg": fail, "quiet": True},
        verb="none",
        needs=needs,
    )


def asking(title: str, args: dict[str, Any], into: str = "") -> Task:
    """A task that runs a command which only looks, with *args* of the command module; its result
    is kept in *into*, or in ``FOUND``. That it fails says something, too."""
    return Task(
        name=title,
        module="ansible.builtin.command",
        args=args,
        verb="none",
        register=True,
        into=into,
        still=True,
        fails=("false",),
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
        needs=owners(rights),
        beside=owners(rights),
        before=rights_before(path, _shown(rights)),
        reverses=(
            Reverse(
                kind="compensating",
                reason="ansible.undo_contents_go",
                operation="directory_remove",
                fields={"path": path},
                only=("create",),
            ),
            Reverse(
                kind="exact",
                operation="directory_create",
                fields={"path": path},
                only=("update",),
                before=RIGHTS,
            ),
        ),
    )


def rights_before(path: str, after: dict[str, Any]) -> Before:
    """A look at mode, owner and group of what is at *path*; *after* are those that it gets."""
    return Before(looks=(looking(path, into=BEFORE),), read=_rights, after=after)


def _rights(found: tuple[Found, ...]) -> Was:
    """Mode, owner and group of what is at the path; names only, as a directory's owner is asked for
    by name."""
    stat = found[0].kept
    if stat.get("stat.exists") is False:
        return Was(verb="create")
    names = {"mode": "mode", "owner": "pw_name", "group": "gr_name"}
    values = {name: stat.get(f"stat.{key}") for name, key in names.items()}
    if not all(values.values()):
        return Was(unread="ansible.before_not_seen")
    return Was(values=values, verb="update")


def _shown(rights: dict[str, Any]) -> dict[str, Any]:
    return {**rights, "mode": four_digits(rights["mode"])}


def removal_task(path: str, title: str, reason: str = "") -> Task:
    """A task after which there is nothing at *path*. Without a *reason* why it can't be brought
    back it is a file, and kept."""
    return Task(
        name=f"{title} {path}",
        module="ansible.builtin.file",
        args={"path": path, "state": "absent"},
        verb="delete",
        items=((path, path),),
        breaks=frozenset((f"path:{path}",)),
        before=None if reason else keeping(path),
        reverses=(Reverse(kind="impossible", reason=reason),) if reason else ways_back(path),
    )


def above(path: str) -> tuple[str, ...]:
    """What may bring the folder that *path* is in."""
    return _may_bring(path.rpartition("/")[0])


def bringers(path: str) -> tuple[str, ...]:
    """What may bring what is at *path*: whatever makes the folders above it, or the path itself."""
    return (*above(path), f"path:{path}")


def reloading(path: str) -> tuple[Task, ...]:
    """A task that has systemd read its units again after the file at *path* changed, when that is
    one."""
    if not path.startswith("/etc/systemd/system/"):
        return ()
    return (units_read(path),)


def units_read(path: str) -> Task:
    """A task that has systemd read its units, or what it makes them of, after *path* changed."""
    return Task(
        name=f"Have systemd read {path}",
        module="ansible.builtin.systemd_service",
        args={"daemon_reload": True},
        verb="run",
        acts=True,
        follows=(f"path:{path}",),
    )


def _may_bring(folder: str) -> tuple[str, ...]:
    """What may make *folder*: this play's paths, any package, and a user whose home it is in."""
    parts = folder.split("/")
    above = (f"path:{'/'.join(parts[:count])}" for count in range(2, len(parts) + 1))
    return ("package:*", *above, *(("user:*",) if folder.startswith("/home/") else ()))


def owned(fields: Any) -> dict[str, Any]:
    """The *owner* and *group* that *fields* say, as arguments."""
    return {key: value for key in ("owner", "group") if (value := getattr(fields, key))}


def owners(rights: dict[str, Any]) -> tuple[str, ...]:
    """Who must exist: users of this play or of any package in it."""
    owners = [rights[key] for key in ("owner", "group") if key in rights and rights[key] != "root"]
    return (*(f"user:{owner}" for owner in owners), *(("package:*",) if owners else ()))
