"""Tasks that install and remove packages in both families.

Called by the operations that need packages. The facts that these tasks ensure are
``package:<canonical name>``.
"""

from typing import Any

from msgspec.structs import replace

from kiki.model.plan import Verb
from kiki.targets.ansible import names
from kiki.targets.ansible.names import Family
from kiki.targets.ansible.tasks import FOUND, Reverse, Task, Variable, listing

CACHE_VALID_S = 3600
"""Package lists younger than this are not fetched again (apt)."""

LISTS = "lists:apt"
"""The fact that the host has package lists."""


def facts(packages: tuple[str, ...]) -> frozenset[str]:
    """The facts that hold once *packages* are installed."""
    return frozenset(f"package:{names.canonical('packages', name)}" for name in packages)


def install(
    packages: tuple[str, ...],
    ensured: frozenset[str],
    families: tuple[Family, ...] = names.FAMILIES,
) -> tuple[Task, ...]:
    """Tasks after which *packages* are installed; those that *ensured* has are left out.

    After a package that brings a repository, check mode can't know what there will be.
    """
    missing = _without(packages, ensured)
    if not missing:
        return ()
    repositories = tuple(sorted(fact for fact in ensured if fact.endswith("-release")))
    state = {"state": "present"}
    tasks = [_task("Install", family, missing, state, repositories) for family in families]
    return _with_lists(tasks, ensured)


def upgrade(packages: tuple[str, ...], ensured: frozenset[str]) -> tuple[Task, ...]:
    """Tasks after which installed *packages* have the newest version that is on offer."""
    redhat = {"state": "latest", "update_only": True}
    debian = {"state": "latest", "only_upgrade": True}
    tasks = [
        _task("Upgrade", "RedHat", packages, redhat),
        _task("Upgrade", "Debian", packages, debian),
    ]
    return _with_lists(tasks, ensured)


def remove(packages: tuple[str, ...]) -> tuple[Task, ...]:
    """Tasks after which *packages* are not installed; configuration files stay on Debian."""
    return tuple(
        _task("Remove", family, packages, {"state": "absent"}) for family in names.FAMILIES
    )


_VERBS: dict[str, Verb] = {"Install": "create", "Upgrade": "update", "Remove": "delete"}
_REVERSES = {
    "Install": Reverse(
        kind="compensating",
        reason="ansible.undo_dependencies_stay",
        operation="package_remove",
        items="names",
    ),
    "Upgrade": Reverse(kind="impossible", reason="ansible.undo_version_unknown"),
    "Remove": Reverse(
        kind="compensating",
        reason="ansible.undo_configuration_lost",
        operation="package_install",
        items="names",
    ),
}


def _task(
    title: str,
    family: Family,
    packages: tuple[str, ...],
    state: dict[str, Any],
    needs: tuple[str, ...] = (),
) -> Task:
    native = names.named("packages", packages, family)
    called = f"{title.lower()}_packages_{family.lower()}"
    chosen = Variable(name=called, value=native, about=f"Packages to {title.lower()} ({family})")
    held = facts(packages)
    return Task(
        name=f"{title} {listing(native)} ({family})",
        module="ansible.builtin.dnf" if family == "RedHat" else "ansible.builtin.apt",
        args={"name": chosen, **state},
        verb=_VERBS[title],
        family=family,
        items=tuple((name, names.canonical("packages", name)) for name in native),
        ensures=held if title == "Install" else frozenset(),
        breaks=held if title == "Remove" else frozenset(),
        needs=needs,
        network=title != "Remove",
        reverses=(_REVERSES[title],),
    )


def _with_lists(tasks: list[Task], ensured: frozenset[str]) -> tuple[Task, ...]:
    """*tasks*, with package lists fetched first where they are old or missing.

    Ansible's apt module tells their age from their folder, whose time is new on a host where
    another program has just cleaned it, so whether there are any is looked at before.
    """
    found: list[Task] = []
    for task in tasks:
        if task.family == "Debian":
            found += [] if LISTS in ensured else [_LOOK]
            age = CACHE_VALID_S if LISTS in ensured else _AGE
            fetch = {"update_cache": True, "cache_valid_time": age}
            found.append(replace(task, args=task.args | fetch, ensures=task.ensures | {LISTS}))
        else:
            found.append(task)
    return tuple(found)


_LOOK = Task(
    name="Look for package lists (Debian)",
    module="ansible.builtin.find",
    args={"paths": "/var/lib/apt/lists", "patterns": "*_Packages*"},
    verb="none",
    family="Debian",
    register=True,
    root=False,
)
_AGE = f"{{{{ {CACHE_VALID_S} if {FOUND}.matched else 0 }}}}"


def _without(packages: tuple[str, ...], ensured: frozenset[str]) -> tuple[str, ...]:
    return tuple(name for name in packages if not facts((name,)) <= ensured)
