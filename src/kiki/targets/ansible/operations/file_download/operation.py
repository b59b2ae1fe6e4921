"""Have a host download a file.

Called by ``understand`` (fields) and ``compose`` (tasks). Without a checksum a file that is there
is never fetched again, and nobody knows what was fetched: the policy warns of it.
"""

from typing import Any

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible.accounts import account_checks
from kiki.targets.ansible.fields import (
    AbsolutePath,
    Checksum,
    Mode,
    Owner,
    Url,
    check_no_folder,
    four_digits,
)
from kiki.targets.ansible.files import above, folder_checks, owned, owners
from kiki.targets.ansible.kept import keeping, ways_back
from kiki.targets.ansible.tasks import Reverse, Task

RISK: Risk = "medium"


class Fields(Record, frozen=True):
    """*path* of the file that *url* is saved as. *checksum* such as ``sha256:...``: what else is
    there is replaced, and what else comes is thrown away."""

    url: Url
    path: AbsolutePath
    checksum: Checksum = ""
    mode: Mode = "0644"
    owner: Owner = ""
    group: Owner = ""

    def __post_init__(self) -> None:
        """ValueError for the name of a folder."""
        check_no_folder(self.path)


def _new_only(path: str) -> Reverse:
    return Reverse(
        kind="exact",
        operation="file_remove",
        fields={"path": path},
        only=("create",),
        otherwise="ansible.undo_content_unknown",
    )


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """See that directory, owner and group are there, where that is not certain, and fetch."""
    path = fields.path
    rights: dict[str, Any] = {"mode": four_digits(fields.mode)}
    rights |= owned(fields)
    known = {"checksum": fields.checksum} if fields.checksum else {}
    sort, _, becomes = fields.checksum.partition(":")
    becomes = becomes if sort == "sha256" else ""
    return (
        *folder_checks(path, ensured),
        *account_checks("user", (fields.owner,), ensured),
        *account_checks("group", (fields.group,), ensured),
        Task(
            name=f"Download {path}",
            module="ansible.builtin.get_url",
            args={"url": fields.url, "dest": path, **known, **rights},
            verb="update",
            items=((path, path),),
            ensures=frozenset((f"path:{path}",)),
            needs=(*above(path), *owners(rights)),
            beside=owners(rights),
            network=True,
            before=keeping(path, becomes) if becomes else None,
            reverses=ways_back(path, becomes) if becomes else (_new_only(path),),
        ),
    )
