"""A whole service over the shipped fakes, in which anything can be made to fail at any point.

Imported by the tests of this folder. Runs are played back by the recorded executor; what they show
is made from the tasks that the ansible target really renders.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from kiki.execution.recorded import RecordedExecutor, Recording, Recordings
from kiki.jobs.inline import InlineJobs
from kiki.model.agent import ChangeFilter, Listener, Progress
from kiki.model.change import Change, RunningProcess
from kiki.model.errors import KikiError, TemporaryError
from kiki.model.inventory import Inventory
from kiki.model.ledger import LedgerRecord
from kiki.model.lifecycle import RUNNING
from kiki.model.profile import Profile
from kiki.model.request import InventorySource, Request, Scope
from kiki.model.run import HostStats, RunEvent, RunMode, RunOrder, RunResult
from kiki.service.local import LocalAgent
from kiki.service.locking import locks_of
from kiki.service.parts import Parts
from kiki.store.bundles import write_bundle
from kiki.store.opening import Store, memory_store

HOSTS = ("n1", "n2")
TASK = "Create directory /srv/x"
MODULE = "ansible.builtin.file"
_MODULES = {"Enable": "ansible.builtin.service", "Restart": "ansible.builtin.service"}
NEW = '--- before\n+++ after\n@@ -1,4 +1,4 @@\n-    "state": "absent"\n+    "state": "directory"\n'
EVERY = ChangeFilter(limit=0)
PASSWORD = "Geheim-4711-sudo"


class Killed(BaseException):
    """The process is gone: nothing of it runs any more, no handler and no write."""


class Clock:
    """Moves a tenth of a second at every look."""

    def __init__(self) -> None:
        self.at = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)

    def __call__(self) -> str:
        self.at += timedelta(seconds=0.1)
        return self.text()

    def text(self) -> str:
        return self.at.isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def move(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


class Points:
    """Every place where the service gives control away. *armed* is raised at the one numbered
    *at*, and from then on, if it is Killed, at every one."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.at = -1
        self.armed: Callable[[], BaseException] | None = None
        self.fired = ""
        self.dead = False

    def arm(self, at: int, error: Callable[[], BaseException]) -> None:
        self.names, self.at, self.armed, self.fired, self.dead = [], at, error, "", False

    def disarm(self) -> None:
        self.armed, self.dead, self.at = None, False, -1

    def hit(self, name: str) -> None:
        self.names.append(name)
        if self.dead:
            raise Killed
        if self.armed is not None and len(self.names) - 1 == self.at:
            self.fired = name
            error = self.armed()
            self.dead = isinstance(error, Killed)
            raise error


class Pointed:
    """Anything, with a point before and after each call of its methods."""

    def __init__(self, inner: Any, points: Points, name: str) -> None:
        self._inner, self._points, self._name = inner, points, name

    def __getattr__(self, attribute: str) -> Any:
        found = getattr(self._inner, attribute)
        if not callable(found):
            return found

        def called(*values: Any, **named: Any) -> Any:
            self._points.hit(f"{self._name}.{attribute}:before")
            given = found(*values, **named)
            self._points.hit(f"{self._name}.{attribute}:after")
            return given

        return called


class PointedStore:
    def __init__(self, store: Store, points: Points) -> None:
        self.changes = Pointed(store.changes, points, "changes")
        self.ledger = Pointed(store.ledger, points, "ledger")
        self.secrets = Pointed(store.secrets, points, "secrets")
        self.queue = Pointed(store.queue, points, "queue")


