"""The executor port: everything Kiki asks of Ansible.

Called by ``targets.ansible`` and ``service``. Adapters: ``execution.runner`` (ansible-runner) and
``execution.recorded`` (the shipped fake). One contract suite runs over both.
"""

from collections.abc import Callable
from typing import Protocol

from kiki.model.change import RunningProcess
from kiki.model.inventory import Inventory
from kiki.model.request import Scope
from kiki.model.run import RunEvent, RunOrder, RunResult

OnEvent = Callable[[RunEvent], None]
OnStart = Callable[[RunningProcess], None]
SecretValues = Callable[[str, str], str]  # (name, version id) -> value


class Executor(Protocol):
    """Runs Ansible. Raises UsageError for inputs that are wrong, TemporaryError for what may
    pass, and never a foreign exception."""

    def versions(self) -> dict[str, str]:
        """Versions of ansible-core (as ``ansible.builtin``) and each installed collection."""
        ...

    def config(self) -> str:
        """The text of the ansible.cfg that every run gets."""
        ...

    def resolve(self, scope: Scope) -> Inventory:
        """The scope's inventory, resolved by Ansible's own code and frozen.

        UsageError ``inventory.unreadable``, ``inventory.invalid``, ``inventory.no_hosts``.
        """
        ...

    def run(
        self,
        order: RunOrder,
        on_event: OnEvent,
        on_start: OnStart,
        become_password: str | None = None,
    ) -> RunResult:
        """Run the order's playbook on the hosts of its inventory, which may be some of those that
        were resolved, in its own process group and folder; blocks until it ends.

        *on_start* is called once with the process group, before the first task can start, so
        that the caller can record it.
        """
        ...

    def end(self, process: RunningProcess) -> bool:
        """End a process group that an earlier Kiki left behind; whether it was still alive.
        A pid that was reused by another program is left alone."""
        ...

    def cancel(self, run_id: str) -> None:
        """Stop the run with this id, if it is running in this process."""
        ...
