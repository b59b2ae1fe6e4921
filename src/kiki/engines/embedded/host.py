"""Finding the model's server, starting it when there is none, replacing one that is no use, ending
it.

Called by ``engine`` and ``kiki model``. There is one server a user, machine and state folder. It is
nobody's child: it goes on when this process is stopped, and ends by itself when it is idle.
"""

import contextlib
import fcntl
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from kiki.engines.embedded import talk
from kiki.engines.embedded.orders import DRIVER, Order
from kiki.engines.embedded.talk import Gone, Line
from kiki.model.errors import TemporaryError
from kiki.provision import runtimes
from kiki.provision.installers import Report
from kiki.provision.models.shelves import made

START_S = 30.0  # from the start of the process to its socket
LOAD_S = 300.0  # the most that loading a model may take, from a slow disk
REPLACE_S = 60.0  # how long a question of another Kiki may go on before its server is replaced
_STEP_S = 0.02
_TRIES = 3
_TAIL = 300  # characters of the log that are shown

Messages = list[dict[str, str]]


class Address(NamedTuple):
    """How to reach the model over HTTP. *key* is in memory only."""

    url: str
    key: str
    model: str

    def __repr__(self) -> str:
        """Without the key."""
        return f"Address({self.url!r}, {self.model!r})"


class Ready(NamedTuple):
    """All that a start needs: the Python to start, and the order with the proven file."""

    python: Path
    order: Order
    script: Path = DRIVER


class Host:
    """The server for *order*. *ready* makes sure of everything that a start needs (the environment,
    the file, the memory) and raises what is missing; *report* hears what takes long."""

    def __init__(self, order: Order, ready: Callable[[], Ready], report: Report) -> None:
        self._order = order
        self._ready = ready
        self._report = report

    @contextlib.contextmanager
    def use(self, prefix: Messages) -> Iterator[Address]:
        """Have the model, ready for questions that begin with *prefix*, until the block ends.

        TemporaryError ``engine.unavailable``; what *ready* raises.
        """
        with contextlib.ExitStack() as held:
            yield self._address(held, prefix)

    def _address(self, held: contextlib.ExitStack, prefix: Messages) -> Address:
        for _ in range(_TRIES):
            try:
                with contextlib.ExitStack() as now:
                    line = now.enter_context(self._line())
                    answer = self._asked(line, prefix)
                    if answer is not None:
                        held.push(now.pop_all())
                        return Address(answer["url"], answer["key"], answer["model"])
            except Gone:  # it ended while we asked, idle or crashed: the next try starts another
                continue
        raise self._unavailable(self.log())

    def _line(self) -> contextlib.AbstractContextManager[Line]:
        """A connection to the server; started if there is none, replaced if it is another."""
        found = _waited(self._order.socket)
        if found is not None and found.get("build") != self._order.build:
            self._report("engine.replacing", {"model": str(found.get("model", ""))})
            stop(self._order.socket, REPLACE_S)
            found = None
        if found is None:
            self._start()
        return talk.line(self._order.socket)

    def _asked(self, line: Line, prefix: Messages) -> dict[str, Any] | None:
        """The answer to "may I?"; None when the server hangs, which is then ended."""

        def hear(event: str) -> None:
            self._report(f"engine.event_{event}", {"model": self._order.model})

        try:
            question = {"do": "use", "prefix": prefix}
            answer = line.ask(question, talk.LONG_S, hear)
        except TimeoutError:
            kill(line.pid)
            return None
        if "error" in answer:
            raise self._unavailable(answer["error"])
        if answer["build"] != self._order.build:  # another Kiki was quicker
            raise Gone
        return answer

    def _start(self) -> None:
        """Start a server and wait for its socket, alone: another Kiki that also wants one waits."""
        ready = self._ready()
        try:
            made(Path(self._order.log).parent)
        except OSError as error:
            raise self._unavailable(str(error)) from error
        with open(self._order.lock + ".start", "w") as lock:  # noqa: PTH123 -- held by its descriptor
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not _listens(self._order.socket):
                self._report("engine.starting", {"model": self._order.model})
                self._spawn(ready)
                self._await_socket()

    def _spawn(self, ready: Ready) -> None:
        """Run the driver, which lets go of us at once."""
        order = msgspec.json.encode(ready.order) + b"\n"
        try:
            done = subprocess.run(
                [str(ready.python), "-I", str(ready.script)],
                input=order,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                env=runtimes.environment(),
                timeout=START_S,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise self._unavailable(str(error)) from error
        if done.returncode:
            raise self._unavailable(done.stderr.decode(errors="replace").strip()[-_TAIL:])

    def _await_socket(self) -> None:
        deadline = time.monotonic() + START_S
        while not _listens(self._order.socket):
            if time.monotonic() > deadline:
                raise self._unavailable("no socket")
            time.sleep(_STEP_S)

    def log(self) -> str:
        """The last line of the server's log that says something; it has no prompts in it."""
        try:
            text = Path(self._order.log).read_text("utf-8", "replace")
        except OSError:
            text = ""
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        return lines[-1][-_TAIL:] if lines else "engine.why_ended"

    def _unavailable(self, reason: str) -> TemporaryError:
        return TemporaryError("engine.unavailable", engine=self._order.model, reason=reason)


def status(socket: str, timeout_s: float) -> dict[str, Any] | None:
    """What the server there says of itself; None without one. TimeoutError while it loads a model
    and can't say anything."""
    try:
        with talk.line(socket) as line:
            return line.ask({"do": "status"}, timeout_s, _deaf)
    except Gone:
        return None


def _waited(socket: str) -> dict[str, Any] | None:
    """The same, after it has loaded; one that hangs is ended."""
    try:
        return status(socket, LOAD_S)
    except TimeoutError:
        stop(socket)
        return None


def stop(socket: str, wait_s: float = 0.0) -> bool:
    """End the server there, after the question under way if that ends within *wait_s*; whether
    there was one."""
    try:
        with talk.line(socket) as line:
            pid = line.pid
            try:
                line.ask({"do": "stop", "wait_s": wait_s}, wait_s + talk.QUICK_S, _deaf)
            except (TimeoutError, Gone):
                kill(pid)
    except Gone:
        return False
    _await_end(pid)
    return True


def kill(pid: int) -> None:
    """End the process that listens, whatever it does."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def _await_end(pid: int) -> None:
    deadline = time.monotonic() + talk.QUICK_S
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        time.sleep(_STEP_S)
    kill(pid)


def _listens(socket: str) -> bool:
    try:
        with talk.line(socket):
            return True
    except Gone:
        return False


def _deaf(_: str) -> None:
    """Hear nothing."""
