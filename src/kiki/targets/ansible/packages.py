"""Tasks that install and remove packages in both families.

Called by the operations that need packages. The facts that these tasks ensure are
``package:<canonical name>``.
"""

from typing import Any

from kiki.model.plan import Verb
from kiki.targets.ansible import names
from kiki.targets.ansible.names import Family
from kiki.targets.ansible.tasks import Reverse, Task, Variable, listing

CACHE_VALID_S = 3600
"""Package lists younger than this are not fetched again (apt)."""


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
    return tuple(
        _task("Install", family, missing, {"state": "present"}, repositories) for family in families
    )


def upgrade(packages: tuple[str, ...]) -> tuple[Task, ...]:
    """Tasks after which installed *packages* have the newest version that is on offer."""
    redhat = {"state": "latest", "update_only": True}
    debian = {"state": "latest", "only_upgrade": True}
    return (
        _task("Upgrade", "RedHat", packages, redhat),
        _task("Upgrade", "Debian", packages, debian),
    )


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
    fetch = {} if family == "RedHat" or title == "Remove" else _FETCH
    held = facts(packages)
    return Task(
        name=f"{title} {listing(native)} ({family})",
        module="ansible.builtin.dnf" if family == "RedHat" else "ansible.builtin.apt",
        args={"name": chosen, **state, **fetch},
        verb=_VERBS[title],
        family=family,
        items=tuple((name, names.canonical("packages", name)) for name in native),
        ensures=held if title == "Install" else frozenset(),
        breaks=held if title == "Remove" else frozenset(),
        needs=needs,
        network=title != "Remove",
        reverses=(_REVERSES[title],),
    )


_FETCH = {"update_cache": True, "cache_valid_time": CACHE_VALID_S}


def _without(packages: tuple[str, ...], ensured: frozenset[str]) -> tuple[str, ...]:
    return tuple(name for name in packages if not facts((name,)) <= ensured)
