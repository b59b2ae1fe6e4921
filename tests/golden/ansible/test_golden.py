"""Golden cases of the Ansible target.

``render/<case>/``: an ``intent.yaml`` (with a ``layout``, a ``pattern`` of hosts and a site's
``profile``, if any), what is made of it in ``expected/``, or the error in ``error.txt`` (cases
called ``refused_``).
``check/<case>/``: a playbook or a role, and ``findings.txt`` with everything that the check says.
``runs/<case>/``: an intent, recorded runs of its code on real hosts (``check.json``, and perhaps
``apply.json`` and ``again.json``), and in ``expected.txt`` the plan, the outcome and the undo.
"""

from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from kiki.model.artifact import Artifact, File
from kiki.model.change import Outcome, Ran, Undo
from kiki.model.intent import Intent, Operation
from kiki.model.inventory import Inventory
from kiki.model.plan import Action, Plan
from kiki.model.profile import Profile
from kiki.model.run import RunResult
from kiki.targets.ansible.target import TARGET
from tests.golden.cases import check_rendered, lines

HERE = Path(__file__).parent
RENDER = sorted(path.parent for path in HERE.glob("render/*/intent.yaml"))
CHECK = sorted(path for path in HERE.glob("check/*") if path.is_dir())
RUNS = sorted(path.parent for path in HERE.glob("runs/*/intent.yaml"))


def body_of(case: Path) -> dict[str, Any]:
    body: dict[str, Any] = yaml.safe_load((case / "intent.yaml").read_text("utf-8"))
    return body


def intent_of(body: dict[str, Any]) -> Intent:
    operations = msgspec.convert(body["operations"], tuple[Operation, ...])
    hosts = tuple(body.get("pattern", ()))
    return Intent(
        target="ansible", name=body["name"], operations=operations, reader="flags", hosts=hosts
    )


def rendered(case: Path) -> Artifact:
    body = body_of(case)
    profile = msgspec.convert(body.get("profile", {}), Profile)
    return TARGET.render(intent_of(body), body.get("layout", "playbook"), profile)


def files_of(folder: Path) -> tuple[File, ...]:
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return tuple(
        File(path=str(path.relative_to(folder)), text=path.read_text("utf-8"))
        for path in paths
        if path.name != "findings.txt"
    )


@pytest.mark.parametrize("case", RENDER, ids=lambda case: case.name)
def test_render(case: Path, golden: Any) -> None:
    artifact = check_rendered(case, rendered, golden)
    if artifact is not None:
        assert artifact == rendered(case)
        assert TARGET.check(artifact) == ()


@pytest.mark.parametrize("case", CHECK, ids=lambda case: case.name)
def test_check(case: Path, golden: Any) -> None:
    files = files_of(case)
    artifact = Artifact(target="ansible", intent_digest="", entry="site.yml", files=files)
    golden.check(case / "findings.txt", lines(TARGET.check(artifact)))


@pytest.mark.parametrize("case", RUNS, ids=lambda case: case.name)
def test_runs(case: Path, golden: Any) -> None:
    body = body_of(case)
    intent = intent_of(body)
    inventory = Inventory(text="", hosts=tuple(body["hosts"]))
    runs = {mode: run(case / f"{mode}.json") for mode in ("check", "apply", "again")}
    assert runs["check"] is not None
    plan = TARGET.plan(runs["check"], intent, inventory)
    text = shown_plan(plan) + shown_undo("before approval", TARGET.undo(intent, plan))
    if runs["apply"] is not None:
        outcome = TARGET.outcome(runs["apply"], runs["again"], inventory)
        text += f"outcome: {_said(outcome)}\n"
        text += shown_undo(
            "after the run", TARGET.take_back(intent, (Ran(plan=plan, outcome=outcome),))
        )
    golden.check(case / "expected.txt", text)


def run(path: Path) -> RunResult | None:
    return msgspec.json.decode(path.read_bytes(), type=RunResult) if path.exists() else None


def shown_plan(plan: Plan) -> str:
    facts = f"risk={plan.risk} complete={plan.complete} errored={plan.errored}"
    unreachable = ",".join(plan.unreachable)
    head = f"plan: {facts} reversibility={plan.reversibility} unreachable={unreachable}".rstrip()
    return "\n".join((head, *map(shown_action, plan.actions))) + "\n"


def shown_action(action: Action) -> str:
    head = f"- {action.subject}: {action.task}: {action.verb} {action.reason}".rstrip()
    message = [f"    message: {action.message}"] if action.message else []
    diff = [f"    {row}".rstrip() for row in action.diff.splitlines()]
    return "\n".join((head, *message, *diff))


def shown_undo(when: str, found: Any) -> str:
    undo: Undo = found.undo
    params = " ".join(f"{key}={value}" for key, value in sorted(undo.params.items()))
    lines = [f"undo {when}: {undo.kind} {undo.reason} {params}".rstrip()]
    for each in found.operations:
        where = f" only on {', '.join(each.hosts)}" if each.hosts else ""
        lines.append(f"- {each.kind} {each.fields}{where}")
    lines += [f"  on {', '.join(found.hosts)}"] if found.hosts else []
    lines += [f"  note: {note.code} {note.params}" for note in found.notes]
    return "\n".join(lines) + "\n"


def test_there_are_cases() -> None:
    assert len(RENDER) > 60
    assert len(CHECK) > 20
    assert len(RUNS) > 10


def _said(outcome: Outcome) -> str:
    """The outcome as JSON, without what only some have."""
    told = msgspec.to_builtins(outcome)
    for name in ("unsure", "left"):
        if not told[name]:
            del told[name]
    for each in (told["done"] or {}).values():
        if each["heard"]:
            del each["heard"]
    return msgspec.json.encode(told).decode()
