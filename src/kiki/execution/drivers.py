"""Kiki's side of the driver process: starting it, giving it the order, reading its lines.

Called by ``runs`` and ``runner``. A driver leads a session of its own, so that a Ctrl-C on Kiki's
terminal does not reach it and everything that it starts can be found. Loading ansible-runner takes
a driver about as long as one task on a host: ``Drivers`` starts the next one ahead, while Kiki
waits for something else. One that never gets an order ends when Kiki does.
"""

import contextlib
import json
import os
import select
import subprocess
import tempfile
import threading
import time
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kiki.execution import environment, scratch
from kiki.execution.faults import guarded
from kiki.execution.homes import Home
from kiki.model.errors import TemporaryError

SCRIPT = Path(__file__).with_name("driver")  # a folder: nothing else of ours on its path
_CHUNK = 1 << 16
_COMPLAINTS = 4_000  # bytes of what the driver says when it fails


class TimedOut(Exception):  # noqa: N818 -- it never leaves this package
    """The time limit of the run has passed."""


class Driver:
    """A started driver that waits for its order."""

    def __init__(self, home: Home) -> None:
        self.python = home.python
        place = scratch.root()
        with guarded(place):
            self._complaints = tempfile.TemporaryFile(dir=place)  # noqa: SIM115 -- closed by close
        try:
            self._process = subprocess.Popen(
                [home.python, str(SCRIPT)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._complaints,
                env=environment.passed(),
                cwd=place,
                start_new_session=True,
            )
        except OSError as error:
            self._complaints.close()
            why = error.strerror or str(error)
            raise TemporaryError("execution.ansible_unusable", path=home.python, why=why) from error
        # One that is never asked leaves no process and no open pipe behind, and nobody waits.
        self._abandon = weakref.finalize(self, _kill, self._process, self._complaints)

    @property
    def pid(self) -> int:
        """The leader of the run's process group."""
        return self._process.pid

    @property
    def waiting(self) -> bool:
        """Whether it is still there."""
        return self._process.poll() is None

    def give(self, order: dict[str, Any]) -> None:
        """Hand over the order: now it may start. The pipe stays open, as long as Kiki lives."""
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.write((json.dumps(order) + "\n").encode())
            self._process.stdin.flush()

    def lines(self, timeout_s: float) -> Iterator[dict[str, Any]]:
        """Each line as it comes, until the driver closes its output. TimedOut after the limit."""
        assert self._process.stdout is not None
        source = self._process.stdout.fileno()
        deadline = time.monotonic() + timeout_s
        rest = b""
        while chunk := _read(source, deadline):
            *whole, rest = (rest + chunk).split(b"\n") if b"\n" in chunk else [rest + chunk]
            for line in whole:
                yield json.loads(line)

    def complaint(self) -> str:
        """The last lines that the driver wrote to its standard error, whole ones: a secret that is
        cut would not be known any more."""
        size = os.fstat(self._complaints.fileno()).st_size
        start = max(0, size - _COMPLAINTS)
        said = os.pread(self._complaints.fileno(), _COMPLAINTS, start).decode(errors="replace")
        return said.partition("\n")[2] if start else said

    def close(self) -> None:
        """Close the pipes and wait for the driver, which has ended or is ended now."""
        with contextlib.suppress(OSError):
            if self._process.stdin is not None:
                self._process.stdin.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=1)
        self._abandon()


class Drivers:
    """The next driver, started ahead."""

    def __init__(self) -> None:
        self._next: Driver | None = None
        self._lock = threading.Lock()

    def warm(self, home: Home) -> None:
        """Start the next driver, unless one waits already. What goes wrong shows at ``take``."""
        with self._lock, contextlib.suppress(TemporaryError):
            if self._next is None or not self._next.waiting:
                self._next = Driver(home)

    def take(self, home: Home) -> Driver:
        """The one that waits, or a new one."""
        with self._lock:
            found, self._next = self._next, None
        if found is not None and found.python == home.python and found.waiting:
            return found
        return Driver(home)


def _kill(process: "subprocess.Popen[bytes]", complaints: Any) -> None:
    process.kill()
    for pipe in filter(None, (process.stdin, process.stdout, complaints)):
        with contextlib.suppress(OSError):
            pipe.close()
    process.wait()


def _read(source: int, deadline: float) -> bytes:
    """Some bytes, or none at the end of the output."""
    poll = select.poll()
    poll.register(source, select.POLLIN)
    while True:
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimedOut
        if poll.poll(min(left, 3600.0) * 1000):
            return os.read(source, _CHUNK)
