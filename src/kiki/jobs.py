"""The inline adapter of the jobs port: work is done in this process, and a file lock says so.

Called by ``wiring``, which hands it to the service. The kernel drops the lock when the process
ends, however it ends, so an abandoned job is known for certain. A durable queue comes behind the
same port with the server.
"""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from kiki.model.change import Change
from kiki.model.errors import TemporaryError


class InlineJobs:
    """Implements ``service.parts.Jobs`` with one lock file a change under *folder*."""

    def __init__(self, folder: str) -> None:
        self._folder = Path(folder)

    def start(self, change_id: str, work: Callable[[], Change]) -> Change:
        """Own the change and do *work*; TemporaryError ``job.owned`` when another process does."""
        with self._claim(change_id) as mine:
            if not mine:
                raise TemporaryError("job.owned", id=change_id)
            return work()

    def abandoned(self, change_id: str) -> bool:
        """Whether nobody owns the change."""
        with self._claim(change_id) as mine:
            return mine

    @contextmanager
    def _claim(self, change_id: str) -> Iterator[bool]:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(self._folder / f"{change_id}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            yield _locked(descriptor)
        finally:
            os.close(descriptor)


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
