"""Kiki's side of the driver process: starting it, giving it the order, reading its lines.

Called by ``runner``. The driver leads a session of its own, so that a Ctrl-C on Kiki's terminal
does not reach it and everything that it starts can be found.
"""

import contextlib
import json
import os
import select
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kiki.execution.homes import Home
from kiki.model.errors import TemporaryError

SCRIPT = Path(__file__).with_name("driver")  # a folder: nothing else of ours on its path
_CHUNK = 1 << 16
_COMPLAINTS = 4_000  # characters of what the driver says when it fails


class TimedOut(Exception):  # noqa: N818 -- it never leaves this package
    """The time limit of the run has passed."""


class Driver:
    """A started driver that waits for its order."""

    def __init__(self, home: Home, environment: dict[str, str], scratch: Path) -> None:
        self._complaints = scratch / "driver.stderr"
        try:
            with self._complaints.open("wb") as errors:
                self._process = subprocess.Popen(
                    [home.python, str(SCRIPT)],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=errors,
                    env=environment,
                    cwd=scratch,
                    start_new_session=True,
                )
        except OSError as error:
            raise TemporaryError(
                "execution.ansible_unusable", path=home.python, why=error.strerror or str(error)
            ) from error

    @property
    def pid(self) -> int:
        """The leader of the run's process group."""
        return self._process.pid

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

    def close(self) -> None:
        """Close the pipes and wait for the driver, which has ended or been ended."""
        for pipe in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError):
                if pipe is not None:
                    pipe.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=5)

    def complaint(self) -> str:
        """The last of what the driver wrote to its standard error."""
        try:
            return self._complaints.read_text("utf-8", "replace")[-_COMPLAINTS:].strip()
        except OSError:  # gone with the rest, when another process has ended the run
            return ""


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
