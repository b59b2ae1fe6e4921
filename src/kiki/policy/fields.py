"""Reading the fields of operations the way policy compares them.

Called by the rules. Operations are plain JSON here, of kinds that a rule may never have heard of.
"""

import fnmatch
import posixpath
import re
import unicodedata
from collections.abc import Iterable

from kiki.model.intent import Intent, Operation
from kiki.model.trees import leaves

# A generic kind and the field that holds its official type; its tree is judged as fields are.
_GENERIC = {"k8s.object": "type", "openstack.resource": "type", "ansible.module": "module"}
# What a module of Ansible or a kind is about, in the words of the curated kinds.
_NOUNS = {
    "apt": "package", "dnf": "package", "package": "package", "systemd_service": "service",
    "copy": "file", "lineinfile": "file", "blockinfile": "file", "replace": "file",
    "get_url": "file", "user": "user", "namespace": "namespace",
}  # fmt: skip
_VERBS = {"absent": "remove", "removed": "remove", "stopped": "stop", "unmounted": "remove"}


# Targets whose operations act on hosts themselves, through Ansible.
ON_HOSTS = frozenset(("ansible", "podman"))


def is_generic(operation: Operation) -> bool:
    """Whether the operation is of an official type that nobody has looked at."""
    return operation.kind in _GENERIC


def texts(operation: Operation, *names: str) -> tuple[str, ...]:
    """The values of the named fields as texts, lists laid out flat, also where they stand inside a
    tree; absent and empty ones are left out. TypeError for a value that is neither text, number nor
    a list of them."""
    plain_ones = [text for name in names for text in _flat(operation.fields.get(name))]
    return tuple(text for text in (*plain_ones, *_inside(operation, names)) if text)


def _inside(operation: Operation, names: tuple[str, ...]) -> Iterable[str]:
    """The values of the named properties in the trees of *operation*."""
    for tree in operation.fields.values():
        for path, leaf in leaves(tree) if isinstance(tree, dict) else ():
            keys = [step for step in path if isinstance(step, str)]
            if keys and keys[-1] in names and not isinstance(leaf, dict):
                yield from _flat(leaf)


def plain(text: str) -> str:
    """*text* as names are compared: without case, width variants and surrounding space."""
    return unicodedata.normalize("NFKC", text).casefold().strip()


def matches(text: str, patterns: Iterable[str]) -> bool:
    """Whether *text* is matched by any shell pattern, compared as ``plain`` does. ``*`` also
    matches ``/``."""
    return any(fnmatch.fnmatchcase(plain(text), plain(pattern)) for pattern in patterns)


def paths(operation: Operation) -> tuple[str, ...]:
    """Where things are made or removed. A user's home counts: removing the user removes it."""
    return texts(operation, "path", "paths", "dest", "page", "home")


def normal(path: str) -> str:
    """*path* as paths are compared: without ``//``, ``.`` and a last ``*`` that stands for all that
    is inside."""
    short = posixpath.normpath("/" + plain(path).lstrip("/"))
    while posixpath.basename(short).strip("*?") == "" and short != "/":
        short = posixpath.dirname(short)
    return short


def on_hosts(intent: Intent) -> tuple[Operation, ...]:
    """The operations that act on the hosts themselves, and not through some platform's API."""
    return tuple(found for found in intent.operations if found.target in ON_HOSTS)


def verb(operation: Operation) -> str:
    """The last word of the kind: ``remove`` of ``ansible.file_remove``. Of a generic one what the
    state says: ``remove`` of ``state: absent``."""
    if is_generic(operation):
        return _generic_verb(operation)
    return operation.kind.rpartition("_")[2]


def noun(operation: Operation) -> str:
    """The first word of the kind after the target: ``file`` of ``ansible.file_remove``. Of a
    generic one that of the curated kind for the same thing, else the type's own last word."""
    if is_generic(operation):
        short = re.split(r"[./:]", str(operation.fields.get(_GENERIC[operation.kind])))[-1].lower()
        return _NOUNS.get(short, short)
    return operation.kind.partition(".")[2].partition("_")[0]


def _generic_verb(operation: Operation) -> str:
    """What a generic operation does to a thing. One that switches off is a ``disable``."""
    args = operation.fields.get("args")
    args = args if isinstance(args, dict) else {}
    if args.get("enabled") is False or args.get("masked") is True:
        return "disable"
    return _VERBS.get(
        str(args.get("state")), "install" if noun(operation) == "package" else "create"
    )


def _flat(value: object) -> tuple[str, ...]:
    match value:
        case None | bool():
            return ()
        case str() | int() | float():
            return (str(value),)
        case list() | tuple():
            return tuple(text for item in value for text in _flat(item))
        case _:
            raise TypeError(f"field of type {type(value).__name__}")
