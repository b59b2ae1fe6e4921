"""Tasks that add and remove repositories of packages.

Called by the operations on repositories. The fact that one has come is ``repository:<family>``: it
makes package lists stale, see ``packages``.
"""

import re
from typing import Any

from msgspec.structs import replace

from kiki.targets.ansible import packages
from kiki.targets.ansible.names import Family
from kiki.targets.ansible.tasks import Reverse, Task

_SUITE = re.compile(r"[A-Za-z0-9._/-]+")
_APT = "/etc/apt/sources.list.d"
_YUM = "/etc/yum.repos.d"


def check_suite(suite: str, components: tuple[str, ...]) -> None:
    """ValueError for what sources.list(5) does not take."""
    if not all(_SUITE.fullmatch(word) for word in (suite, *components)):
        raise ValueError("a suite and components are letters, digits, dots, dashes and slashes")
    if suite.endswith("/") == bool(components):
        raise ValueError("a suite needs components, and one that ends with a slash has none")


def rpm(name: str, url: str, key: str, *, signed: bool) -> tuple[Task, ...]:
    """Tasks after which dnf knows the repository; the play stops on Debian."""
    keys = {"gpgkey": [key if "://" in key else f"file://{key}"]} if key else {}
    args = {"name": name, "description": name, "baseurl": [url], "gpgcheck": signed, **keys}
    made = _task("Add", name, "RedHat", "ansible.builtin.yum_repository", args)
    return _wrong_family("Debian", "rpm"), replace(made, args={**args, "mode": "0644"})


def deb(
    name: str,
    url: str,
    where: tuple[str, ...],
    key: str,
    ensured: frozenset[str],
    *,
    signed: bool,
) -> tuple[Task, ...]:
    """Tasks after which apt knows the repository with the suite and components *where*; the play
    stops on RedHat. The module needs a library of its own on the host."""
    args: dict[str, Any] = {"name": name, "types": ["deb"], "uris": [url], "suites": [where[0]]}
    args |= {"components": list(where[1:])} if where[1:] else {}
    args |= {"signed_by": key} if key else {}
    args |= {} if signed else {"trusted": True}
    made = _task("Add", name, "Debian", "ansible.builtin.deb822_repository", args)
    return (
        _wrong_family("RedHat", "deb"),
        *_library(ensured),
        replace(made, args={**args, "mode": "0644"}),
    )


def removal(name: str) -> tuple[Task, ...]:
    """Tasks after which neither family's program knows the repository."""
    redhat: dict[str, Any] = {"path": f"{_YUM}/{name}.repo", "state": "absent"}
    debian: dict[str, Any] = {"path": f"{_APT}/{name}.sources", "state": "absent"}
    return (
        _task("Remove", name, "RedHat", "ansible.builtin.file", redhat),
        _task("Remove", name, "Debian", "ansible.builtin.file", debian),
    )


def _library(ensured: frozenset[str]) -> tuple[Task, ...]:
    installed = packages.install(("python3-debian",), ensured, ("Debian",))
    stays = Reverse(kind="compensating", reason="ansible.undo_repository_stays")
    return tuple(replace(task, reverses=(stays,)) if task.reverses else task for task in installed)


def _wrong_family(family: Family, format_: str) -> Task:
    return Task(
        name=f"Check that the repository is for this host ({family})",
        module="ansible.builtin.fail",
        args={"msg": f"A repository of {format_} packages is not for the {family} family"},
        verb="none",
        family=family,
        root=False,
    )


def _task(title: str, name: str, family: Family, module: str, args: dict[str, Any]) -> Task:
    adds = title == "Add"
    back = Reverse(
        kind="compensating",
        reason="ansible.undo_repository_stays",
        operation="repository_remove",
        fields={"name": name},
        only=("create",),
        otherwise="ansible.undo_repository_gone",
    )
    gone = Reverse(kind="impossible", reason="ansible.undo_repository_gone")
    return Task(
        name=f"{title} repository {name} ({family})",
        module=module,
        args=args,
        verb="update" if adds else "delete",
        family=family,
        items=((name, name),),
        ensures=frozenset((f"repository:{family}",)) if adds else frozenset(),
        breaks=frozenset((packages.LISTS,)),
        needs=("package:python3-debian",) if adds and family == "Debian" else (),
        network=adds,
        reverses=(back if adds else gone,),
    )
