"""Making an environment so that a half-made one is never used.

Called by ``bootstrap`` and ``ansible``. Standard library only. An environment is built in a folder
beside its place, gets its stamp last and is then moved there; a lock keeps two builders apart. The
stamp is the real path of its Python and the text of its locks: when either differs, it is made
anew. The launcher compares the same stamp without importing this.
"""

import errno
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from kiki.model.errors import KikiError, TemporaryError, UsageError
from kiki.provision import turns
from kiki.provision.installers import Report

STAMP = "kiki.stamp"
_DENIED = (errno.EACCES, errno.EPERM, errno.EROFS)
_FULL = (errno.ENOSPC, errno.EDQUOT)


def current(folder: Path, locks: str) -> bool:
    """Whether the environment in *folder* is whole and was made from these *locks*."""
    try:
        return (folder / STAMP).read_bytes() == _stamp(folder, locks)
    except OSError:
        return False


def make(folder: Path, locks: str, fill: Callable[[Path], None], report: Report) -> None:
    """Have *fill* make the environment, and put it at *folder*; nothing to do when it is current.

    UsageError ``provision.not_writable``, TemporaryError ``provision.disk_full`` or
    ``provision.install_failed``; what *fill* raises goes through.
    """
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with _alone(folder, report):
            if not current(folder, locks):
                _build(folder, locks, fill, report)
    except OSError as error:
        raise explained(error, folder) from error


def explained(error: OSError, folder: Path) -> KikiError:
    """The KikiError for a failed operation on *folder*."""
    if error.errno in _DENIED:
        return UsageError("provision.not_writable", path=str(folder))
    if error.errno in _FULL:
        return TemporaryError("provision.disk_full", path=str(folder.parent), line=str(error))
    return TemporaryError("provision.install_failed", tool="venv", line=str(error))


@contextmanager
def _alone(folder: Path, report: Report) -> Iterator[None]:
    """Hold the lock of *folder*'s builders."""
    lock = folder.with_name(f"{folder.name}.lock")
    with turns.alone(lock, lambda: report("provision.waiting", {"path": str(folder)})):
        yield


def _build(folder: Path, locks: str, fill: Callable[[Path], None], report: Report) -> None:
    _remove_leftovers(folder)
    # The pid keeps it apart from the folder of a builder that was killed, whose pip may still run.
    aside = folder.with_name(f"{folder.name}-new-{os.getpid()}")
    try:
        fill(aside)
        _relocate(aside, folder)
        (aside / STAMP).write_bytes(_stamp(aside, locks))
        _replace(folder, aside, report)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _remove_leftovers(folder: Path) -> None:
    for leftover in folder.parent.glob(f"{folder.name}-new-*"):
        shutil.rmtree(leftover, ignore_errors=True)


def _relocate(aside: Path, folder: Path) -> None:
    """Scripts name their environment's Python by its full path: give them the final one. Beside
    them is a folder of compiled ones, where a package has scripts called ``*.py``."""
    for script in (aside / "bin").iterdir():
        plain = script.is_file() and not script.is_symlink()
        text = script.read_bytes() if plain else b""
        if bytes(aside) in text:
            script.write_bytes(text.replace(bytes(aside), bytes(folder)))


def _replace(folder: Path, aside: Path, report: Report) -> None:
    """Move *aside* to *folder*. What has our stamp is outdated and goes; anything else there is
    not ours to delete and is kept beside."""
    if not os.path.lexists(folder):
        aside.rename(folder)
    elif (folder / STAMP).exists():
        old = folder.with_name(f"{folder.name}-new-{os.getpid()}-old")
        folder.rename(old)
        aside.rename(folder)
        shutil.rmtree(old, ignore_errors=True)
    else:
        kept = folder.with_name(f"{folder.name}-set-aside-{os.getpid()}")
        folder.rename(kept)
        aside.rename(folder)
        report("provision.set_aside", {"path": str(folder), "kept": str(kept)})


def _stamp(folder: Path, locks: str) -> bytes:
    return b"%b\n%b" % (os.fsencode((folder / "bin" / "python").resolve()), locks.encode())
