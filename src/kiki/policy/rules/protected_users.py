"""Accounts that a host can't do without: root, the one that Kiki connects as, and the system's.

Making one would overwrite it, removing one locks somebody out; both are refused. Membership in a
group that can become root makes a change high.
"""

from kiki.model.finding import Finding
from kiki.model.intent import Operation
from kiki.policy.case import Case, Concern, Opinion
from kiki.policy.fields import matches, noun, on_hosts, plain, texts, verb

SYSTEM = (
    *("daemon", "bin", "sys", "sync", "games", "man", "lp", "mail", "news", "uucp", "proxy"),
    *("www-data", "backup", "list", "irc", "gnats", "nobody", "nogroup", "_apt", "systemd-*"),
    *("messagebus", "dbus", "sshd", "polkitd", "tss", "chrony", "_chrony", "ntp", "adm"),
    *("shutdown", "halt", "operator", "ftp", "rpc", "rpcuser", "sssd", "setroubleshoot"),
    *("cockpit-*", "dnsmasq", "libstoragemgmt", "tcpdump", "uuidd", "syslog", "_*"),
)

# What kinds are about accounts, and which of them call these names.
_NOUNS = ("user", "group", "sshkey", "sudo")
_NAMING = ("user", "group")
# What takes an account away from somebody, or replaces it.
_LOSING = ("create", "remove", "lock", "revoke")

ADMIN_GROUPS = ("root", "sudo", "wheel", "adm", "admin", "docker", "libvirt", "disk", "shadow")


def judge(case: Case) -> tuple[Opinion, ...]:
    """Opinions on every account that an operation makes, changes or removes."""
    users = [operation for operation in on_hosts(case.intent) if noun(operation) in _NOUNS]
    return tuple(opinion for operation in users for opinion in _opinions(case, operation))


def _names(operation: Operation) -> tuple[str, ...]:
    """The accounts; of a group one of the same name, and every group that can become root."""
    return texts(operation, "user", *(("names", "name") if noun(operation) in _NAMING else ()))


def _opinions(case: Case, operation: Operation) -> tuple[Opinion, ...]:
    said = [_opinion(operation, *found) for found in _protected(case, operation)]
    groups = [group for group in texts(operation, "groups", "group") if _is_admin(group)]
    if noun(operation) == "group":
        own = [name for name in texts(operation, "names") if _is_admin(name)]
        said += [_opinion(operation, name, "policy.user_system") for name in own]
    return (*said, *(_admin(operation, group) for group in groups))


def _protected(case: Case, operation: Operation) -> list[tuple[str, str]]:
    """Name and code of each protected account."""
    connecting = [plain(user) for user in (case.scope.user, *case.connecting) if user]
    found = []
    for name in _names(operation):
        if plain(name) == "root":
            found.append((name, "policy.user_root"))
        elif plain(name) in connecting:
            found.append((name, "policy.user_connecting"))
        elif matches(name, SYSTEM):
            found.append((name, "policy.user_system"))
    return found


def _opinion(operation: Operation, name: str, code: str) -> Opinion:
    params = {"kind": operation.kind, "user": name}
    if verb(operation) in _LOSING:
        return Finding(code=code, severity="error", params=params)
    return Concern(code=code, risk="high", params=params)


def _is_admin(group: str) -> bool:
    return plain(group) in ADMIN_GROUPS


def _admin(operation: Operation, group: str) -> Opinion:
    params = {"kind": operation.kind, "group": group}
    return Concern(code="policy.user_admin", risk="high", params=params)
