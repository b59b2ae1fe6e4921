"""A folder that only this user can enter, at a short path: for sockets and locks.

Called by ``wiring`` for a model's server. A socket's path may have only 108 bytes, and a state
folder on a network share is seen by several machines; so these folders are in memory or in the
temporary folder, one for each user and state folder.
"""

import contextlib
import hashlib
import os
import stat
import tempfile
from pathlib import Path

from kiki.model.errors import UsageError

_SHM = Path("/dev/shm")  # noqa: S108 -- checked below: ours, private, no link


def folder(name: str, state_dir: str) -> Path:
    """The folder for *name*, made when it is not there. UsageError ``provision.no_private``."""
    for path in _places(name, state_dir):
        with contextlib.suppress(OSError):
            path.mkdir(mode=0o700, exist_ok=True)
        if _ours(path):
            return path
    raise UsageError("provision.no_private", path=str(path))


def found(name: str, state_dir: str) -> Path:
    """Where the folder is, or would be; nothing is made."""
    places = _places(name, state_dir)
    return next((path for path in places if _ours(path)), places[0])


def _places(name: str, state_dir: str) -> list[Path]:
    told = hashlib.sha256(os.fsencode(state_dir)).hexdigest()[:8]
    parents = (_SHM, Path(tempfile.gettempdir()))
    return [parent / f"kiki-{name}-{os.geteuid()}-{told}" for parent in parents]


def _ours(path: Path) -> bool:
    try:
        seen = path.lstat()
    except OSError:
        return False
    private = stat.S_ISDIR(seen.st_mode) and not seen.st_mode & 0o077
    return private and seen.st_uid == os.geteuid()
