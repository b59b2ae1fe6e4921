"""Real worker processes over one record, for tests that kill them. Run as a program it is one.

Their executor is the shipped fake, but what it plays goes on in a process group of its own, as an
Ansible run does: it outlives a worker that is killed or stopped, until somebody ends it. It writes
when it begins and when it ends, by which a test sees what overlapped.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kiki.execution import processes
from kiki.execution.recorded import RecordedExecutor
from kiki.jobs.leased import LeasedJobs, Leases
from kiki.jobs.worker import Worker
from kiki.model.change import RunningProcess
from kiki.model.profile import Profile
from kiki.model.request import InventorySource, Request, Scope
from kiki.model.run import RunOrder, RunResult
from kiki.model.windows import Window
from kiki.service.local import LocalAgent
from kiki.service.parts import Parts
from kiki.store.bundles import write_bundle
from kiki.store.ids import new_id
from kiki.store.opening import Store, open_store
from kiki.wiring import clock
from tests.unit.service.world import recording

ROOT = Path(__file__).parents[3]
# As a driver does, it waits for its order, and ends when whoever would give it is gone before.
PLAY = 'read order || exit; echo "begin $1 $2 $$" >> "$3"; sleep "$4"; echo "end $1 $2 $$" >> "$3"'
PLACES = 20
PLAY_S = 0.5


def hosts(place: int) -> tuple[str, str]:
    return f"p{place}-a", f"p{place}-b"


def every_host(verdict: str) -> dict[str, str]:
    return {host: verdict for place in range(PLACES) for host in hosts(place)}


def request(place: int) -> Request:
    source = InventorySource(form="hosts", text=",".join(hosts(place)))
    flags = {"kind": "directory-create", "path": "/srv/x"}
    return Request(flags=flags, target="ansible", scope=Scope(inventory=source))


class Player(RecordedExecutor):
    """Plays an apply in a process group that it has recorded first."""

    def __init__(self, folder: Path, log: Path) -> None:
        changed, same = recording(every_host("changed")), recording(every_host("ok"))
        super().__init__(str(folder), {"check": changed, "apply": changed, "again": same})
        self._log = log

    def run(
        self,
        order: RunOrder,
        on_event: Callable[[Any], None],
        on_start: Callable[[RunningProcess], None],
        become_password: str | None = None,
    ) -> RunResult:
        if order.mode != "apply":
            return super().run(order, on_event, on_start, become_password)
        change, place = order.run_id.partition("-")[0], order.inventory.hosts[0].partition("-")[0]
        words = ["sh", "-c", PLAY, "sh", change, place, str(self._log), str(PLAY_S)]
        ended: list[int] = []

        def started(_: RunningProcess) -> None:
            with subprocess.Popen(words, start_new_session=True, stdin=subprocess.PIPE) as child:
                assert child.stdin is not None
                on_start(processes.describe(child.pid))  # if this fails it gets no order, and ends
                child.stdin.write(b"go\n")
                child.stdin.close()
                ended.append(child.wait())

        result = super().run(order, on_event, started, become_password)
        return result if ended == [0] else _cut(result)

    def end(self, process: RunningProcess) -> bool:
        alive = processes.leads(process)
        if alive:
            os.killpg(process.pgid, signal.SIGKILL)
            with self._log.open("a") as log:
                log.write(f"killed ? ? {process.pgid}\n")
        return alive


def _cut(result: RunResult) -> RunResult:
    import msgspec

    return msgspec.structs.replace(result, status="cancelled", rc=130, stats={})


class Crew:
    """The service of one process over *folder*, and its worker."""

    def __init__(
        self, folder: Path, lease_s: float, log: Path | None = None, database: str = "",
        password_file: str = "", windows: tuple[Window, ...] = (),
    ) -> None:  # fmt: skip
        self.folder = folder
        self.windows = windows
        self.store: Store = open_store(
            str(folder), clock(), database=database, password_file=password_file
        )
        self.leases = Leases(lambda: self.store.queue, str(folder), lease_s)
        self.jobs = LeasedJobs(lambda: self.leases)
        self.executor = Player(folder, log or folder / "plays.log")
        self.logged: list[dict[str, Any]] = []
        self.worker = Worker(
            self.parts("kiki-worker"), self.agent, self.leases, slots=4, log=self.logged.append
        )

    def agent(self, who: str) -> LocalAgent:
        return LocalAgent(self.parts(who))

    def parts(self, who: str) -> Parts:
        now = clock()
        return Parts(
            store=lambda: self.store,
            executor=lambda: self.executor,
            engine=None,
            profile=Profile(),
            jobs=self.jobs,
            bundle=write_bundle,
            now=now,
            new_id=lambda: new_id(now()),
            actor=who,
            windows=self.windows,
        )

    def approved(self, place: int) -> str:
        """The id of a change that only waits to be run."""
        agent = self.agent("kim")
        change = agent.submit(request(place))
        assert change.stage.decisive is not None, change.reason
        return agent.approve(change.id, change.stage.decisive.digest()).id


def started(folder: Path, lease_s: float, *more: str) -> subprocess.Popen[bytes]:
    """A worker process; *more* is the log of plays and the database, where they are elsewhere."""
    words = [sys.executable, __file__, str(folder), str(lease_s), *more]
    environ = os.environ | {"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}
    with (folder / "workers.log").open("ab") as log:
        return subprocess.Popen(words, env=environ, stdout=log, stderr=log)


def main() -> None:
    folder, lease_s, *more = sys.argv[1:]
    log, database, password_file = (*more, "", "", "")[:3]
    crew = Crew(Path(folder), float(lease_s), Path(log) if log else None, database, password_file)
    crew.worker._log = lambda fields: print(os.getpid(), fields, flush=True)
    crew.worker.start()
    while True:
        time.sleep(1)


if __name__ == "__main__":
    main()
