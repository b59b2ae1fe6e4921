"""Tasks that add and remove repositories of packages.

Called by the operations on repositories. The fact that one has come is ``repository:<family>``: it
makes package lists stale, see ``packages``.
"""

import re
from typing import Any

from msgspec.structs import replace

from kiki.targets.ansible import packages
from kiki.targets.ansible.files import looking, removal_task
from kiki.targets.ansible.names import FAMILIES, Family
from kiki.targets.ansible.tasks import BEFORE, Before, Found, Reverse, Task, Was

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
    made = _task(name, "RedHat", "ansible.builtin.yum_repository", args)
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
    made = _task(name, "Debian", "ansible.builtin.deb822_repository", args)
    return (
        _wrong_family("RedHat", "deb"),
        *_library(ensured),
        replace(made, args={**args, "mode": "0644"}),
    )


def removal(name: str) -> tuple[Task, ...]:
    """Tasks after which neither family's program knows the repository."""
    return tuple(_removal(name, family) for family in FAMILIES)


def _removal(name: str, family: Family) -> Task:
    made = removal_task(file_of(name, family), f"Remove repository {name}:")
    return replace(
        made,
        name=f"{made.name} ({family})",
        family=family,
        breaks=made.breaks | {packages.LISTS},
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


def _task(name: str, family: Family, module: str, args: dict[str, Any]) -> Task:
    path = file_of(name, family)
    return Task(
        name=f"Add repository {name} ({family})",
        module=module,
        args=args,
        verb="update",
        family=family,
        items=((name, name),),
        ensures=frozenset((f"repository:{family}",)),
        breaks=frozenset((packages.LISTS,)),
        needs=("package:python3-debian",) if family == "Debian" else (),
        network=True,
        writes=(path,),
        before=Before(looks=(looking(path, into=BEFORE),), read=_was),
        reverses=(
            Reverse(
                kind="compensating",
                reason="ansible.undo_repository_stays",
                operation="repository_remove",
                fields={"name": name},
                only=("create",),
                otherwise="ansible.undo_repository_gone",
            ),
        ),
    )


def file_of(name: str, family: Family) -> str:
    """The file in which the repository *name* is defined."""
    return f"{_YUM}/{name}.repo" if family == "RedHat" else f"{_APT}/{name}.sources"


def _was(found: tuple[Found, ...]) -> Was:
    """Whether there was one of that name: the modules do not say it."""
    there = found[0].kept.get("stat.exists")
    return Was(verb="create" if there is False else "update")