class Executor(RecordedExecutor):
    """The shipped fake, which also keeps what it was asked for and can be disturbed."""

    def __init__(self, state: str, recordings: Recordings, points: Points) -> None:
        super().__init__(state, recordings)
        self.points = points
        self.orders: list[RunOrder] = []
        self.passwords: list[str | None] = []
        self.ended: list[RunningProcess] = []
        self._living: set[str] = set()
        self.text = super().config()
        self.during: Callable[[RunOrder], None] = lambda order: None
        self.failing: dict[RunMode, KikiError] = {}

    def config(self) -> str:
        return self.text

    def install(self, **versions: str) -> None:
        self._versions |= {name.replace("_", "."): version for name, version in versions.items()}

    def resolve(self, scope: Scope) -> Inventory:
        self.points.hit("resolve:before")
        found = super().resolve(scope)
        self.points.hit("resolve:after")
        return found

    def run(
        self,
        order: RunOrder,
        on_event: Callable[[RunEvent], None],
        on_start: Callable[[RunningProcess], None],
        become_password: str | None = None,
    ) -> RunResult:
        self.points.hit(f"run {order.mode}:before")
        if order.mode in self.failing:
            raise self.failing[order.mode]
        self.orders.append(order)
        self.passwords.append(become_password)

        told: list[RunningProcess] = []

        def started(process: RunningProcess) -> None:
            self.points.hit(f"run {order.mode}:start")
            on_start(process)
            told.append(process)

        def heard(event: RunEvent) -> None:
            self.points.hit(f"run {order.mode}:event")
            self.during(order)
            on_event(event)

        self._living.add(order.run_id)
        lives_on = False
        try:
            result = super().run(order, heard, started, become_password)
        except Killed:
            # Without its order the driver ends with Kiki, and so does one that changes nothing;
            # another goes on until somebody ends it.
            lives_on = bool(told) and order.mode in ("apply", "again")
            raise
        finally:
            if not lives_on:
                self._living.discard(order.run_id)
        self.points.hit(f"run {order.mode}:after")
        return result

    def end(self, process: RunningProcess) -> bool:
        self.points.hit("end")
        self.ended.append(process)
        alive = bool(self._living)
        self._living.clear()
        return super().end(process) or alive

    @property
    def alive(self) -> int:
        """How many runs go on."""
        return len(self._living)

    def applies(self) -> list[RunOrder]:
        return [order for order in self.orders if order.mode == "apply"]


def stats(**fields: int) -> HostStats:
    return HostStats(**fields)


def recording(
    verdicts: dict[str, str], task: str = TASK, diff: str = NEW, message: str = ""
) -> Recording:
    """A run of one task: each host with its verdict (``changed``, ``ok``, ``failed``,
    ``unreachable``)."""
    events = tuple(
        RunEvent(
            counter=number,
            kind=verdict,  # type: ignore[arg-type]
            host=host,
            task=task,
            module=_MODULES.get(task.partition(" ")[0], MODULE),
            message=message if verdict in ("failed", "unreachable") else "",
            diff=diff if verdict == "changed" else "",
            result={"reason": "execution.unreachable"} if verdict == "unreachable" else {},
        )
        for number, (host, verdict) in enumerate(verdicts.items(), start=1)
    )
    counts = {
        host: HostStats(
            ok=int(verdict in ("ok", "changed")),
            changed=int(verdict == "changed"),
            failed=int(verdict == "failed"),
            unreachable=int(verdict == "unreachable"),
        )
        for host, verdict in verdicts.items()
    }
    good = not {"failed", "unreachable"}.intersection(verdicts.values())
    return Recording(rc=0 if good else 2, events=events, stats=counts)


def all_hosts(verdict: str) -> dict[str, str]:
    return dict.fromkeys(HOSTS, verdict)


def good_recordings() -> Recordings:
    """The directory is missing everywhere, is made, and is there."""
    return {
        "syntax": Recording(rc=0),
        "check": recording(all_hosts("changed")),
        "apply": recording(all_hosts("changed")),
        "again": recording(all_hosts("ok")),
    }


def locks(change: Change) -> list[str]:
    """The names of the locks that a run of *change* holds."""
    inventory = change.stage.inventory
    return list(locks_of(inventory)) if inventory else []


