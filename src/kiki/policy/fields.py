"""Reading the fields of operations the way policy compares them.

Called by the rules. Operations are plain JSON here, of kinds that a rule may never have heard of.
"""

import fnmatch
import posixpath
import unicodedata
from collections.abc import Iterable

from kiki.model.intent import Intent, Operation


def texts(operation: Operation, *names: str) -> tuple[str, ...]:
    """The values of the named fields as texts, lists laid out flat; absent and empty ones are
    left out. TypeError for a value that is neither text, number nor a list of them."""
    return tuple(text for name in names for text in _flat(operation.fields.get(name)) if text)


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
    return tuple(found for found in intent.operations if found.target == "ansible")


def verb(operation: Operation) -> str:
    """The last word of the kind: ``remove`` of ``ansible.file_remove``."""
    return operation.kind.rpartition("_")[2]


def noun(operation: Operation) -> str:
    """The first word of the kind after the target: ``file`` of ``ansible.file_remove``."""
    return operation.kind.partition(".")[2].partition("_")[0]


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
