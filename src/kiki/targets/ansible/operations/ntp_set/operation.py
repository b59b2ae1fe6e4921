"""Keep the clock with chrony, by servers of one's own.

Called by ``understand`` (fields) and ``compose`` (tasks). Other servers and pools in chrony's file
are commented out, so that only these count; what DHCP or ``sources.d`` bring is not touched.
"""

import re

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible import names, packages, services
from kiki.targets.ansible.fields import Servers
from kiki.targets.ansible.files import reading
from kiki.targets.ansible.names import Family
from kiki.targets.ansible.tasks import Before, Found, Reverse, Task, Was, listing

RISK: Risk = "medium"

# What chrony takes the time from, chrony.conf(5)
_SOURCE = re.compile(r"^(server|pool|peer)[ \t]+(\S+)(.*)$", re.MULTILINE)
_FILES: tuple[tuple[Family, str], ...] = (
    ("RedHat", "/etc/chrony.conf"),
    ("Debian", "/etc/chrony/chrony.conf"),
)


class Fields(Record, frozen=True):
    """*servers* are names or addresses; a name that begins with ``pool.`` or has it inside is a
    pool of several."""

    servers: Servers


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """chrony, started and enabled, its servers, and a restart where its file changed: an undo,
    which goes the other way, so stops it last."""
    servers = tuple(dict.fromkeys(fields.servers))
    changes = tuple(
        task
        for family, path in _FILES
        for task in (_without_others(family, path, servers), *_lines(family, path, servers))
    )
    return (
        *packages.install(("chrony",), ensured),
        *services.bring("enable", ("chronyd",), ensured),
        *services.bring("start", ("chronyd",), ensured),
        *changes,
        *_restarts(),
    )


def _without_others(family: Family, path: str, servers: tuple[str, ...]) -> Task:
    kept = "|".join(re.escape(server) for server in servers)
    return _task(
        family,
        f"Leave out other servers in {path}",
        "ansible.builtin.replace",
        {
            "path": path,
            "regexp": rf"^((?:server|pool|peer)[ \t]+(?!(?:{kept})(?:[ \t]|$)).*)$",
            "replace": r"# \1",
        },
        path,
    )


def _lines(family: Family, path: str, servers: tuple[str, ...]) -> tuple[Task, ...]:
    """One line for each server; what stands for it already is replaced."""
    each = tuple(
        {"regexp": rf"^(?:server|pool)[ \t]+{re.escape(name)}(?:[ \t]|$)", "line": _line(name)}
        for name in servers
    )
    task = _task(
        family,
        f"Take the time from {listing(servers)}",
        "ansible.builtin.lineinfile",
        {"path": path},
        path,
        each,
    )
    return (task,)


def _line(name: str) -> str:
    return f"{_sort(name)} {name} iburst"


def _sort(name: str) -> str:
    """A name of the NTP pool stands for several servers."""
    return "pool" if ".pool." in f".{name}" else "server"


def _task(
    family: Family,
    title: str,
    module: str,
    args: dict[str, str],
    path: str,
    each: tuple[dict[str, str], ...] = (),
) -> Task:
    return Task(
        name=f"{title} ({family})",
        module=module,
        args=args,
        verb="update",
        family=family,
        each=each,
        var=f"ntp_servers_{family.lower()}",
        about=f"Servers to take the time from ({family})",
        ensures=frozenset(("chrony:servers",)),
        needs=("package:chrony",),
        before=Before(looks=(reading(path),), read=_read),
        reverses=(
            Reverse(
                kind="compensating",
                reason="ansible.undo_ntp",
                operation="ntp_set",
                only=("update",),
                before=("servers",),
            ),
            Reverse(kind="compensating", reason="ansible.undo_tool_stays", only=("create",)),
        ),
        writes=(path,),
    )


def _read(found: tuple[Found, ...]) -> Was:
    """The servers that were there. Without a file chrony itself is new, and goes with its
    package."""
    text = found[0].kept.get("content")
    if not isinstance(text, str):
        return Was(verb="create")
    sources = [(match[1], match[2]) for match in _SOURCE.finditer(text)]
    if not sources or any(sort != _sort(name) for sort, name in sources):
        return Was(unread="ansible.before_ntp")
    return Was(verb="update", values={"servers": [name for _, name in sources]})


def _restarts() -> tuple[Task, ...]:
    """chronyd reads its servers only when it starts."""
    return tuple(
        Task(
            name=f"Restart {service} with its servers ({family})",
            module="ansible.builtin.service",
            args={"name": service, "state": "restarted"},
            verb="run",
            family=family,
            acts=True,
            follows=("chrony:servers",),
            needs=("package:chrony",),
        )
        for family, (service,) in names.by_family("services", ("chronyd",))
    )
