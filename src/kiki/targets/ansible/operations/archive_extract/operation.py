"""Unpack an archive that is on the host.

Called by ``understand`` (fields) and ``compose`` (tasks). The directory has to be there; files of
the same name in it are replaced.
"""

from typing import Any

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible import packages
from kiki.targets.ansible.accounts import account_checks
from kiki.targets.ansible.fields import AbsolutePath, Owner, without_slash
from kiki.targets.ansible.files import bringers, owned, owners, place_checks
from kiki.targets.ansible.tasks import Reverse, Task

RISK: Risk = "medium"

_ENDINGS = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz", ".tar.zst", ".zip")


class Fields(Record, frozen=True):
    """*source* is the archive, *path* the directory that it is unpacked into."""

    path: AbsolutePath
    source: AbsolutePath
    owner: Owner = ""
    group: Owner = ""

    def __post_init__(self) -> None:
        """ValueError for a file that is no archive by its name."""
        if not self.source.endswith(_ENDINGS):
            raise ValueError(f"the name of an archive ends with {', '.join(_ENDINGS)}")


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """See that there is a directory, and a program for what tar can't read, and unpack."""
    path, source = without_slash(fields.path), fields.source
    rights: dict[str, Any] = {}
    rights |= owned(fields)
    zipped = source.endswith(".zip")
    return (
        *place_checks(path, ensured),
        *account_checks("user", (fields.owner,), ensured),
        *account_checks("group", (fields.group,), ensured),
        *(packages.install(("unzip",), ensured) if zipped else ()),
        Task(
            name=f"Extract {source} into {path}",
            module="ansible.builtin.unarchive",
            args={"src": source, "dest": path, "remote_src": True, **rights},
            verb="update",
            items=((path, path),),
            needs=(*bringers(f"{path}/x"), *bringers(source), *owners(rights)),
            foreign=True,
            reverses=(Reverse(kind="impossible", reason="ansible.undo_extracted"),),
        ),
    )
