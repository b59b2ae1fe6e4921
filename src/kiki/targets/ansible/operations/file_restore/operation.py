"""Bring a file back that a change replaced or removed, from the copy that was kept on the host.

Called by ``undo``, which makes its fields, and ``compose``; no words ask for it. The play stops
where the file is no longer as the change left it.
"""

from typing import Annotated

from msgspec import Meta

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible.fields import AbsolutePath, Mode, four_digits
from kiki.targets.ansible.files import stopping
from kiki.targets.ansible.kept import copy_of, keeping, look_at, ways_back
from kiki.targets.ansible.tasks import FOUND, Task

RISK: Risk = "medium"

Sum = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z")]
OptionalSum = Annotated[str, Meta(pattern=r"^(?:|[0-9a-f]{64})\Z")]
# An account as a host calls it, or its number where it has no name.
Account = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.-]*\$?\Z", max_length=256)]


class Fields(Record, frozen=True):
    """*kept* is the SHA-256 of the content to bring back, *changed* that of what the change wrote,
    empty where it removed the file. *owner* and *group* are names or numbers."""

    path: AbsolutePath
    kept: Sum
    mode: Mode
    owner: Account
    group: Account
    changed: OptionalSum = ""


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """Look, stop where somebody else wrote it since, bring it back."""
    path = fields.path
    said = f"{FOUND}.stat.checksum | default('no file' if {FOUND}.stat.exists else '')"
    test = f"({said}) in {[fields.changed, fields.kept]}"
    stop = stopping(
        f"Check that {path} is as the change left it", test, f"{path} was changed by others since"
    )
    return look_at(path, FOUND), stop, _restoring(fields)


def _restoring(fields: Fields) -> Task:
    """Where only the rights differ no copy was made, and the file is its own source."""
    path, copy = fields.path, copy_of(fields.path, fields.kept)
    same = f"{FOUND}.stat.checksum | default('') == '{fields.kept}'"
    return Task(
        name=f"Bring back {path}",
        module="ansible.builtin.copy",
        args={
            "src": f"{{{{ {_text(path)} if {same} else {_text(copy)} }}}}",
            "dest": path,
            "remote_src": True,
            "mode": four_digits(fields.mode),
            "owner": fields.owner,
            "group": fields.group,
        },
        verb="update",
        items=((path, path),),
        ensures=frozenset((f"path:{path}",)),
        before=keeping(path, fields.kept),
        reverses=ways_back(path, fields.kept),
    )


def _text(path: str) -> str:
    """*path* as a text in Jinja."""
    escaped = path.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
