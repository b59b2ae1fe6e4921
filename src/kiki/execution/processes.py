"""Finding and ending the processes of a run, also those that another Kiki started.

Called by ``runner``. A run is more than a process group: Ansible's workers and ssh's shared
connections each start a session of their own. What belongs to a run is told by four marks: the
group, the run's name in the environment, the folder of ssh's sockets, and for the group's leader
the kernel's start time and boot id, so that a pid that was reused is never touched.
Linux only: everything is read from /proc, see proc(5).
"""

import contextlib
import errno
import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from kiki.execution.environment import MARK
from kiki.model.change import RunningProcess
from kiki.model.errors import UsageError
from kiki.model.records import Record

PATIENCE = 3.0  # seconds between TERM and KILL
_STEP = 0.05
_PROC = Path("/proc")


class Traces(Record, frozen=True):
    """By what the processes of one run are found; kept in the run folder as process.json.

    *run* is the value of ``KIKI_RUN``; *sockets* the folder of ssh's sockets; *scratch* the folder
    in memory that a cut run leaves behind.
    """

    process: RunningProcess
    run: str
    sockets: str
    scratch: str


class Found(Record, frozen=True):
    """One process as it is now; *started* tells it from a later one with the same pid."""

    pid: int
    started: int
    group: int
    running: bool


def describe(pid: int) -> RunningProcess:
    """The record of a group leader that was just started. UsageError where there is no /proc."""
    if not (_PROC / "self" / "stat").exists():
        raise UsageError("execution.needs_linux")
    found = look(pid)
    return RunningProcess(
        pgid=pid,
        started=found.started if found else 0,
        boot=boot_id(),
        host=socket.gethostname(),
    )


def boot_id() -> str:
    """The kernel's random id of this boot."""
    return (_PROC / "sys/kernel/random/boot_id").read_text("ascii").strip()


def look(pid: int) -> Found | None:
    """The process with this pid, or None. Fields are those of proc(5): 3 state, 5 group,
    22 start time; the name in field 2 may hold anything, so they are counted after it."""
    try:
        stat = (_PROC / str(pid) / "stat").read_bytes()
    except OSError:
        return None
    fields = stat.rpartition(b")")[2].split()
    state, group, started = fields[0], int(fields[2]), int(fields[19])
    return Found(pid=pid, started=started, group=group, running=state not in (b"Z", b"X"))


def leads(process: RunningProcess) -> bool:
    """Whether the leader of the group is still the process that was recorded."""
    found = look(process.pgid)
    return found is not None and found.running and found.started == process.started


def working(traces: Traces) -> list[Found]:
    """The run's processes that are alive, ssh's idle shared connections left out."""
    if traces.process.boot != boot_id():
        return []
    led = leads(traces.process)
    idle = {found.pid for found in connections(traces)}
    return [
        found for found in _alive() if found.pid not in idle and _belongs(found, traces, led=led)
    ]


def connections(traces: Traces) -> list[Found]:
    """ssh's shared connections of the run, which outlive it by a minute: ssh calls them
    ``ssh: <socket> [mux]``."""
    wanted = f"ssh: {traces.sockets}/".encode()
    if traces.process.boot != boot_id() or not traces.sockets:
        return []
    return [found for found in _alive() if _words(found.pid).startswith(wanted)]


def end(traces: Traces, patience: float = PATIENCE, hurry: threading.Event | None = None) -> bool:
    """End everything that belongs to the run: TERM, and KILL for what is left after *patience*
    seconds or once *hurry* is set. Whether the run was still alive."""
    alive = bool(working(traces))
    asked: set[Found] = set()
    hurry = hurry or threading.Event()
    deadline = time.monotonic() + patience
    while left := working(traces) + connections(traces):
        late = hurry.is_set() or time.monotonic() > deadline
        for found in left:
            if late:
                _send(found, signal.SIGKILL)
            elif found not in asked:
                _send(found, signal.SIGTERM)
        asked.update(left)
        if time.monotonic() > deadline + PATIENCE:
            break
        time.sleep(_STEP)
    return alive


def _alive() -> Iterator[Found]:
    for entry in _PROC.iterdir():
        if entry.name.isdigit():
            found = look(int(entry.name))
            if found is not None and found.running and found.pid != os.getpid():
                yield found


def _belongs(found: Found, traces: Traces, *, led: bool) -> bool:
    if found.pid == traces.process.pgid:
        return found.started == traces.process.started
    return (led and found.group == traces.process.pgid) or _marked(found.pid, traces.run)


def _marked(pid: int, run: str) -> bool:
    if not run:
        return False
    wanted = f"{MARK}={run}".encode()
    with contextlib.suppress(OSError):
        return wanted in (_PROC / str(pid) / "environ").read_bytes().split(b"\0")
    return False


def _words(pid: int) -> bytes:
    with contextlib.suppress(OSError):
        return (_PROC / str(pid) / "cmdline").read_bytes()
    return b""


def _send(found: Found, number: signal.Signals) -> None:
    """Signal exactly this process: the descriptor holds it while its start time is compared.
    Kernels before 5.3 have no such descriptors; there the comparison has to do."""
    with contextlib.suppress(OSError), contextlib.ExitStack() as held:
        descriptor = _held(found.pid, held)
        now = look(found.pid)
        if now is None or now.started != found.started:
            return
        if descriptor is None:
            os.kill(found.pid, number)
        else:
            signal.pidfd_send_signal(descriptor, number)


def _held(pid: int, held: contextlib.ExitStack) -> int | None:
    try:
        descriptor = os.pidfd_open(pid)
    except OSError as error:
        if error.errno == errno.ENOSYS:
            return None
        raise
    held.callback(os.close, descriptor)
    return descriptor
