"""The real executor: ansible-runner over SSH.

Called by ``wiring``. One run: a folder is written, the driver is started in a session of its own,
the caller records it (``on_start``), the driver gets its order, and events are read until it
ends. Ansible is a process of its own; nothing of it is imported. See docs/execution.md.
"""

import contextlib
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from kiki.execution import config, environment, inventories, leftovers, processes, versions
from kiki.execution.drivers import Drivers
from kiki.execution.faults import guarded
from kiki.execution.homes import Home
from kiki.execution.listings import Listings
from kiki.execution.port import OnEvent, OnStart, SecretValues
from kiki.execution.runs import Configured, Run, Values
from kiki.execution.safety import Guard
from kiki.execution.vaults import Vaults
from kiki.model.change import RunningProcess
from kiki.model.errors import StaleError
from kiki.model.inventory import Inventory
from kiki.model.records import digest_bytes
from kiki.model.request import Scope
from kiki.model.run import RunOrder, RunResult
from kiki.model.secret import variable


class RunnerExecutor:
    """Runs Ansible through ansible-runner; implements ``execution.port.Executor``.

    *state_dir* is where run folders are made, *secret_value* gives a secret's value by name and
    version, *home* the installed Ansible (it may install it first). *local_connections* allows
    inventories whose hosts Ansible handles on this machine, *scripts* those that are programs;
    *mitogen* has modules run through it, which is faster; *vaults* opens what Ansible Vault
    encrypts.
    """

    def __init__(
        self,
        state_dir: str,
        secret_value: SecretValues,
        home: Callable[[], Home],
        *,
        local_connections: bool = False,
        scripts: bool = False,
        forks: int = config.FORKS,
        mitogen: bool = False,
        vaults: Vaults | None = None,
    ) -> None:
        self._config = config.text(forks, config.MITOGEN if mitogen else "")
        self._mitogen = mitogen
        self._runs = Path(state_dir).absolute() / "runs"
        self._listings = Listings(Path(state_dir).absolute() / "inventories")
        self._secret_value = secret_value
        self._home = home
        self._local = local_connections
        self._scripts = scripts
        self._vaults = vaults or Vaults()
        self._versions: dict[str, str] = {}
        self._passwords: dict[str, dict[str, dict[str, Any]]] = {}  # by the inventory's text
        self._drivers = Drivers()
        self._running: dict[str, Run] = {}
        self._lock = threading.Lock()

    def versions(self) -> dict[str, str]:
        """See the port. Asked once in a process's life."""
        if not self._versions:
            self._versions = versions.installed(self._home())
        return dict(self._versions)

    def config(self) -> str:
        """See the port."""
        return self._config

    def resolve(self, scope: Scope) -> Inventory:
        """See the port; every error is listed in docs/inventories.md."""
        home = self._home()
        self._drivers.warm(home)  # a plan follows
        found = inventories.resolve(
            scope,
            home,
            self._listings,
            vaults=self._vaults,
            local_connections=self._local,
            scripts=self._scripts,
        )
        self._passwords[_text(found.inventory)] = found.passwords
        return found.inventory

    def home(self) -> Home:
        """The installed Ansible."""
        return self._home()

    def passwords(self, inventory: Inventory) -> dict[str, Any]:
        """The passwords and encrypted values of an inventory that was resolved here, by their keys
        in ``SEALED``."""
        found = self._passwords.get(_text(inventory), {})
        return {
            inventories.key_of(host, name): value
            for host, named in found.items()
            for name, value in named.items()
        }

    def run(
        self,
        order: RunOrder,
        on_event: OnEvent,
        on_start: OnStart,
        become_password: str | None = None,
    ) -> RunResult:
        """See the port. A Ctrl-C ends the run and gives status ``cancelled``."""
        Guard(trusted=False, local_connections=self._local).check_extra_vars(order.scope.extra_vars)
        home = self._home()
        leftovers.sweep()
        values = self._values(order, become_password)
        cfg = Configured(self._config, environment.strategies(home, self._mitogen))
        run = Run(home, self._drivers, self._runs, order, values, cfg)
        with self._listed(order.run_id, run):
            return run.execute(on_event, on_start)

    def end(self, process: RunningProcess) -> bool:
        """See the port. What the run left in memory goes too."""
        traces = self._traces_of(process)
        alive = processes.end(traces)
        leftovers.sweep()
        return alive

    def cancel(self, run_id: str) -> None:
        """See the port."""
        with self._lock:
            run = self._running.get(run_id)
        if run is not None:
            run.cancel()

    @contextlib.contextmanager
    def _listed(self, run_id: str, run: Run) -> Iterator[None]:
        with self._lock:
            self._running[run_id] = run
        try:
            yield
        finally:
            with self._lock:
                self._running.pop(run_id, None)

    def _values(self, order: RunOrder, become_password: str | None) -> Values:
        extra = {
            variable(name): self._secret_value(name, version)
            for name, version in order.secrets.items()
        }
        return Values(extra, self._passwords_of(order), become_password)

    def _passwords_of(self, order: RunOrder) -> dict[str, Any]:
        """The passwords that were taken out of the inventory, whichever of its hosts the run is
        for. Another process than the one that resolved it reads them again, and only if nothing
        else has changed."""
        if inventories.SEALED not in order.inventory.text:
            return {}
        text = _text(order.inventory)
        if text not in self._passwords:
            self.resolve(order.scope)
        if text not in self._passwords:
            raise StaleError("inventory.moved")
        return self.passwords(order.inventory)

    def _traces_of(self, process: RunningProcess) -> processes.Traces:
        """What the run wrote down about its processes; only the group when that is gone."""
        with guarded(self._runs):
            for path in sorted(self._runs.glob("*/process.json"), reverse=True):
                with contextlib.suppress(OSError, msgspec.MsgspecError):
                    traces = msgspec.json.decode(path.read_bytes(), type=processes.Traces)
                    if traces.process == process:
                        return traces
        return processes.Traces(process=process, run="", sockets="", scratch="")


def _text(inventory: Inventory) -> str:
    """What names a resolved inventory whichever of its hosts are meant."""
    return digest_bytes(inventory.text.encode())
