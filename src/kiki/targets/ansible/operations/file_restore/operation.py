"""Bring a file back that a change replaced or removed, from the copy that was kept on the host.

Called by ``undo``, which makes its fields, and ``compose``; no words ask for it. The play stops
where the file is no longer as the change left it.
"""

from typing import Annotated

from msgspec import Meta

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible.fields import AbsolutePath, Mode, four_digits
from kiki.targets.ansible.files import reloading, stopping
from kiki.targets.ansible.kept import copy_of, keeping, look_at, ways_back
from kiki.targets.ansible.quadlets import read_again, running
from kiki.targets.ansible.tasks import FOUND, Task

RISK: Risk = "medium"

Sum = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z")]
OptionalSum = Annotated[str, Meta(pattern=r"^(?:|[0-9a-f]{64})\Z")]
# An account as a host calls it, or its number where it has no name.
Account = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.-]*\$?\Z", max_length=256)]
_TELLING = 32  # hex digits of a sum that a condition compares: 128 bits, and short lines


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
    sums = [checksum[:_TELLING] for checksum in (fields.changed, fields.kept)]
    plain = f"{FOUND}.stat.isreg | default(true)"
    known = f"({FOUND}.stat.checksum | default(''))[:{_TELLING}] in {sums}"
    fail = f"{path} was changed by others since"
    stop = stopping(f"Check that {path} is as the change left it", [plain, known], fail)
    after = (*reloading(path), *read_again(path))
    return look_at(path, FOUND), stop, *running(path), _restoring(fields), *after


def _restoring(fields: Fields) -> Task:
    """Where only the rights were changed no copy was made, and none is needed."""
    path = fields.path
    rights = {"mode": four_digits(fields.mode), "owner": fields.owner, "group": fields.group}
    copy = {"src": copy_of(path, fields.kept), "dest": path, "remote_src": True, **rights}
    same = fields.kept == fields.changed
    return Task(
        name=f"Bring back {path}",
        module="ansible.builtin.file" if same else "ansible.builtin.copy",
        args={"path": path, **rights} if same else copy,
        verb="update",
        items=((path, path),),
        ensures=frozenset((f"path:{path}",)),
        before=keeping(path, fields.kept),
        reverses=ways_back(path, fields.kept),
    )
