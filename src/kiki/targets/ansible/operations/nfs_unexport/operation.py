"""Share a directory over NFS no more.

Called by ``understand`` (fields) and ``compose`` (tasks). Only what Kiki shared; the directory and
the server stay.
"""

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible import shares
from kiki.targets.ansible.fields import SharedPath, without_slash
from kiki.targets.ansible.tasks import Reverse, Task

RISK: Risk = "high"


class Fields(Record, frozen=True):
    """*path* as ``nfs_export`` was told it."""

    path: SharedPath


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """The file goes, and the server reads what is left. Who has it mounted gets errors."""
    path = without_slash(fields.path)
    file = shares.file_of(path)
    return (
        Task(
            name=f"Share {path} no more",
            module="ansible.builtin.file",
            args={"path": file, "state": "absent"},
            verb="delete",
            items=((path, path),),
            breaks=frozenset((f"path:{file}",)),
            before=shares.before(path),
            reverses=(
                Reverse(
                    kind="exact",
                    operation="nfs_export",
                    fields={"path": path},
                    before=("sources", "writable"),
                ),
            ),
        ),
        shares.shared(path),
    )
