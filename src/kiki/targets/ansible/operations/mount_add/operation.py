"""Have a file system mounted, now and at every boot.

Called by ``understand`` (fields) and ``compose`` (tasks). See ``mounts`` for what the play looks at
first.
"""

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible import mounts
from kiki.targets.ansible.fields import (
    AbsolutePath,
    FileSystem,
    Mounted,
    MountOption,
    without_slash,
)
from kiki.targets.ansible.tasks import Task

RISK: Risk = "high"


class Fields(Record, frozen=True):
    """*source* is a device, ``UUID=...``, ``LABEL=...``, or a directory of an NFS server
    (``server:/path``), mounted on *path*. Without an *fstype* it is nfs or found by the
    host; without *options* they are such that a host still boots without it."""

    path: AbsolutePath
    source: Mounted
    fstype: FileSystem = ""
    options: tuple[MountOption, ...] = ()

    def __post_init__(self) -> None:
        """ValueError for a server's directory that is to be a disk, or the other way, and for a
        path that fstab can't have as it is."""
        if not self.path.isascii() or any(char in self.path for char in " '\"\\#"):
            raise ValueError("the path of a mount has no spaces, quotes or other signs")
        if self.fstype and (":/" in self.source) != self.fstype.startswith("nfs"):
            raise ValueError("a server's directory (server:/path) is nfs, and nothing else is")


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """Look at the device, bring NFS's tools, write the entry and mount."""
    path = without_slash(fields.path)
    options = ",".join(fields.options)
    fstype = fields.fstype or ("nfs" if ":/" in fields.source else "auto")
    return (
        *mounts.before(path, fields.source, fstype, options, ensured),
        *mounts.mounting(path, fields.source, fstype, options),
    )
