"""Small playbooks on the lab's hosts through the real executor. Used by test_runner_*.py."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from kiki.execution.runner import RunnerExecutor
from kiki.model.artifact import Artifact, File
from kiki.model.change import RunningProcess
from kiki.model.inventory import Inventory
from kiki.model.request import InventoryForm, InventorySource, Scope
from kiki.model.run import RunEvent, RunMode, RunOrder, RunResult
from kiki.provision.ansible import AnsibleHome
from tests.live.conftest import HostsLab, VmLab
from tests.live.reach import reach


def ignore(_: object) -> None:
    """A listener that drops everything."""


def artifact(playbook: str, **files: str) -> Artifact:
    """A playbook, and files beside it: *files* maps paths with ``__`` for ``/`` to texts."""
    beside = tuple(
        File(path=name.replace("__", "/") + ".yml", text=text) for name, text in files.items()
    )
    return Artifact(
        target="ansible",
        intent_digest="sha256:0",
        entry="site.yml",
        files=(File(path="site.yml", text=playbook), *beside),
    )


class Lab:
    """The hosts, an executor with a state folder of its own, and a look at hosts past both."""

    def __init__(
        self, hosts: HostsLab | VmLab, home: AnsibleHome, state: Path, *, mitogen: bool = False
    ) -> None:
        self.hosts = hosts
        self.home = home
        self.state = state
        self.secrets: dict[str, str] = {}
        self.executor = RunnerExecutor(
            str(state), lambda name, version: self.secrets[name], lambda: home, mitogen=mitogen
        )
        self._runs = 0

    def scope(self, inventory: Path | str = "", form: InventoryForm = "path", **more: Any) -> Scope:
        text = str(inventory or self.hosts.inventory)
        return Scope(inventory=InventorySource(form=form, text=text), **more)

    def resolve(self, inventory: Path | str = "", **more: Any) -> Inventory:
        return self.executor.resolve(self.scope(inventory, **more))

    def order(
        self,
        playbook: str,
        mode: RunMode = "apply",
        scope: Scope | None = None,
        **more: Any,
    ) -> RunOrder:
        self._runs += 1
        scope = scope or self.scope()
        return RunOrder(
            run_id=f"t-{mode}-{self._runs}",
            mode=mode,
            artifact=artifact(playbook),
            inventory=self.executor.resolve(scope),
            scope=scope,
            **more,
        )

    def run(
        self,
        playbook: str,
        mode: RunMode = "apply",
        scope: Scope | None = None,
        password: str | None = None,
        on_event: Callable[[RunEvent], None] = ignore,
        on_start: Callable[[RunningProcess], None] = ignore,
        **more: Any,
    ) -> RunResult:
        given = self.order(playbook, mode, scope, **more)
        return self.executor.run(given, on_event, on_start, password)

    def ssh(self, host: str, command: str) -> str:
        """What *command* prints on one of the lab's hosts."""
        return reach(self.hosts.folder, host, command).stdout

    def inventory(self, path: Path, *lines: str, **variables: str) -> Path:
        """An inventory with these hosts; *variables* replace the lab's own for all hosts."""
        folder = self.hosts.folder
        everywhere = {
            "ansible_user": "kiki",
            "ansible_ssh_private_key_file": str(self.hosts.key),
            "ansible_ssh_common_args": known_hosts(folder / "known_hosts"),
            "ansible_python_interpreter": "/usr/bin/python3",
        } | variables
        rows = [f"{name}={value}" for name, value in everywhere.items()]
        path.write_text("\n".join(["[nodes]", *lines, "", "[all:vars]", *rows]) + "\n")
        return path


def known_hosts(path: Path) -> str:
    """ssh's options for a file of known hosts of our own."""
    return f"-o UserKnownHostsFile={path} -o GlobalKnownHostsFile=/dev/null"


def of_host(result: RunResult, host: str, *kinds: str) -> list[RunEvent]:
    """A host's events of these kinds, in order."""
    return [event for event in result.events if event.host == host and event.kind in kinds]


def everything_in(folder: Path) -> bytes:
    """All bytes of all files in a folder, and all names."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    names = "\n".join(str(path) for path in files).encode()
    return b"\n".join([names, *(path.read_bytes() for path in files)])
