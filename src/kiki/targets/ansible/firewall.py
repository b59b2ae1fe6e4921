"""Tasks that add and remove rules of the host's firewall: firewalld on RedHat, ufw on Debian.

Called by the operations on the firewall. They change rules only: neither firewall is switched on,
since that could shut out whoever works on the host.
"""

from typing import Any

from kiki.targets.ansible.names import Family
from kiki.targets.ansible.tasks import Reverse, Task, listing

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
