"""One process at a time: a lock file that the kernel gives back with its holder.

Called by ``environments`` and ``models.pulls``. Imports the standard library only, as the launcher
needs it before anything is installed. See flock(2); the folder must be on this machine.
"""

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def alone(path: Path, waiting: Callable[[], None]) -> Iterator[None]:
    """Hold the lock file at *path*, made when it is not there. *waiting* is called once when
    somebody else has it. OSError as the system says."""
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            waiting()
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
