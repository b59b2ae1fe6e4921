"""Runs for a cluster: looked at by the client's own process, applied by Ansible on this machine.

Called by ``wiring``, which puts it before the executor for hosts; everything that is not for a
cluster goes on to that one. A cluster is an inventory with one host, named as its context. See
docs/decisions/0017-kubernetes-live.md.
"""

import fnmatch
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from kiki.execution import orders, processes
from kiki.execution.clusters.client import REQUEST_S, ClusterClient
from kiki.execution.clusters.looks import Look
from kiki.execution.folders import Folder
from kiki.execution.journal import Journal
from kiki.execution.port import Executor, OnEvent, OnStart, SecretValues
from kiki.execution.redaction import Redactor
from kiki.model.change import RunningProcess
from kiki.model.errors import PermanentError, TemporaryError, UsageError
from kiki.model.inventory import Inventory, Place
from kiki.model.request import ClusterSource, Scope
from kiki.model.run import PROBE_TAG, RunEvent, RunOrder, RunResult
from kiki.model.secret import variable

HERE = "localhost"
HOLD = "kiki_hold"
"""The variable with the Secrets whose values are to be kept (``targets/kubernetes/held.py``)."""

Keep = Callable[[str, str], None]
ROLLOUT_S = 300
_TOLD = ("problems", "params", "diff")  # of an object, in the server's own words
_EVICTION_S = 10  # between two tries of a drain, as the program has it
_MARGIN_S = 60.0  # for the second look after a rollout


