"""Services that keep a host reachable and running.

Stopping or disabling one is refused. Restarting the network or the message bus, and stopping what
guards a host, makes a change high.
"""

from kiki.model.finding import Finding
from kiki.model.intent import Operation
from kiki.policy.case import Case, Concern, Opinion
from kiki.policy.fields import matches, noun, on_hosts, plain, texts, verb

PROTECTED = (
    *(
        "ssh",
        "sshd",
        "sshd@*",
        "ssh@*",
        "sshd-keygen*",
        "openssh",
        "openssh-*",
        "network",
        "networking",
        "network-*",
    ),
    *("networkmanager*", "nm-*", "systemd-*", "dbus*", "messagebus", "polkit", "init", "getty@*"),
    *("serial-getty@*", "console-getty", "user@*", "*.target", "*.slice", "wpa_*"),
)
FRAGILE = ("network", "networking", "networkmanager", "systemd-*", "dbus*", "messagebus")
GUARDS = (
    *("firewalld", "nftables", "iptables", "ip6tables", "ufw", "auditd", "apparmor"),
    *("*.mount", "fail2ban", "rsyslog", "chronyd", "chrony", "ntpd", "ntpsec"),
)

_ENDINGS = (".service", ".socket")
_HARMLESS = frozenset({"start", "enable", "unmask"})
_STOPPING = frozenset({"stop", "disable", "mask"})
_UNITS = ("unit", "timer")  # a unit of the same name takes the place of what a package brings
_NOUNS = ("service", *_UNITS)


def judge(case: Case) -> tuple[Opinion, ...]:
    """Opinions on every service that an operation touches."""
    services = [found for found in on_hosts(case.intent) if noun(found) in _NOUNS]
    return tuple(
        opinion
        for operation in services
        if verb(operation) not in _HARMLESS
        for name in texts(operation, "names", "name")
        for opinion in _opinions(operation, name)
    )


def _opinions(operation: Operation, name: str) -> tuple[Opinion, ...]:
    short, doing = _unit(name), verb(operation)
    params = {"kind": operation.kind, "service": name}
    if noun(operation) in _UNITS and matches(short, PROTECTED):
        return (Finding(code="policy.service_protected", severity="error", params=params),)
    if doing in _STOPPING and matches(short, PROTECTED):
        return (Finding(code="policy.service_protected", severity="error", params=params),)
    if doing in _STOPPING and matches(short, GUARDS):
        return (Concern(code="policy.service_guard", risk="high", params=params),)
    if doing == "restart" and matches(short, FRAGILE):
        return (Concern(code="policy.service_fragile", risk="high", params=params),)
    if doing not in (*_STOPPING, "restart") and matches(short, PROTECTED):
        return (Concern(code="policy.service_protected", risk="high", params=params),)
    return ()


def _unit(name: str) -> str:
    short = plain(name)
    for ending in _ENDINGS:
        short = short.removesuffix(ending)
    return short
