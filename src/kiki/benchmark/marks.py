"""What a piece of code does, as marks: ``("package", "absent")``, ``("kind", "Service")``.

Called by ``freeform``, for our own code and for a model's. Lenient: any module for the same thing
will do, with its short or its full name, in any place.
"""

from collections.abc import Iterator
from typing import Any

Mark = tuple[str, str]

_MODULES = {
    "apt": "package", "dnf": "package", "dnf5": "package", "yum": "package", "package": "package",
    "service": "service", "systemd": "service", "systemd_service": "service",
    "user": "user", "ping": "ping", "file": "file",
    "copy": "content", "template": "content", "lineinfile": "content", "blockinfile": "content",
    "firewalld": "firewall", "ufw": "firewall", "iptables": "firewall",
    "group": "group", "cron": "cron", "mount": "mount", "git": "git", "get_url": "download",
    "archive": "archive", "unarchive": "extract", "authorized_key": "key", "hostname": "hostname",
    "timezone": "timezone", "sysctl": "sysctl", "selinux": "selinux", "seboolean": "boolean",
    "reboot": "reboot", "deb822_repository": "repository", "yum_repository": "repository",
    "apt_repository": "repository", "mysql_db": "database", "postgresql_db": "database",
    "mysql_user": "database_user", "postgresql_user": "database_user",
}  # fmt: skip
# What also does it: the newest version is installed, too, and a restart also reads the settings.
_MORE = {
    ("package", "present"): ("package", "latest"),
    ("service", "reloaded"): ("service", "restarted"),
}
_GONE = ("absent", "removed", "uninstalled")
_MOUNTS = {
    "present": ("present",), "unmounted": ("unmounted",), "absent_from_fstab": ("absent",),
    "absent": ("unmounted", "absent"),
}  # fmt: skip
_NO = (False, "no", "false", "No", "False")


def of(node: Any) -> set[Mark]:
    """Every mark of parsed YAML."""
    return set(_all(node))


def met(wanted: Mark, found: set[Mark]) -> bool:
    """Whether *wanted* is in *found*, or what does as much."""
    return wanted in found or _MORE.get(wanted) in found


def _all(node: Any) -> Iterator[Mark]:
    if isinstance(node, list):
        for one in node:
            yield from _all(one)
    if isinstance(node, dict):
        yield from _own(node)
        for key, one in node.items():
            if not _sort(key):  # a module's arguments hold no tasks: "user" of cron is none
                yield from _all(one)


def _own(node: dict[Any, Any]) -> Iterator[Mark]:
    """The marks of one mapping: a manifest, a Heat resource or a task."""
    if isinstance(node.get("kind"), str) and "apiVersion" in node:
        yield "kind", node["kind"]
    kind = node.get("type")
    # A group holds what is meant; without one there are as many resources.
    if isinstance(kind, str) and kind.startswith("OS::") and kind != "OS::Heat::ResourceGroup":
        yield "resource", kind
    for key, value in node.items():
        sort = _sort(key)
        if sort:
            yield from _task(sort, _arguments(value))


def _sort(key: Any) -> str:
    """The sort of thing that a module called *key* is for; empty for any other key."""
    return _MODULES.get(str(key).rpartition(".")[2], "")


def _arguments(value: Any) -> dict[str, Any]:
    """A module's arguments, also those written as ``name=nginx state=present``."""
    if isinstance(value, dict):
        return value
    pairs = (word.partition("=") for word in str(value or "").split())
    return {name: text for name, equals, text in pairs if equals}


def _task(sort: str, args: dict[str, Any]) -> Iterator[Mark]:
    state = str(args.get("state", ""))
    match sort:
        case "service":
            if state:
                yield "service", state
            if "enabled" in args:
                yield "service", "disabled" if args["enabled"] in _NO else "enabled"
            if "masked" in args:
                yield "service", "unmasked" if args["masked"] in _NO else "masked"
        case "firewall":
            yield "firewall", "closed" if _closes(args, state) else "open"
        case "file":
            yield from _file(state)
        case "content":
            yield "file", "present"
        case "mount":
            yield from (("mount", one) for one in _MOUNTS.get(state, ("present", "mounted")))
        case "boolean":
            yield "boolean", "off" if args.get("state") in _NO else "on"
        case "repository" if state == "absent":
            yield "path", "absent"  # the file that it stands in
        case "package" if state == "latest":
            yield "package", "latest"
        case _:
            yield sort, "absent" if state in _GONE else "present"


def _file(state: str) -> Iterator[Mark]:
    if state == "absent":
        yield "path", "absent"
    elif state == "directory":
        yield "directory", "present"
    elif state in ("touch", "file"):
        yield "file", "present"


def _closes(args: dict[str, Any], state: str) -> bool:
    gone = state in ("disabled", "absent") or args.get("delete") in (True, "yes", "true")
    return gone or str(args.get("rule", "")) in ("deny", "reject")