class ClusterExecutor:
    """Implements ``execution.port.Executor``: runs for a cluster itself, all others by *hosts*.

    *secret_value* gives a secret's value by name and version, *keep* seals one by its name: without
    it nothing whose undo needs one is applied. *guarded* are patterns of contexts
    that are production; *rollout_s* is how long workloads may take to come up.
    """

    def __init__(
        self,
        hosts: Executor,
        client: ClusterClient,
        state_dir: str,
        secret_value: SecretValues,
        *,
        keep: Keep | None = None,
        guarded: tuple[str, ...] = (),
        rollout_s: int = ROLLOUT_S,
    ) -> None:
        self._hosts = hosts
        self._client = client
        self._runs = Path(state_dir).absolute() / "runs"
        self._secret_value = secret_value
        self._keep = keep
        self._guarded = guarded
        self._rollout_s = rollout_s
        self._looking: dict[str, int] = {}
        self._stopped: set[str] = set()
        self._lock = threading.Lock()

    def versions(self) -> dict[str, str]:
        """See the port."""
        return self._hosts.versions()

    def config(self) -> str:
        """See the port."""
        return self._hosts.config()

    def resolve(self, scope: Scope) -> Inventory:
        """See the port. A cluster's is made of what it says of itself; UsageError and
        TemporaryError ``cluster.<what>`` as ``client`` raises them."""
        if scope.cluster is None:
            return self._hosts.resolve(scope)
        said = self._client.identity(scope.cluster)
        name = said["context"]
        for text in (name, scope.cluster.kubeconfig):
            if "{{" in text or "{%" in text:  # Ansible would take it for a template
                raise UsageError("cluster.name_unsafe", name=text)
        if scope.limit not in ("", name):
            raise UsageError("cluster.limit", limit=scope.limit, context=name)
        guarded = any(fnmatch.fnmatchcase(name, pattern) for pattern in self._guarded)
        place = Place(kind="cluster", name=name, identity=said, guarded=guarded)
        frozen = {"all": {"hosts": {name: {"ansible_host": said["uid"]}}}, "cluster": said}
        return Inventory(
            text=json.dumps(frozen, indent=1, ensure_ascii=False) + "\n",
            hosts=(name,),
            hostvars={name: {"ansible_host": said["uid"]}},
            place=place,
        )

    def run(
        self,
        order: RunOrder,
        on_event: OnEvent,
        on_start: OnStart,
        become_password: str | None = None,
    ) -> RunResult:
        """See the port."""
        place, cluster = order.inventory.place, order.scope.cluster
        if place is None or cluster is None:
            return self._hosts.run(order, on_event, on_start, become_password)
        if order.mode == "check" and PROBE_TAG in order.skip_tags:
            return self._look("check", order, place, cluster, on_event, on_start)
        if order.mode in ("check", "again"):
            return self._look("verify", order, place, cluster, on_event, on_start)
        return self._apply(order, place, cluster, on_event, on_start)

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
        cluster: ClusterSource,
        on_event: OnEvent,
        on_start: OnStart,
    ) -> RunResult:
        """Ask the cluster *what*: to ``check`` what the program would do, or to ``verify`` that all
        is as it should be. A check that leaves no probe out is such a look, too. Values of secrets
        are in what the client is asked and in nothing that is written."""
        folder = Folder(self._runs, order.run_id)
        orders.write(folder, order, self.config())
        asked: dict[str, Any] = {
            "folder": str(folder.project),
            "entry": order.artifact.entry,
            "namespace": place.identity["namespace"],
            "rollout_s": min(self._rollout_s, order.timeout_s),
            "values": self._values(order),
        }
        redactor = Redactor(asked["values"].values())
        with Journal(folder) as journal, self._listed(order.run_id):
            look = Look("check" if what == "check" else "again", place.name, on_event, journal)

            def begun(pid: int) -> None:
                with self._lock:
                    self._looking[order.run_id] = pid
                on_start(processes.describe(pid))

            seconds = order.timeout_s + (_MARGIN_S if what == "verify" else 0)
            try:
                said: dict[str, Any] | None = self._client.ask(
                    cluster, what, asked, look.hear, timeout_s=seconds, begun=begun
                )
            except KeyboardInterrupt:
                said = None
            except TemporaryError:
                if order.run_id not in self._stopped:
                    raise
                said = None
            clean = None if said is None else _redacted(said, redactor)
            result = look.result(clean, str(folder.path))
            journal.end(result)
        return result

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
        cluster: ClusterSource,
        on_event: OnEvent,
        on_start: OnStart,
    ) -> RunResult:
        """The program by Ansible on this machine; its one host is called as the context again in
        all that comes back."""

        def heard(event: RunEvent) -> None:
            on_event(_called(event, place.name))

        kubeconfig = cluster.kubeconfig or str(Path.home() / ".kube" / "config")
        named = {
            "kiki_kubeconfig": kubeconfig,
            "kiki_context": place.name,
            "kiki_evictions": str(self._rollout_s // _EVICTION_S),
        }
        told = {key: value for key, value in order.variables.items() if key != HOLD}
        self._hold(order, cluster)
        local = replace(
            order,
            inventory=self._here(),
            scope=Scope(verify="none"),
            variables=told | named,
        )
        done = self._hosts.run(local, heard, on_start)
        return replace(
            done,
            events=tuple(_called(event, place.name) for event in done.events),
            stats={place.name: done.stats[HERE]} if HERE in done.stats else {},
        )

    def _hold(self, order: RunOrder, cluster: ClusterSource) -> None:
        """Have the values of Secrets sealed that the run is about to write over: before it begins,
        so that an apply that is cut can be taken back, too. TemporaryError ``cluster.held_moved``
        when they are not those of the plan any more."""
        wanted = order.variables.get(HOLD, [])
        if not wanted:
            return
        if self._keep is None:
            raise PermanentError("cluster.no_keeper")
        seconds = min(REQUEST_S * len(wanted), order.timeout_s)
        said = self._client.ask(cluster, "hold", {"secrets": wanted}, timeout_s=seconds)
        for name, value in said["values"].items():
            self._keep(str(name), str(value))

    def _here(self) -> Inventory:
        """This machine, with the Python that has the client: what talks to a cluster runs here."""
        about = {
            "ansible_connection": "local",
            "ansible_python_interpreter": str(self._client.python()),
        }
        text = json.dumps({"all": {"hosts": {HERE: about}}})
        return Inventory(text=text, hosts=(HERE,), hostvars={HERE: about})


def _redacted(said: dict[str, Any], redactor: Redactor) -> dict[str, Any]:
    """What a server or a webhook says of an object may repeat what it was sent. Titles and names
    are what a person approved, and stay."""
    return {what: [_clean(one, redactor) for one in listed] for what, listed in said.items()}


def _clean(one: dict[str, Any], redactor: Redactor) -> dict[str, Any]:
    return {key: redactor.value(text) if key in _TOLD else text for key, text in one.items()}


def _called(event: RunEvent, name: str) -> RunEvent:
    return replace(event, host=name) if event.host else event
