"""A run in a process of its own, so that a test can kill it: prints the run's process and events.

python -m tests.live.runner_process STATE INVENTORY PLAYBOOK MODE PYTHON PLAYBOOK_COMMAND
INVENTORY_COMMAND COLLECTIONS
"""

import sys
from pathlib import Path

import msgspec

from kiki.execution.runner import RunnerExecutor
from kiki.model.records import Record
from kiki.model.request import InventorySource, Scope
from kiki.model.run import RunOrder
from tests.live.runner_lab import artifact


class Home(Record, frozen=True):
    """Paths of Ansible's programs."""

    python: str
    playbook: str
    inventory: str
    collections: str


def tell(value: Record) -> None:
    """One line of JSON at once."""
    print(msgspec.json.encode(value).decode(), flush=True)


def main() -> None:
    state, inventory, playbook, mode, *paths = sys.argv[1:]
    home = Home(**dict(zip(Home.__struct_fields__, paths, strict=True)))
    executor = RunnerExecutor(state, lambda name, version: "", lambda: home)
    scope = Scope(inventory=InventorySource(form="path", text=inventory))
    order = RunOrder(
        run_id="killed",
        mode=mode,  # type: ignore[arg-type]
        artifact=artifact(Path(playbook).read_text()),
        inventory=executor.resolve(scope),
        scope=scope,
    )
    tell(executor.run(order, tell, tell))


if __name__ == "__main__":
    main()
