"""Tasks that install and remove packages in both families.

Called by the operations that need packages. The facts that these tasks ensure are
``package:<canonical name>``.
"""

import re
from typing import Any

from msgspec.structs import replace

from kiki.model.plan import Verb
from kiki.targets.ansible import names
from kiki.targets.ansible.names import Family
from kiki.targets.ansible.tasks import FOUND, Before, Found, Reverse, Task, Variable, Was, listing

CACHE_VALID_S = 3600
"""Package lists younger than this are not fetched again (apt)."""

LISTS = "lists:apt"
"""The fact that the host has package lists."""


def facts(packages: tuple[str, ...]) -> frozenset[str]:
    """The facts that hold once *packages* are installed."""
    bare = (name.partition("=")[0] for name in packages)
    return frozenset(f"package:{names.canonical('packages', name)}" for name in bare)


def pin_of(name: str) -> str:
    """The version that *name* (``nginx=1.22``) asks for; empty without one."""
    return name.partition("=")[2]


_REVISION = re.compile(r"[A-Za-z0-9.+~^:]+-[A-Za-z0-9.+~^]+")


def _pinned(name: str, family: Family) -> str:
    """``nginx=1.22`` as the family's program takes it. What names a revision is that version and
    no other; 1.22 is also 1.22.1 and never 1.220 or 1.2."""
    base, _, version = name.partition("=")
    base = names.named("packages", (base,), family)[0]
    if family == "RedHat":
        whole = version.count(".") > 1 or _REVISION.fullmatch(version)
        return f"{base}-{version}" if whole or not version else f"{base}-{version}.*"
    whole = not version or _REVISION.fullmatch(version)
    return f"{base}={version}" if whole else f"{base}={version}[!0-9]*?"


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
    plain = tuple(name for name in missing if not pin_of(name))
    groups = ([plain] if plain else []) + [(name,) for name in missing if pin_of(name)]
    tasks = [
        _task("Install", family, group, {"state": "present"}, _bringing(ensured, family))
        for group in groups
        for family in families
    ]
    return _with_lists(tasks, ensured)


def _bringing(ensured: frozenset[str], family: Family) -> tuple[str, ...]:
    """What may bring packages that check mode does not see: repositories of this play."""
    ends = ("-release", f"repository:{family}")
    return tuple(sorted(fact for fact in ensured if fact.endswith(ends)))


def upgrade(packages: tuple[str, ...], ensured: frozenset[str]) -> tuple[Task, ...]:
    """Tasks after which installed *packages* have the newest version that is on offer."""
    redhat = {"state": "latest", "update_only": True}
    debian = {"state": "latest", "only_upgrade": True}
    tasks = [
        _task("Upgrade", "RedHat", packages, redhat),
        _task("Upgrade", "Debian", packages, debian),
    ]
    return _with_lists(tasks, ensured)


def upgrade_all(ensured: frozenset[str]) -> tuple[Task, ...]:
    """Tasks after which every installed package has the newest version that is on offer."""
    common: dict[str, Any] = {
        "verb": "update",
        "network": True,
        "reverses": (_REVERSES["Upgrade"],),
    }
    redhat = Task(
        name="Upgrade all packages (RedHat)",
        module="ansible.builtin.dnf",
        args={"name": "*", "state": "latest", "update_only": True},
        family="RedHat",
        **common,
    )
    debian = Task(
        name="Upgrade all packages (Debian)",
        module="ansible.builtin.apt",
        args={"upgrade": "full"},
        family="Debian",
        **common,
    )
    return _with_lists([redhat, debian], ensured)


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
    native = _native(title, packages, family)
    called = f"{title.lower()}_packages_{family.lower()}"
    chosen = Variable(name=called, value=native, about=f"Packages to {title.lower()} ({family})")
    held = facts(packages)
    return Task(
        name=f"{title} {listing(_shown(native, packages))} ({family})",
        module="ansible.builtin.dnf" if family == "RedHat" else "ansible.builtin.apt",
        args={"name": chosen, **state},
        verb=_VERBS[title],
        family=family,
        items=tuple((name, names.canonical("packages", base)) for name, base in _bases(native)),
        ensures=held if title == "Install" else frozenset(),
        breaks=held if title == "Remove" else frozenset(),
        needs=needs,
        doubtful=title == "Install" and family == "Debian",
        network=title != "Remove",
        reverses=(_reverse(title, packages),),
    )


def _reverse(title: str, packages: tuple[str, ...]) -> Reverse:
    """Where a pin replaces another version, there is no way back."""
    if title == "Install" and any(map(pin_of, packages)):
        return replace(_REVERSES[title], only=("create",), otherwise="ansible.undo_version_unknown")
    return _REVERSES[title]


def _native(title: str, packages: tuple[str, ...], family: Family) -> tuple[str, ...]:
    """What the family's program takes for *packages*."""
    if title != "Install" or not any(map(pin_of, packages)):
        return names.named("packages", packages, family)
    return tuple(_pinned(name, family) for name in packages)


def _shown(native: tuple[str, ...], packages: tuple[str, ...]) -> tuple[str, ...]:
    """The native names, with the versions as they were asked for."""
    if not pin_of(packages[0]):
        return native
    pairs = zip(_bases(native), packages, strict=True)
    return tuple(f"{base}={pin_of(name)}" for (_, base), name in pairs)


def _bases(native: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    return tuple((name, re.split(r"=|-(?=\d)", name, maxsplit=1)[0]) for name in native)


def _with_lists(tasks: list[Task], ensured: frozenset[str]) -> tuple[Task, ...]:
    """*tasks*, with package lists fetched first where they are old or missing.

    Ansible's apt module tells their age from their folder, whose time is new on a host where
    another program has just cleaned it, so whether there are any is looked at before.
    """
    found: list[Task] = []
    for task in tasks:
        if task.family == "Debian":
            known = LISTS in ensured
            stale = "repository:Debian" in ensured  # it came after the lists did
            found += [] if known or stale else [_LOOK]
            age = CACHE_VALID_S if known else 0 if stale else _AGE
            fetch = {"update_cache": True, "cache_valid_time": age}
            fetched = replace(task, args=task.args | fetch, ensures=task.ensures | {LISTS})
            found.append(replace(fetched, before=_before(task, looked=not (known or stale))))
        else:
            found.append(task)
    return tuple(found)


def _before(task: Task, *, looked: bool) -> Before | None:
    """Without package lists check mode does not say which of several packages would be new, so dpkg
    is asked which are there; *looked*: whether there are lists is known from ``_LOOK``."""
    called = tuple(base for _, base in _bases(tuple(name for name, _ in task.items)))
    if task.verb != "create" or len(called) < 2:
        return None
    look = Task(
        name=f"Look for {listing(called)} (Debian)",
        module="ansible.builtin.command",
        args={"argv": ["dpkg-query", "-W", "-f", _STATUS, *called]},
        verb="none",
        when=(f"{FOUND}.matched == 0",) if looked else (),
        root=False,
    )

    def read(found: tuple[Found, ...]) -> Was:
        said = found[0].kept.get("stdout")
        if said is None:
            return Was()
        there = {
            line.rpartition(" ")[0] for line in said.split("\n") if line.endswith(" installed")
        }
        return Was(new=tuple(name for name, _ in task.items if name not in there))

    return Before(looks=(look,), read=read)


_STATUS = "${Package} ${db:Status-Status}\\n"
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
    return tuple(name for name in packages if pin_of(name) or not facts((name,)) <= ensured)
