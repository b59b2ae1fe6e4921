"""The shipped fake: plays back runs that were recorded with the real executor.

Called by tests, and wherever a service is wanted without hosts. It reads simple inventories by
itself (see ``plain``), writes the same run folder, and calls back in the same order; it starts no
process and knows no host. It passes tests/contract/test_executors.py as the real one does.
"""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec

from kiki.execution import config, orders, plain
from kiki.execution.faults import guarded
from kiki.execution.folders import Folder
from kiki.execution.journal import Journal
from kiki.execution.port import OnEvent, OnStart
from kiki.execution.safety import Guard
from kiki.execution.statuses import status
from kiki.model.change import RunningProcess
from kiki.model.errors import NotFoundError
from kiki.model.inventory import Inventory
from kiki.model.records import Record
from kiki.model.request import Scope
from kiki.model.run import HostStats, RunEvent, RunMode, RunOrder, RunResult, RunStatus

_BOOT = "recorded"  # no kernel has this boot id
_CUT: dict[RunStatus, int] = {"cancelled": 130, "timeout": 124}
_STEP = 0.01


class Recording(Record, frozen=True):
    """One recorded run. *pause_s* is waited before each event."""

    rc: int
    events: tuple[RunEvent, ...] = ()
    stats: dict[str, HostStats] = {}
    pause_s: float = 0.0


Recordings = dict[RunMode, Recording]


def recorded(result: RunResult) -> Recording:
    """The recording of a real run's result."""
    return Recording(rc=result.rc, events=result.events, stats=result.stats)


def read_recordings(path: str) -> Recordings:
    """Recordings by mode from a JSON file."""
    with guarded(path):
        return msgspec.json.decode(Path(path).read_bytes(), type=Recordings)


def _of_hosts(recording: Recording, hosts: tuple[str, ...]) -> Recording:
    """What would have been recorded on *hosts* alone."""
    mine = {"", *hosts}  # no host: about the run as a whole
    events = [event for event in recording.events if event.host in mine]
    stats = {host: counts for host, counts in recording.stats.items() if host in mine}
    bad = {host for host, counts in recording.stats.items() if counts.failed or counts.unreachable}
    return msgspec.structs.replace(
        recording,
        rc=0 if bad and bad.isdisjoint(stats) else recording.rc,
        events=tuple(
            msgspec.structs.replace(event, counter=number)
            for number, event in enumerate(events, start=1)
        ),
        stats=stats,
    )


class RecordedExecutor:
    """Plays back *recordings*, of each what is about the order's hosts; implements
    ``execution.port.Executor``."""

    def __init__(
        self, state_dir: str, recordings: Recordings, versions: dict[str, str] | None = None
    ) -> None:
        self._runs = Path(state_dir).absolute() / "runs"
        self._recordings = recordings
        self._versions = versions or {"ansible.builtin": "2.19.14"}
        self._playing: dict[str, _Play] = {}
        self._lock = threading.Lock()

    def versions(self) -> dict[str, str]:
        """See the port."""
        return dict(self._versions)

    def config(self) -> str:
        """See the port."""
        return config.TEXT

    def resolve(self, scope: Scope) -> Inventory:
        """See the port; comma lists and plain INI only."""
        inventory = plain.read(scope)
        guard = Guard(trusted=False, local_connections=False)
        guard.check_extra_vars(scope.extra_vars)
        for host, variables in inventory.hostvars.items():
            guard.check_host(host, variables)
        return inventory

    def run(
        self,
        order: RunOrder,
        on_event: OnEvent,
        on_start: OnStart,
        become_password: str | None = None,
    ) -> RunResult:
        """See the port. NotFoundError when nothing was recorded for the mode."""
        recording = self._recordings.get(order.mode)
        if recording is None:
            raise NotFoundError("execution.not_recorded", mode=order.mode)
        orders.key_file(order.scope)
        folder = Folder(self._runs, order.run_id)
        orders.write(folder, order, config.TEXT)
        play = _Play(_of_hosts(recording, order.inventory.hosts), order.timeout_s)
        with self._lock:
            self._playing[order.run_id] = play
        try:
            return play.run(folder, on_event, on_start)
        finally:
            with self._lock:
                self._playing.pop(order.run_id, None)

    def end(self, process: RunningProcess) -> bool:
        """See the port; the process is one that ``on_start`` was called with."""
        with self._lock:
            plays = [play for play in self._playing.values() if play.process == process]
        for play in plays:
            play.cut("cancelled")
        return bool(plays)

    def cancel(self, run_id: str) -> None:
        """See the port."""
        with self._lock:
            play = self._playing.get(run_id)
        if play is not None:
            play.cut("cancelled")


class _Play:
    """One run being played back."""

    def __init__(self, recording: Recording, timeout_s: int) -> None:
        self.process = RunningProcess(pgid=0, started=id(self), boot=_BOOT, host="")
        self._recording = recording
        self._timeout_s = timeout_s
        self._cut: RunStatus | None = None

    def cut(self, ended: RunStatus) -> None:
        self._cut = self._cut or ended

    def run(self, folder: Folder, on_event: OnEvent, on_start: OnStart) -> RunResult:
        played: list[RunEvent] = []
        with Journal(folder) as journal:
            try:
                on_start(self.process)
                for event in self._events():
                    played.append(event)
                    journal.add(event)
                    on_event(event)
            except KeyboardInterrupt:
                self.cut("cancelled")
            result = self._result(folder, tuple(played), journal.output())
            journal.end(result)
        return result

    def _events(self) -> Iterator[RunEvent]:
        deadline = time.monotonic() + self._timeout_s
        for event in self._recording.events:
            if self._wait(deadline):
                return
            yield event

    def _wait(self, deadline: float) -> bool:
        """Wait before the next event; whether the run was cut meanwhile."""
        until = time.monotonic() + self._recording.pause_s
        while self._cut is None and time.monotonic() < until:
            time.sleep(min(_STEP, self._recording.pause_s))
            if time.monotonic() > deadline:
                self.cut("timeout")
        return self._cut is not None

    def _result(self, folder: Folder, events: tuple[RunEvent, ...], output: str) -> RunResult:
        recording = self._recording
        stats = recording.stats if self._cut is None else {}
        return RunResult(
            status=self._cut or status(recording.rc, stats),
            rc=_CUT[self._cut] if self._cut else recording.rc,
            events=events,
            stats=stats,
            folder=str(folder.path),
            output=output,
        )
