"""Looks at what a setting is before it is changed: in a file, or by where a link leads.

Called by the operations that set one value of the system. Values from hosts are data.
"""

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from kiki.targets.ansible.files import looking, reading
from kiki.targets.ansible.tasks import Before, Found, Task, Was

Value = Callable[[str], Any]
"""Makes the value of a text; None when there is none in it."""


def from_file(path: str, field: str, value: Value, becomes: Any) -> Before:
    """A look at the file *path*; *value* of its text is what *field* was."""
    return _before(reading(path), "content", field, value, becomes)


def from_link(path: str, field: str, value: Value, becomes: Any) -> Before:
    """A look at where the link *path* leads in the end; *value* of that is what *field* was."""
    look = replace(looking(path), name=f"Look where {path} leads", register=False)
    return _before(look, "stat.lnk_source", field, value, becomes)


def _before(look: Task, key: str, field: str, value: Value, becomes: Any) -> Before:
    def read(found: tuple[Found, ...]) -> Was:
        known = value(str(found[0].kept.get(key, "")).strip())
        unread = "ansible.before_not_seen"
        return Was(unread=unread) if known is None else Was(values={field: known})

    return Before(looks=(look,), read=read, after={field: becomes})


def of_line(key: str) -> Value:
    """The value of the line ``key=value``, without quotes; None when there is none."""

    def value(text: str) -> str | None:
        pairs = (line.strip().partition("=") for line in text.splitlines())
        found = [rest.strip("\"'") for name, _, rest in pairs if name == key]
        return found[-1] if found else None

    return value
