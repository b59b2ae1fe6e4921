"""Tasks that add and remove rules of the host's firewall: firewalld on RedHat, ufw on Debian.

Called by the operations on the firewall. They change rules only: neither firewall is switched on,
since that could shut out whoever works on the host.
"""

from typing import Any

from msgspec.structs import replace

from kiki.targets.ansible.files import asking, stopping
from kiki.targets.ansible.names import Family
from kiki.targets.ansible.tasks import FOUND, Reverse, Task, listing

# community.general's ufw and ansible.posix's firewalld, when the program is not installed
_GONE = {
    "RedHat": "Failed to import the required Python library",
    "Debian": "Failed to find required executable",
}


CLOSING = "Remove the rule that allows"
"""How the title of a task begins that takes a rule away: no rule is added that denies."""


def rules(ports: tuple[str, ...], *, opened: bool) -> tuple[Task, ...]:
    """One task for each family that adds (*opened*) or removes the rules for *ports*."""
    state = {"state": "enabled" if opened else "disabled"}
    redhat: dict[str, Any] = {"permanent": True, "immediate": True, "offline": True, **state}
    debian: dict[str, Any] = {"rule": "allow"} if opened else {"rule": "allow", "delete": True}
    return (
        _task("RedHat", "ansible.posix.firewalld", redhat, ports, opened),
        _task("Debian", "community.general.ufw", debian, ports, opened),
    )


def rules_for(
    ports: tuple[str, ...], sources: tuple[str, ...], *, opened: bool
) -> tuple[Task, ...]:
    """As ``rules``, only for who comes from *sources*: a task for each of them and each family."""
    return tuple(
        _sourced(task, source) for source in sources for task in rules(ports, opened=opened)
    )


def _sourced(task: Task, source: str) -> Task:
    """*task* for *source*: a rich rule of firewalld, a rule with ``from`` of ufw."""
    title = task.name.replace(f" ({task.family})", f" from {source} ({task.family})")
    (back,) = task.reverses
    place = source.translate(str.maketrans(":./", "___"))
    same = {
        "name": title,
        "var": f"{task.var}_{place}",
        "about": f"{task.about[:-1]}, from {source})",
        "reverses": (replace(back, fields={"sources": [source]}),),
    }
    if task.family == "Debian":
        return replace(task, args={**task.args, "from_ip": source}, **same)
    each = tuple({"rich_rule": _rich(args["port"], source)} for args in task.each)
    named = tuple(args["rich_rule"] for args in each)
    items = tuple(zip(named, (port for port, _ in task.items), strict=True))
    return replace(task, each=each, items=items, **same)


def _rich(port: str, source: str) -> str:
    """In firewalld's own spelling, by which it knows a rule again."""
    number, _, protocol = port.partition("/")
    family = "ipv6" if ":" in source else "ipv4"
    where = f'family="{family}" source address="{source}"'
    return f'rule {where} port port="{number}" protocol="{protocol}" accept'


# What firewalld calls those ports that it may have open by the name of a service.
_SERVICES = {
    "21/tcp": "ftp", "22/tcp": "ssh", "25/tcp": "smtp", "53/tcp": "dns", "53/udp": "dns",
    "80/tcp": "http", "123/udp": "ntp", "389/tcp": "ldap", "443/tcp": "https",
    "2049/tcp": "nfs", "3306/tcp": "mysql", "5432/tcp": "postgresql", "6379/tcp": "redis",
}  # fmt: skip


def not_for_everybody(ports: tuple[str, ...]) -> tuple[Task, ...]:
    """Stop where a port is open for everybody: a rule for some would change nothing there."""
    found: list[Task] = []
    for port in ports:
        found += _firewalld(port, "ports", port)
        found += _firewalld(port, "services", _SERVICES.get(port, ""))
        found += _ufw_rules(port)
    return tuple(found)


_EVERYBODY = "is open for everybody already, so a rule for some of them changes nothing"


def _firewalld(port: str, sort: str, name: str) -> tuple[Task, ...]:
    """Whether firewalld's default zone has *name* among its ports or services."""
    if not name:
        return ()
    # Where the program is not there, or firewalld does not run, there is nothing to see.
    command = {"cmd": f"firewall-cmd --list-{sort}"}
    look = asking(f"Look at firewalld's {sort} for {port}", command)
    test = f"'{name}' not in ({FOUND}.stdout | default('')).split()"
    title = f"Check that firewalld's {sort} have no {name} for everybody"
    return replace(look, family="RedHat"), _stop(title, test, port, "RedHat")


def _ufw_rules(port: str) -> tuple[Task, ...]:
    """Of one port alone, or in a list; ranges and profiles of applications are not seen."""
    number, _, protocol = port.partition("/")
    rule = (
        rf"^ufw (allow|limit) (in )?([0-9,:]+,)?{number.replace('-', ':')}(,[0-9,:]+)?"
        rf"(/{protocol})?( comment .*)?$"
    )
    look = asking(f"Look at ufw's rules for {port}", {"cmd": "/usr/sbin/ufw show added"})
    steps = (
        f"{FOUND}.stdout_lines | default([])",
        f"select('match', '{rule}')",
        "list | length == 0",
    )
    test = "\n| ".join(steps)
    title = f"Check that ufw has no {port} for everybody"
    return replace(look, family="Debian"), _stop(title, test, port, "Debian")


def _stop(title: str, test: str, port: str, family: Family) -> Task:
    return replace(stopping(title, test, f"{port} {_EVERYBODY}"), family=family)


def _task(
    family: Family, module: str, args: dict[str, Any], ports: tuple[str, ...], opened: bool
) -> Task:
    verb, back = ("open", "firewall_close") if opened else ("close", "firewall_open")
    title = "Open" if opened else CLOSING
    return Task(
        name=f"{title} {listing(ports)} ({family})",
        module=module,
        args=args,
        verb="create" if opened else "delete",
        family=family,
        each=tuple({"port": port} if family == "RedHat" else _ufw(port) for port in ports),
        var=f"{verb}_ports_{family.lower()}",
        about=f"Ports to {verb} ({family})",
        items=tuple((port, port) for port in ports),
        gone="" if opened else _GONE[family],
        needs=("package:firewalld" if family == "RedHat" else "package:ufw",),
        reverses=(Reverse(kind="exact", operation=back, items="ports"),),
    )


def _ufw(port: str) -> dict[str, Any]:
    """``8000-8100/udp`` as ufw takes it."""
    number, _, protocol = port.partition("/")
    return {"port": number.replace("-", ":"), "proto": protocol}
