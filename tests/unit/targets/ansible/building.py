"""Short ways to build what the tests of this folder need."""

from typing import Any

from kiki.model.intent import Intent, Operation
from kiki.model.inventory import Inventory
from kiki.model.plan import Action, Plan
from kiki.model.run import EventKind, HostStats, RunEvent, RunResult


def intent(*operations: tuple[str, dict[str, Any]], name: str = "case") -> Intent:
    made = tuple(Operation(kind=f"ansible.{kind}", fields=fields) for kind, fields in operations)
    return Intent(target="ansible", name=name, operations=made, reader="flags")


def event(kind: EventKind, task: str, module: str, host: str = "h1", **more: Any) -> RunEvent:
    return RunEvent(counter=1, kind=kind, host=host, task=task, module=module, **more)


def result(*events: RunEvent, status: Any = "successful", **stats: HostStats) -> RunResult:
    return RunResult(status=status, rc=0, events=events, stats=stats)


def inventory(*hosts: str) -> Inventory:
    return Inventory(text="", hosts=hosts or ("h1",))


def plan(*actions: Action, hosts: tuple[str, ...] = ("h1", "h2")) -> Plan:
    return Plan(actions=actions, hosts=hosts)


def action(task: str, verb: Any, host: str = "h1", **more: Any) -> Action:
    return Action(subject=host, task=task, verb=verb, **more)
