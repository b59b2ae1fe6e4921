"""Runs for a live system that is no list of hosts: looked at by its client's own process, applied
by Ansible on this machine.

The base of ``clusters.executor`` and ``clouds.executor``, of which ``wiring`` puts one before the
other and both before the executor for hosts; what is for no such place goes on to the next one. A
place is an inventory with one host, named as people call it.
"""

import json
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any, Generic, TypeVar

from msgspec.structs import replace

from kiki.execution import orders, processes
from kiki.execution.folders import Folder
from kiki.execution.journal import Journal
from kiki.execution.looks import Look
from kiki.execution.port import Executor, OnEvent, OnStart, SecretValues
from kiki.execution.redaction import Redactor
from kiki.model.change import RunningProcess
from kiki.model.errors import TemporaryError
from kiki.model.inventory import Inventory, Place
from kiki.model.request import Scope
from kiki.model.run import PROBE_TAG, RunEvent, RunMode, RunOrder, RunResult
from kiki.model.secret import variable

HERE = "localhost"
ROLLOUT_S = 300
_TOLD = ("problems", "params", "diff", "value")  # of an object, in the server's own words
_MARGIN_S = 60.0  # for the second look after a rollout

Source = TypeVar("Source")


class PlaceExecutor(Generic[Source]):
    """Implements ``execution.port.Executor``: runs for its places itself, all others by *hosts*.

    *secret_value* gives a secret's value by name and version, *guarded* are patterns of names that
    are production; *rollout_s* is how long what was made may take to come up.
    """

    module = ""

    def __init__(
        self,
        hosts: Executor,
        state_dir: str,
        secret_value: SecretValues,
        *,
        guarded: tuple[str, ...] = (),
        rollout_s: int = ROLLOUT_S,
    ) -> None:
        self._hosts = hosts
        self._runs = Path(state_dir).absolute() / "runs"
        self._secret_value = secret_value
        self._guarded = guarded
        self._rollout_s = rollout_s
        self._looking: dict[str, int] = {}
        self._stopped: set[str] = set()
        self._lock = threading.Lock()

    def _source(self, scope: Scope) -> Source | None:
        """What *scope* names of this kind of place."""
        raise NotImplementedError

    def _resolved(self, source: Source, scope: Scope) -> Inventory:
        """The place that *source* names, as an inventory."""
        raise NotImplementedError

    def _ask(
        self, source: Source, what: str, asked: dict[str, Any], hear: Callable[[Any], None],
        *, timeout_s: float, begun: Callable[[int], None],
    ) -> dict[str, Any]:  # fmt: skip
        """The answer of the client's module *what*."""
        raise NotImplementedError

    def _about(self, order: RunOrder, place: Place) -> dict[str, Any]:
        """What a look has to be told of *place* and *order* besides."""
        return {}

    def _shown(self, values: Iterable[str]) -> Iterable[str]:
        """What is taken out of all that the place says: *values*, and what is made of them."""
        return values

    def _begun(self, order: RunOrder, source: Source) -> dict[str, Any]:
        """Do what has to be done before *order* is applied; the target's variables that Ansible
        gets."""
        return order.variables

    def _variables(self, order: RunOrder, source: Source, place: Place) -> dict[str, str]:
        """What Ansible has to be told of *place*."""
        raise NotImplementedError

    def _python(self) -> Path:
        """The Python that has the client."""
        raise NotImplementedError

    def _followed(
        self, order: RunOrder, source: Source, place: Place, on_event: OnEvent
    ) -> AbstractContextManager[None]:
        """While a run goes on: whoever tells of what happens in the place meanwhile."""
        return nullcontext()

    def _applied(self, order: RunOrder, source: Source, done: RunResult) -> RunResult:
        """*done*, with what the place says of itself afterwards."""
        return done

    def versions(self) -> dict[str, str]:
        """See the port."""
        return self._hosts.versions()

    def config(self) -> str:
        """See the port."""
        return self._hosts.config()

    def resolve(self, scope: Scope) -> Inventory:
        """See the port. A place's is made of what it says of itself; UsageError and TemporaryError
        as its client raises them."""
        source = self._source(scope)
        return self._hosts.resolve(scope) if source is None else self._resolved(source, scope)

    def run(
        self,
        order: RunOrder,
        on_event: OnEvent,
        on_start: OnStart,
        become_password: str | None = None,
    ) -> RunResult:
        """See the port."""
        place, source = order.inventory.place, self._source(order.scope)
        if place is None or source is None:
            return self._hosts.run(order, on_event, on_start, become_password)
        if order.mode == "check" and PROBE_TAG in order.skip_tags:
            return self._look("check", order, place, source, on_event, on_start)
        if order.mode in ("check", "again"):
            return self._look("verify", order, place, source, on_event, on_start)
        return self._apply(order, place, source, on_event, on_start)

    def end(self, process: RunningProcess) -> bool:
        """See the port."""
        return self._hosts.end(process)

    def cancel(self, run_id: str) -> None:
        """See the port."""
        with self._lock:
            looking = self._looking.get(run_id)
            self._stopped.add(run_id)
        if looking is None:
            self._hosts.cancel(run_id)
        else:
            self._hosts.end(processes.describe(looking))

    def _look(
        self,
        what: str,
        order: RunOrder,
        place: Place,
        source: Source,
        on_event: OnEvent,
        on_start: OnStart,
    ) -> RunResult:
        """Ask the place *what*: to ``check`` what the program would do, or to ``verify`` that all
        is as it should be. A check that leaves no probe out is such a look, too. Values of secrets
        are in what the client is asked and in nothing that is written."""
        folder = Folder(self._runs, order.run_id)
        orders.write(folder, order, self.config())
        asked = self._asked(folder, order, place)
        redactor = Redactor(self._shown(asked["values"].values()))
        with Journal(folder) as journal, self._listed(order.run_id):
            mode: RunMode = "check" if what == "check" else "again"
            look = Look(mode, place.name, self.module, on_event, journal)

            def begun(pid: int) -> None:
                with self._lock:
                    self._looking[order.run_id] = pid
                on_start(processes.describe(pid))

            seconds = order.timeout_s + (_MARGIN_S if what == "verify" else 0)
            try:
                said: dict[str, Any] | None = self._ask(
                    source, what, asked, look.hear, timeout_s=seconds, begun=begun
                )
            except KeyboardInterrupt:
                said = None
            except TemporaryError:
                if order.run_id not in self._stopped:
                    raise
                said = None
            clean = None if said is None else redacted(said, redactor)
            result = look.result(clean, str(folder.path))
            journal.end(result)
        return result

    def _asked(self, folder: Folder, order: RunOrder, place: Place) -> dict[str, Any]:
        return {
            "folder": str(folder.project),
            "entry": order.artifact.entry,
            "rollout_s": min(self._rollout_s, order.timeout_s),
            "values": self._values(order),
            **self._about(order, place),
        }

    def _values(self, order: RunOrder) -> dict[str, str]:
        """The values of the secrets in the program, by variable."""
        named = order.secrets.items()
        return {variable(name): self._secret_value(name, version) for name, version in named}

    @contextmanager
    def _listed(self, run_id: str) -> Iterator[None]:
        try:
            yield
        finally:
            with self._lock:
                self._looking.pop(run_id, None)

    def _apply(
        self,
        order: RunOrder,
        place: Place,
        source: Source,
        on_event: OnEvent,
        on_start: OnStart,
    ) -> RunResult:
        """The program by Ansible on this machine; its one host is called as the place again in all
        that comes back."""

        def heard(event: RunEvent) -> None:
            on_event(_called(event, place.name))

        told = self._begun(order, source)
        local = replace(
            order,
            inventory=self._here(),
            scope=Scope(verify="none"),
            variables=told | self._variables(order, source, place),
        )
        with self._followed(order, source, place, on_event):
            done = self._hosts.run(local, heard, on_start)
        named = replace(
            done,
            events=tuple(_called(event, place.name) for event in done.events),
            stats={place.name: done.stats[HERE]} if HERE in done.stats else {},
        )
        return self._applied(order, source, named)

    def _here(self) -> Inventory:
        """This machine, with the Python that has the client: what talks to a place runs here."""
        about = {
            "ansible_connection": "local",
            "ansible_python_interpreter": str(self._python()),
        }
        text = json.dumps({"all": {"hosts": {HERE: about}}})
        return Inventory(text=text, hosts=(HERE,), hostvars={HERE: about})


def redacted(said: dict[str, Any], redactor: Redactor) -> dict[str, Any]:
    """What a server or a webhook says of an object may repeat what it was sent. Titles and names
    are what a person approved, and stay."""
    return {what: [_clean(one, redactor) for one in listed] for what, listed in said.items()}


def _clean(one: dict[str, Any], redactor: Redactor) -> dict[str, Any]:
    return {key: redactor.value(text) if key in _TOLD else text for key, text in one.items()}


def _called(event: RunEvent, name: str) -> RunEvent:
    return replace(event, host=name) if event.host else event
