"""One run from its folder to its result.

Called by ``runner``. Whatever happens in between (an error of the caller's, a Ctrl-C, a time
limit, a cancel from another thread), no process of the run is left and nothing raw stays.
"""

import contextlib
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from kiki.execution import (
    environment,
    inventories,
    leftovers,
    orders,
    processes,
    scratch,
)
from kiki.execution.drivers import Driver, Drivers, TimedOut
from kiki.execution.events import Reader
from kiki.execution.folders import Folder
from kiki.execution.homes import Home
from kiki.execution.hosts.ssh import KNOWN_HOSTS, trusting
from kiki.execution.journal import Journal
from kiki.execution.pipes import Pipe, variables
from kiki.execution.port import OnEvent, OnStart
from kiki.execution.redaction import Redactor
from kiki.execution.statuses import status
from kiki.execution.vaults import leaves
from kiki.model.run import RunEvent, RunOrder, RunResult, RunStatus

_INTERRUPTED = 130  # a shell's status for Ctrl-C
_TIMED_OUT = 124  # that of timeout(1)
_DIED = 1


class Values:
    """The secrets of one run: extra variables, the inventory's own passwords, sudo's password."""

    def __init__(
        self, extra: dict[str, str], passwords: dict[str, Any], become: str | None
    ) -> None:
        self.extra = extra
        self.passwords = passwords
        self.become = become

    def all(self) -> list[str]:
        """Every value, for redaction."""
        become = [self.become] if self.become else []
        named = (text for value in self.passwords.values() for text in _texts(value))
        return [*self.extra.values(), *named, *become]


def _texts(value: Any) -> Iterator[str]:
    """What to look for of one of the inventory's own: all of a password, however short."""
    return iter((value,)) if type(value) is str else leaves(value)


class Configured(NamedTuple):
    """The *text* of ansible.cfg, and what of it holds this machine's paths, as variables."""

    text: str
    names: dict[str, str]


