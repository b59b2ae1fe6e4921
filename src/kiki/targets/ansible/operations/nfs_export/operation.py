"""Share a directory with other hosts over NFS.

Called by ``understand`` (fields) and ``compose`` (tasks). Never with everybody: who may mount it
has to be named. The server is brought and started; the firewall is left as it is.
"""

from typing import Annotated

from msgspec import Meta

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible import packages, services, shares
from kiki.targets.ansible.fields import NetworkSource, SharedPath, check_sources, without_slash
from kiki.targets.ansible.files import place_checks
from kiki.targets.ansible.tasks import FOUND, PROBE, Reverse, Task

RISK: Risk = "high"


class Fields(Record, frozen=True):
    """*sources*, such as ``10.0.0.0/24``, may mount the directory at *path*; with *writable* they
    may write to it. Their root counts as nobody."""

    path: SharedPath
    sources: Annotated[tuple[NetworkSource, ...], Meta(min_length=1, max_length=50)]
    writable: bool = False

    def __post_init__(self) -> None:
        """ValueError for what is no network, and for everybody."""
        check_sources(self.sources)


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """The server, looks, the file, the server's own reading of it, and who it says may mount."""
    path = without_slash(fields.path)
    return (
        *packages.install(("nfs-utils",), ensured),
        *place_checks(path, ensured),
        *shares.alone(path),
        _folder(),
        _written(path, fields),
        *services.bring("enable", ("nfs-server",), ensured),
        *services.bring("start", ("nfs-server",), ensured),
        shares.shared(path),
        _probe(path),
    )


def _folder() -> Task:
    """Debian's package brings none."""
    return Task(
        name=f"Make {shares.FOLDER}",
        module="ansible.builtin.file",
        args={"path": shares.FOLDER, "state": "directory", "mode": "0755"},
        verb="create",
        ensures=frozenset((f"path:{shares.FOLDER}",)),
        reverses=(Reverse(kind="exact"),),
    )


def _written(path: str, fields: Fields) -> Task:
    options = f"({'rw' if fields.writable else 'ro'},sync,root_squash,no_subtree_check)"
    clients = " ".join(f"{source}{options}" for source in fields.sources)
    file = shares.file_of(path)
    return Task(
        name=f"Share {path}",
        module="ansible.builtin.copy",
        args={
            "dest": file,
            "content": f"{path} {clients}\n",
            "mode": "0644",
            "owner": "root",
            "group": "root",
        },
        verb="update",
        items=((path, path),),
        ensures=frozenset((f"path:{file}",)),
        needs=(f"path:{shares.FOLDER}",),
        before=shares.before(path),
        reverses=(
            Reverse(
                kind="exact", operation="nfs_unexport", fields={"path": path}, only=("create",)
            ),
            Reverse(
                kind="exact",
                operation="nfs_export",
                fields={"path": path},
                only=("update", "replace"),
                before=("sources", "writable"),
            ),
        ),
    )


def _probe(path: str) -> Task:
    lines = f"{FOUND}.stdout_lines | default([])"
    return Task(
        name=f"{PROBE}the NFS server shares {path}",
        module="ansible.builtin.command",
        args={"argv": ["grep", "-F", "-e", path, "--", "/var/lib/nfs/etab"]},
        verb="none",
        probe=True,
        needs=(f"path:{shares.file_of(path)}",),
        fails=(f"'{path}' not in ({lines} | map('split') | map('first') | list)",),
    )
