"""Say how logs are rotated: how often, how many are kept, compressed or not.

Called by ``understand`` (fields) and ``compose`` (tasks). logrotate is brought where it is not
there. What it would do is asked of it (``logrotate -d``) before and after; no log is touched here.
"""

from typing import Annotated, Literal

from msgspec import Meta
from msgspec.structs import replace

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible import logs
from kiki.targets.ansible.fields import LogPath
from kiki.targets.ansible.files import file_task
from kiki.targets.ansible.tasks import FOUND, PROBE, Task

RISK: Risk = "medium"

_RIGHTS = {"mode": "0644", "owner": "root", "group": "root"}


class Fields(Record, frozen=True):
    """*path* of one log, or with ``*`` of several; *keep* old ones are kept. With a *size*, such as
    ``100M``, logs are also rotated when they are larger, before it is time. *emptied*: the log is
    copied and emptied, so that no program has to be told; otherwise it is moved, and a new one is
    made."""

    path: LogPath
    every: Literal["daily", "weekly", "monthly"] = "weekly"
    keep: Annotated[int, Meta(ge=0, le=1000)] = 4
    size: Annotated[str, Meta(pattern=r"^(?:|[1-9]\d{0,8}[kMG]?)\Z")] = ""
    compress: bool = True
    emptied: bool = True


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """logrotate, looks, the file, and what logrotate says of it."""
    path = logs.file_of(fields.path)
    written = file_task(path, _content(fields), _RIGHTS)
    tried = replace(
        written,
        args={**written.args, "validate": f"{logs.PROGRAM} -d %s"},
        needs=(*written.needs, "package:logrotate"),
    )
    return (
        *logs.brought(ensured),
        logs.taken("are"),
        *logs.alone(fields.path),
        tried,
        logs.taken("have become"),
        _probe(fields.path),
    )


def _content(fields: Fields) -> str:
    lines = [fields.every, f"rotate {fields.keep}"]
    lines += [f"maxsize {fields.size}"] if fields.size else []
    lines += ["compress", "delaycompress"] if fields.compress else ["nocompress"]
    lines += ["copytruncate"] if fields.emptied else ["create"]
    lines += ["missingok", "notifempty"]
    inside = "".join(f"    {line}\n" for line in lines)
    return f"{fields.path} {{\n{inside}}}\n"


def _probe(path: str) -> Task:
    return Task(
        name=f"{PROBE}logrotate has {path} among what it rotates",
        module="ansible.builtin.command",
        args={"cmd": f"{logs.PROGRAM} -d {logs.MAIN}"},
        verb="none",
        probe=True,
        needs=(f"path:{logs.file_of(path)}",),
        fails=(f"'rotating pattern: {path} ' not in ({FOUND}.stderr | default(''))",),
    )
