"""The inline adapter of the jobs port: work is done in this process, and a file lock says so.

Called by ``wiring``, which hands it to the service. The kernel drops the lock when the process
ends, however it ends, so an abandoned job is known for certain. ``leased`` uses the same locks to
know which processes of this machine live. See flock(2); the folder must be on this machine.
"""

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TypeVar

from kiki.model.change import Change
from kiki.model.errors import TemporaryError

# Somebody who only looks holds the lock for an instant: an owner tries again that often.
_TRIES = 10
_PAUSE_S = 0.02
_Done = TypeVar("_Done")


class InlineJobs:
    """Implements ``service.parts.Jobs`` with a lock file for each owned change under *folder*."""

    def __init__(self, folder: str) -> None:
        self._folder = Path(folder)

    def start(self, change_id: str, work: Callable[[], Change]) -> Change:
        """Own the change and do *work*; TemporaryError ``job.owned`` when another process does,
        ``job.folder_failed`` when the lock file can't be made."""
        with self._owned(change_id):
            return work()

    def abandoned(self, change_id: str) -> bool:
        """Whether nobody owns the change."""
        path = self._path(change_id)
        with _failures(path):
            try:
                descriptor = os.open(path, os.O_RDWR)
            except FileNotFoundError:
                return True
            try:
                # A file that was just removed says nothing of the one that may be there now.
                return _locked(descriptor, fcntl.LOCK_SH) and not _replaced(descriptor, path)
            finally:
                os.close(descriptor)

    def hold(self, change_id: str) -> None:
        """Nothing: the lock can't be lost."""

    def watch(self, change_id: str, end: Callable[[], object]) -> None:
        """Nothing: a cancel from elsewhere on this machine ends the processes itself."""

    def unlock(self, change_id: str, give_back: Callable[[str], None]) -> None:
        """Give back the change's host locks."""
        give_back(change_id)

    def live(self, name: str, mark: str = "") -> ExitStack:
        """Hold the lock called *name* until what comes back is closed, or this process ends."""
        held = ExitStack()
        held.enter_context(self._owned(name, mark))
        return held

    def beside(self, change_id: str, mark: str, work: Callable[[], _Done]) -> _Done:
        """As ``start``, for one who owns the change by a lease and leaves a *mark*. Whoever holds
        the lock with a mark has lost the change to the caller, and may be slow to notice."""
        try:
            held = self.live(change_id, mark)
        except TemporaryError as error:
            if error.code != "job.owned" or not self._mark(change_id):
                raise
            held = ExitStack()
        with held:
            return work()

    def _mark(self, change_id: str) -> str:
        try:
            return self._path(change_id).read_text("ascii")
        except OSError:
            return ""

    @contextmanager
    def _owned(self, change_id: str, mark: str = "") -> Iterator[None]:
        path = self._path(change_id)
        with _failures(path):
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            descriptor = _taken(path)
        if descriptor is None:
            raise TemporaryError("job.owned", id=change_id)
        try:
            os.write(descriptor, mark.encode())
            yield
        finally:
            with suppress(OSError):
                path.unlink()
            os.close(descriptor)

    def _path(self, change_id: str) -> Path:
        return self._folder / f"{change_id}.lock"


def _taken(path: Path) -> int | None:
    """A descriptor that holds the lock; None when somebody else keeps holding it."""
    for _ in range(_TRIES):
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        if _locked(descriptor, fcntl.LOCK_EX) and not _replaced(descriptor, path):
            return descriptor
        os.close(descriptor)
        time.sleep(_PAUSE_S)
    return None


def _locked(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _replaced(descriptor: int, path: Path) -> bool:
    """Whether *path* is another file by now: an owner removes its own when it is done."""
    try:
        now = path.stat()
    except FileNotFoundError:
        return True
    mine = os.fstat(descriptor)
    return (now.st_dev, now.st_ino) != (mine.st_dev, mine.st_ino)


@contextmanager
def _failures(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise TemporaryError("job.folder_failed", path=str(path), why=why) from error