class World:
    """A service and everything around it. ``agent`` is one process, ``other`` another one."""

    def __init__(self, folder: Path, open_store: Callable[[Clock], Store] = memory_store) -> None:
        self.folder = folder
        self.clock = Clock()
        self.points = Points()
        self.real = open_store(self.clock)
        self.recordings = good_recordings()
        self.executor = Executor(str(folder), self.recordings, self.points)
        self.profile = Profile()
        self.fresh_s = 300
        self.retained = 0
        self._number = 0
        self.agent = self.process("kim")
        self.other = self.process("lee")

    def process(self, actor: str, **fields: Any) -> LocalAgent:
        return LocalAgent(self.parts(actor, **fields))

    def parts(self, actor: str = "kim", **fields: Any) -> Parts:
        store = PointedStore(self.real, self.points)
        given: dict[str, Any] = {
            "store": lambda: store,
            "executor": lambda: self.executor,
            "engine": None,
            "profile": self.profile,
            "jobs": InlineJobs(str(self.folder / "jobs")),
            "bundle": write_bundle,
            "now": self.clock,
            "new_id": self.new_id,
            "actor": actor,
            "fresh_s": self.fresh_s,
            "retain": self._retain,
            "about": lambda: {"version": "0"},
        }
        return Parts(**(given | fields))

    def new_id(self) -> str:
        self._number += 1
        return f"0aaaaaaaa{self._number:05d}"

    def _retain(self) -> None:
        self.retained += 1

    def request(self, *, scope: Scope | None = None, **flags: str) -> Request:
        flags = flags or {"kind": "directory-create", "path": "/srv/x"}
        return Request(flags=flags, target="ansible", scope=scope or self.scope())

    def scope(self, **fields: Any) -> Scope:
        source = InventorySource(form="hosts", text=",".join(HOSTS))
        return Scope(**({"inventory": source} | fields))

    def submit(self, **fields: Any) -> Change:
        return self.agent.submit(self.request(scope=self.scope(**fields)))

    def approved(self, **fields: Any) -> Change:
        change = self.submit(**fields)
        assert change.state == "awaiting_approval", change.reason
        return self.agent.approve(change.id, change.stage.decisive.digest())  # type: ignore[union-attr]

    def applied(self, **fields: Any) -> Change:
        change = self.agent.run(self.approved(**fields).id)
        assert change.state == "applied", (change.reason, change.params)
        return change

    def stored(self, change: Change) -> Change:
        """The change as it is in the store, without the service's eyes."""
        return self.real.changes.get(change.id)

    def records(self, change: Change) -> list[LedgerRecord]:
        return list(self.real.ledger.records(change.id))

    def events(self, change: Change) -> list[str]:
        return [record.event for record in self.records(change)]

    def lock_is_free(self, change: Change) -> bool:
        return not any(map(self.real.changes.holder, locks(self.stored(change))))

    @contextmanager
    def armed(self, at: int, error: Callable[[], BaseException]) -> Iterator[Points]:
        self.points.arm(at, error)
        try:
            yield self.points
        finally:
            self.points.disarm()

    def settle(self) -> None:
        """What is true after anything, once somebody has looked."""
        self.agent.recover()
        assert self.real.ledger.verify() == ()
        for change in self.real.changes.find(EVERY):
            assert change.state not in RUNNING
            assert change.state in _states(self.records(change))[-1:]


def _states(records: list[LedgerRecord]) -> list[str]:
    return [record.data["state"] for record in records]


def disk_full() -> KikiError:
    return TemporaryError("store.disk_full", path="kiki.db")


def told() -> tuple[list[Progress], Listener]:
    heard: list[Progress] = []
    return heard, heard.append


def limited(verdict: str, *hosts: str) -> Recording:
    return recording(dict.fromkeys(hosts, verdict))


@contextmanager
def failing(kind: type[KikiError], code: str) -> Iterator[pytest.ExceptionInfo[KikiError]]:
    """The block must raise exactly this."""
    with pytest.raises(kind) as caught:
        yield caught
    assert caught.value.code == code
