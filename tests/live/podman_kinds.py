"""Runs what the target podman renders with the lab's podman, on this machine.

Used by the tests of podman. The lab's own configuration comes in by the inventory's Python, as
nothing of the caller's environment reaches a run.
"""

import importlib
import os
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kiki.execution.runner import RunnerExecutor
from kiki.model.answer import Answer
from kiki.model.change import Outcome, Ran
from kiki.model.intent import Intent, Operation
from kiki.model.plan import Plan
from kiki.model.profile import Profile
from kiki.model.request import InventorySource, Layout, Scope
from kiki.model.run import RunMode, RunOrder, RunResult
from kiki.provision.ansible import AnsibleHome
from kiki.targets.ansible.answers import Heard
from kiki.targets.ansible.compose import fields_of, module_of
from kiki.targets.ansible.tasks import ACTION_TAG, PROBE_TAG
from kiki.targets.podman.target import TARGET
from kiki.targets.port import UndoPlan
from tests.live.podman_lab import PodmanLab
from tests.live.runner_lab import ignore

HOST = "here"
PYTHON = """#!/bin/sh
. {env}
exec /usr/bin/python3 "$@"
"""


class Kinds:
    """Runs intents on this machine, and looks at its podman past Ansible."""

    def __init__(
        self, lab: PodmanLab, home: AnsibleHome, folder: Path, inventory: Path | None = None
    ) -> None:
        """*inventory* is that of another host than this one as root."""
        self.lab = lab
        inventory = inventory or _here(lab, folder)
        self.scope = Scope(inventory=InventorySource(form="path", text=str(inventory)))
        self.secrets = {"pw": "Tr0ub4dor"}
        self.executor = RunnerExecutor(
            str(folder / "state"), lambda name, version: self.secrets[name], lambda: home,
            local_connections=True,
        )  # fmt: skip
        self.inventory = self.executor.resolve(self.scope)
        (self.host,) = self.inventory.hosts
        self.layout: Layout = "playbook"
        self.heard: dict[str, Any] = {}
        self._count = 0

    def run(self, intent: Intent, mode: RunMode) -> RunResult:
        self._count += 1
        order = RunOrder(
            run_id=f"podman-{self._count}",
            mode=mode,
            artifact=TARGET.render(intent, self.layout, Profile()),
            inventory=self.inventory,
            scope=self.scope,
            secrets=dict.fromkeys(TARGET.secrets(intent), "1"),
            kept=TARGET.kept(),
            skip_tags=(ACTION_TAG,) if mode == "again" else (PROBE_TAG,),
        )
        return self.executor.run(order, ignore, ignore)

    def answer(self, operation: tuple[str, dict[str, Any]]) -> Answer:
        """What the kind makes of one run; what hosts reported is in ``heard``."""
        case = intent(operation)
        result = self.run(case, "apply")
        self.heard = result.reports
        module = module_of(case.operations[0])
        heard = Heard((self.host,), result, "en", str)
        beside = importlib.import_module(module.__name__.rpartition(".")[0] + ".answer")
        made: Answer = beside.answer(fields_of(case.operations[0], module), heard)
        return made

    def plan(self, intent: Intent) -> Plan:
        return TARGET.plan(self.run(intent, "check"), intent, self.inventory)

    def apply(self, intent: Intent) -> Outcome:
        applied = self.run(intent, "apply")
        self.heard = applied.reports
        return TARGET.outcome(applied, self.run(intent, "again"), self.inventory)

    def there(self, case: Intent) -> Ran:
        """Plan, apply and verify *case*, which must change something."""
        plan = self.plan(case)
        assert not plan.errored, plan.actions
        assert plan.changes
        outcome = self.apply(case)
        assert (outcome.verified, outcome.reason, outcome.params) == ("passed", "", {}), outcome
        assert outcome.changed == (self.host,)
        return Ran(plan=plan, outcome=outcome)

    def back(self, case: Intent, ran: Ran) -> UndoPlan:
        """Take *case* back, which must be possible."""
        way = TARGET.take_back(case, (ran,))
        assert way.undo.kind in ("exact", "compensating"), way.undo
        reverse = Intent(target="podman", name="back", operations=way.operations, reader="undo")
        undone = self.apply(reverse)
        assert (undone.verified, undone.reason, undone.params) == ("passed", "", {}), undone
        return way

    def status(self, container: str) -> str:
        """What podman says of a container; empty where there is none."""
        found = self.lab.run("container", "inspect", "--format", "{{.State.Status}}", container)
        return found.stdout.strip() if found.returncode == 0 else ""


def _here(lab: PodmanLab, folder: Path) -> Path:
    python = folder / "python"
    python.write_text(PYTHON.format(env=lab.folder / "env"))
    python.chmod(0o755)
    inventory = folder / "inventory.ini"
    line = f"{HOST} ansible_connection=local ansible_python_interpreter={python}"
    inventory.write_text(f"{line} ansible_become=false\n")
    return inventory


def intent(*operations: tuple[str, dict[str, Any]]) -> Intent:
    made = tuple(Operation(kind=f"podman.{kind}", fields=fields) for kind, fields in operations)
    return Intent(target="podman", name="kinds", operations=made, reader="flags")


def verbs(ran: Ran | Plan) -> list[str]:
    plan = ran.plan if isinstance(ran, Ran) else ran
    assert plan is not None
    return [action.verb for action in plan.changes]


def own_name(podman: PodmanLab) -> Iterator[str]:
    """A name of its own for everything that a test makes; nothing of it is left."""
    made = f"kk{os.getpid()}{uuid.uuid4().hex[:6]}"
    yield made
    listed = podman.out("ps", "--all", "--format", "{{.Names}}").split()
    for one in (found for found in listed if found.startswith(made)):
        podman.run("rm", "--force", "--time", "0", one)
    podman.run("pod", "rm", "--force", "--time", "0", made)
    for noun in ("network", "volume", "secret"):
        podman.run(noun, "rm", made)
    for own in (f"{made}-PASSWORD", f"{made}-DSN"):
        podman.run("secret", "rm", own)
    podman.run("network", "rm", "podman-default-kube-network")  # made by podman for manifests
    podman.run("untag", f"localhost/{made}:1", f"localhost/{made}:1")  # else all its names go