class Run:
    """A run in progress. ``cancel`` may be called from another thread."""

    def __init__(
        self,
        home: Home,
        drivers: Drivers,
        runs: Path,
        order: RunOrder,
        values: Values,
        cfg: Configured,
    ) -> None:
        self._home = home
        self._cfg = cfg.text
        self._names = cfg.names
        self._drivers = drivers
        self._order = order
        self._values = values
        self._folder = Folder(runs, order.run_id)
        root = f"{self._folder.project}/"
        self._reader = Reader(order.mode, Redactor(values.all()), root)
        self._events: list[RunEvent] = []
        self._traces: processes.Traces | None = None
        self._ended: RunStatus | None = None
        self._rc: int | None = None

    def cancel(self) -> None:
        """End the run; ``execute`` then returns with status ``cancelled``."""
        self._ended = "cancelled"
        self._end()

    def execute(self, on_event: OnEvent, on_start: OnStart) -> RunResult:
        """Run to the end. The result has every event, with diffs."""
        command = orders.command(self._home, self._folder, self._order)  # fails before anything
        orders.write(self._folder, self._order, self._cfg)
        with Journal(self._folder) as journal:
            self._attempt(command, journal, on_event, on_start)
            result = self._result(journal)
            journal.end(result)
        return result

    def _attempt(
        self, command: list[str], journal: Journal, on_event: OnEvent, on_start: OnStart
    ) -> None:
        raw = scratch.folder(self._order.run_id)
        try:
            self._drive(command, raw, journal, on_event, on_start)
        except KeyboardInterrupt:
            self._ended = "cancelled"
        finally:
            self._end()
            scratch.drop(raw)

    def _drive(
        self,
        command: list[str],
        raw: Path,
        journal: Journal,
        on_event: OnEvent,
        on_start: OnStart,
    ) -> None:
        sockets = self._sockets()
        with contextlib.ExitStack() as held:
            driver = self._drivers.take(self._home)
            held.callback(driver.close)
            held.callback(self._end)
            self._announce(driver, raw, sockets, on_start)
            command = self._with_secrets(command, raw, held)
            if self._ended is None:
                driver.give(self._instruction(command, raw, sockets))
                for event in self._follow(driver):
                    self._look_ahead(event)
                    self._events.append(event)
                    journal.add(event)
                    on_event(event)

    def _look_ahead(self, event: RunEvent) -> None:
        """Start the driver of the run that will follow while Ansible waits for hosts: started
        when this one is over, the next run would wait for it."""
        follows = self._order.mode == "check" or (
            self._order.mode == "apply" and self._order.scope.verify == "all"
        )
        if follows and event.host:
            self._drivers.warm(self._home)

    def _announce(self, driver: Driver, raw: Path, sockets: Path, on_start: OnStart) -> None:
        """Write down by what the run's processes are found, then tell the caller: both before
        the driver has anything to do."""
        process = processes.describe(driver.pid)
        self._traces = processes.Traces(
            process=process, run=self._mark(), sockets=str(sockets), scratch=str(raw)
        )
        self._folder.put(self._folder.trace, msgspec.json.encode(self._traces).decode() + "\n")
        leftovers.mark(raw, self._traces)
        on_start(process)

    def _follow(self, driver: Driver) -> Iterator[RunEvent]:
        try:
            for line in driver.lines(self._order.timeout_s):
                if line["event"] == "end":
                    self._rc = int(line["rc"])
                elif event := self._reader.read(line):
                    yield event
        except TimedOut:
            self._ended = "timeout"
        if self._ended is None:
            yield from self._remarks(driver)

    def _remarks(self, driver: Driver) -> Iterator[RunEvent]:
        """What Ansible itself does not say about how the run went."""
        reader = self._reader
        if self._rc is None:
            yield reader.note("execution.driver_died", driver.complaint(), "failed")
        elif reader.lost:
            yield reader.note("execution.events_lost", str(reader.lost), "failed")
        elif self._rc == 0 and self._did_nothing() and not reader.unmatched:
            yield reader.note("execution.nothing_ran", "", "failed")

    def _did_nothing(self) -> bool:
        """No host did any task. A repetition may leave out all of them, with ``skip_tags``."""
        return not self._reader.stats and self._order.mode in ("check", "apply", "read")

    def _result(self, journal: Journal) -> RunResult:
        rc = self._exit_status()
        return RunResult(
            status=self._ended or self._status(rc),
            rc=rc,
            events=tuple(self._events),
            stats=self._reader.stats,
            folder=str(self._folder.path),
            output=journal.output(),
            reports=self._reader.reports,
        )

    def _status(self, rc: int) -> RunStatus:
        reader = self._reader
        heard = self._order.mode == "syntax" or reader.recap
        whole = heard and not reader.lost and not self._did_nothing_wanted()
        return status(rc, reader.stats, whole=whole)

    def _did_nothing_wanted(self) -> bool:
        return self._did_nothing() or (self._reader.unmatched and not self._reader.stats)

    def _exit_status(self) -> int:
        if self._ended == "timeout":
            return _TIMED_OUT
        if self._ended == "cancelled":
            return _INTERRUPTED
        return _DIED if self._rc is None else self._rc

    def _with_secrets(self, command: list[str], raw: Path, held: contextlib.ExitStack) -> list[str]:
        """The command with the pipes that secrets come through, before the playbook."""
        *words, playbook = command
        values = self._values
        if values.extra or values.passwords:
            text = variables(values.extra, {inventories.SEALED: values.passwords})
            words += ["--extra-vars", f"@{_pipe(raw / 'variables', text, held)}"]
        if values.become:
            path = _pipe(raw / "become", values.become + "\n", held)
            words += ["--become-password-file", path]
        return [*words, playbook]

    def _instruction(self, command: list[str], raw: Path, sockets: Path) -> dict[str, object]:
        return {
            "argv": command,
            "env": self._environment(raw, sockets),
            "cwd": str(self._folder.project),
            "scratch": str(raw),
            "timeout": self._order.timeout_s,
            "kept": self._order.kept,
            "dispensable": self._order.mode in ("syntax", "check", "read"),
        }

    def _environment(self, raw: Path, sockets: Path) -> dict[str, str]:
        base = environment.base(self._home, self._folder.config, raw)
        site = trusting(self._folder.path.parent.parent / KNOWN_HOSTS)
        roles = self._folder.project / "roles"
        return environment.for_run(base, self._mark(), roles, sockets) | site | self._names

    def _sockets(self) -> Path:
        scope = self._order.scope
        state = str(self._folder.path.parent)
        return scratch.sockets(state, self._order.inventory.text, scope.user, scope.ssh_key)

    def _mark(self) -> str:
        """Names this run among all runs of all state folders of this user."""
        return str(self._folder.path)

    def _end(self) -> None:
        """End what is left of the run. In a thread, as Ctrl-C interrupts the main one only:
        pressed again it makes the ending quick, never incomplete."""
        hurry = threading.Event()
        ending = threading.Thread(target=self._end_processes, args=(hurry,))
        ending.start()
        while ending.is_alive():
            try:
                ending.join()
            except KeyboardInterrupt:
                self._ended = "cancelled"
                hurry.set()

    def _end_processes(self, hurry: threading.Event) -> None:
        if self._traces is not None and processes.working(self._traces):
            processes.end(self._traces, hurry=hurry)


def _pipe(path: Path, text: str, held: contextlib.ExitStack) -> str:
    pipe = Pipe(path, text)
    held.callback(pipe.close)
    return str(path)
