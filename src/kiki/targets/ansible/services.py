"""Tasks that bring services into a state, in both families.

Called by the operations on services. The facts that these tasks ensure are
``started:<canonical name>`` and ``enabled:<canonical name>``.
"""

from typing import Any

from kiki.targets.ansible import names, probes
from kiki.targets.ansible.names import Family
from kiki.targets.ansible.tasks import Reverse, Task, listing


class _State:
    """What one wanted state means: title, module arguments, facts and the way back."""

    def __init__(
        self, title: str, args: dict[str, Any], ensures: str, breaks: str, back: str
    ) -> None:
        self.title, self.args, self.ensures, self.breaks = title, args, ensures, breaks
        self.back = back


_STATES = {
    "start": _State("Start", {"state": "started"}, "started", "", "service_stop"),
    "stop": _State("Stop", {"state": "stopped"}, "", "started", "service_start"),
    "restart": _State("Restart", {"state": "restarted"}, "started", "", ""),
    "enable": _State("Enable", {"enabled": True}, "enabled", "", "service_disable"),
    "disable": _State("Disable", {"enabled": False}, "", "enabled", "service_enable"),
}


def bring(state: str, services: tuple[str, ...], ensured: frozenset[str]) -> tuple[Task, ...]:
    """Tasks after which *services* are in *state* (``start``, ``stop``, ``restart``, ``enable``
    or ``disable``); what *ensured* has already is left out, but for a restart."""
    wanted = _STATES[state]
    left = tuple(
        name
        for name in services
        if state == "restart"
        or not wanted.ensures
        or not _facts(wanted.ensures, (name,)) <= ensured
    )
    if not left:
        return ()
    pairs = names.by_family("services", left)
    made = tuple(_task(state, wanted, family, native) for family, native in pairs)
    if wanted.ensures != "started":
        return made
    asked = (probes.service_runs(each, family) for family, native in pairs for each in native)
    return (*made, *asked)


def _task(state: str, wanted: _State, family: Family | None, native: tuple[str, ...]) -> Task:
    place = f" ({family})" if family else ""
    suffix = f"_{family.lower()}" if family else ""
    return Task(
        name=f"{wanted.title} {listing(native)}{place}",
        module="ansible.builtin.service",
        args=dict(wanted.args),
        verb="run" if state == "restart" else "update",
        family=family,
        each=tuple({"name": name} for name in native),
        var=f"{state}_services{suffix}",
        about=f"Services to {state}{place}",
        items=tuple((name, names.canonical("services", name)) for name in native),
        ensures=_facts(wanted.ensures, native),
        breaks=_facts(wanted.breaks, native),
        needs=_providers(native),
        gone="" if wanted.ensures else "Could not find the requested service",
        acts=state == "restart",
        reverses=(_reverse(state, wanted.back),),
    )


def _providers(services: tuple[str, ...]) -> tuple[str, ...]:
    """What may bring these services: the packages known for it, any package for unknown ones,
    and unit files, which any path may be."""
    found = {"path:*"}
    for name in services:
        packages = names.related("services", name, "packages")
        found |= {f"package:{package}" for package in packages} or {"package:*"}
    return tuple(sorted(found))


def _reverse(state: str, back: str) -> Reverse:
    if not back:
        return Reverse(kind="impossible", reason="ansible.undo_acted")
    return Reverse(kind="exact", operation=back, items="names")


def _facts(sort: str, services: tuple[str, ...]) -> frozenset[str]:
    if not sort:
        return frozenset()
    return frozenset(f"{sort}:{names.canonical('services', name)}" for name in services)
