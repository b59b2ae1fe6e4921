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
}  # fmt: skip
_GONE = ("absent", "removed", "uninstalled")
_NO = (False, "no", "false", "No", "False")


def of(node: Any) -> set[Mark]:
    """Every mark of parsed YAML."""
    return set(_all(node))


def met(wanted: Mark, found: set[Mark]) -> bool:
    """Whether *wanted* is in *found*; bringing a package to its newest version also installs it."""
    return wanted in found or (wanted == ("package", "present") and ("package", "latest") in found)


def _all(node: Any) -> Iterator[Mark]:
    if isinstance(node, list):
        for one in node:
            yield from _all(one)
    if isinstance(node, dict):
        yield from _own(node)
        for one in node.values():
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
        sort = _MODULES.get(str(key).rpartition(".")[2])
        if sort:
            yield from _task(sort, _arguments(value))


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
        case "firewall":
            yield "firewall", "closed" if _closes(args, state) else "open"
        case "file":
            yield from _file(state)
        case "content":
            yield "file", "present"
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
