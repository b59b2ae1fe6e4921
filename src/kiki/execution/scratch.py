"""Short-lived folders in memory, for what must not reach a disk.

Called by ``runner`` and ``inventories``. Ansible's raw events hold diffs and file contents of
hosts; while a run goes on they pass through here, and ssh keeps its sockets here because a socket's
path may have only 108 bytes. Where there is no /dev/shm the temporary folder is used.
A run that was cut leaves its folder behind; ``Executor.end`` removes it.
"""

import hashlib
import os
import shutil
import stat
import tempfile
from pathlib import Path

from kiki.execution.faults import guarded
from kiki.model.errors import UsageError

_SHM = Path("/dev/shm")  # noqa: S108 -- checked below: ours, private, no link
_ROOM = 60  # characters of the root's path that still leave room for a socket's name


def root() -> Path:
    """Our private folder, made when it is not there."""
    for parent in _parents():
        path = parent / _name()
        if _is_ours(path):
            return path
    raise UsageError("execution.scratch_unusable", path=str(_SHM / _name()))


def folder(run: str) -> Path:
    """A new private folder for one run's raw data."""
    with guarded(root()):
        return Path(tempfile.mkdtemp(prefix=f"{run[:24]}-", dir=root()))


def sockets(*parts: str) -> Path:
    """The folder for ssh's sockets of runs that *parts* tell apart from others.

    ssh reuses a connection by host and user alone, whatever key it was opened with: runs share
    a folder only when their inventory, user and key are the same.
    """
    name = hashlib.sha256("\0".join(parts).encode()).hexdigest()[:10]
    path = root() / "cp" / name
    with guarded(path):
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def folders() -> list[Path]:
    """Every folder in memory that is there now, of runs of any Kiki of this user."""
    return [path for path in root().iterdir() if path.name != "cp" and path.is_dir()]


def drop(path: Path) -> None:
    """Remove a run's folder, if it is one of ours."""
    if path.is_absolute() and path.parent.name == _name() and path.name != "cp":
        shutil.rmtree(path, ignore_errors=True)


def _name() -> str:
    return f"kiki-{os.getuid()}"


def _parents() -> tuple[Path, ...]:
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    return (_SHM, *([Path(runtime)] if runtime else []), Path(tempfile.gettempdir()))


def _is_ours(path: Path) -> bool:
    """Whether *path* is, now at least, a folder that nobody else can look into or has planted."""
    if len(str(path)) > _ROOM:
        return False
    try:
        path.mkdir(mode=0o700, exist_ok=True)
        found = path.lstat()
    except OSError:
        return False
    private = stat.S_ISDIR(found.st_mode) and stat.S_IMODE(found.st_mode) & 0o077 == 0
    return private and found.st_uid == os.getuid()
