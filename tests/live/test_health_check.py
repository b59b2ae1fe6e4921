"""The health check on a real host: nothing is read before the apply, and the report is whole."""

import json
from pathlib import Path

import pytest

from kiki.provision.ansible import AnsibleHome
from kiki.targets.ansible.target import TARGET
from kiki.understand.secrets import masked
from tests.live.conftest import HostsLab
from tests.live.runner_lab import Lab
from tests.live.test_ansible_kinds import HOST, Kinds, fresh, intent

pytestmark = pytest.mark.hosts


@pytest.fixture
def kinds(hosts: HostsLab, ansible_home: AnsibleHome, tmp_path: Path) -> Kinds:
    return Kinds(Lab(hosts, ansible_home, tmp_path / "state"))


def test_a_report_comes_whole_and_without_secrets(kinds: Kinds) -> None:
    word, secret = fresh(), f"Zx9{fresh()}"
    kinds.look(f"logger -t {word} 'login with password={secret} and <b>|{'y' * 900}'")
    case = intent(("health_check", {"processes": 3, "lines": 50}))

    checked = kinds.run(case, "check")
    assert checked.reports[HOST]["log"] == [], "check mode reads nothing"
    plan = TARGET.plan(checked, case, kinds.inventory)
    assert [(action.subject, action.verb) for action in plan.actions] == [(HOST, "run")]
    assert plan.complete
    assert TARGET.undo(case, plan).undo.reason == "ansible.undo_acted"

    applied = kinds.run(case, "apply")
    again = kinds.run(case, "again")
    outcome = TARGET.outcome(applied, again, kinds.inventory)
    assert (outcome.verified, outcome.unchanged, outcome.changed) == ("passed", (HOST,), ())

    files = TARGET.report(case, applied.reports, "ko", masked)
    assert set(files) == {"report.md", "all.json", f"{HOST}.json"}
    found = json.loads(files[f"{HOST}.json"])
    assert 0 < found["memory"]["percent"] <= 100
    assert found["cpu"]["count"] == int(kinds.look("nproc"))
    assert found["cpu"]["percent"] is not None
    assert "/" in [disk["mount"] for disk in found["disks"]]
    assert len(found["processes"]) == 3
    assert len(found["log"]) == 50
    assert sum(map(len, found["log"])) > 4_000, "more than an event keeps"
    said = next(line for line in found["log"] if f" {word}[" in line or f" {word}:" in line)
    assert said.endswith("y" * 900)
    assert not any(secret in text for text in files.values())
    kept = Path(applied.folder)
    assert not any(secret in path.read_text("utf-8") for path in kept.glob("*.*"))
