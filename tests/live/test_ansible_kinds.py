"""What the Ansible target renders, on real hosts.

It does what it says, the same twice, and is taken back without touching what was there before.
"""

import uuid
from pathlib import Path
from typing import Any

import pytest

from kiki.model.change import Outcome, Ran
from kiki.model.intent import Intent, Operation
from kiki.model.plan import Plan
from kiki.model.profile import Profile
from kiki.model.request import Layout
from kiki.model.run import RunMode, RunOrder, RunResult
from kiki.provision.ansible import AnsibleHome
from kiki.targets.ansible.target import TARGET
from kiki.targets.ansible.tasks import ACTION_TAG, PROBE_TAG
from kiki.targets.port import UndoPlan
from tests.live.conftest import HostsLab
from tests.live.runner_lab import Lab, ignore

pytestmark = pytest.mark.hosts

HOST = "a1"  # apart from those of the other suites, which may run at the same time


@pytest.fixture
def lab(hosts: HostsLab, ansible_home: AnsibleHome, tmp_path: Path) -> Lab:
    return Lab(hosts, ansible_home, tmp_path / "state")


class Kinds:
    """Runs intents on one host, and looks at it past Ansible."""

    def __init__(self, lab: Lab, host: str = HOST, inventory: Path | str = "") -> None:
        self.lab = lab
        self.host = host
        self.scope = lab.scope(inventory or lab.hosts.apart, limit=host)
        self.inventory = lab.executor.resolve(self.scope)
        self.variables: dict[str, Any] = {}
        self._count = 0

    def run(self, intent: Intent, mode: RunMode, layout: Layout = "playbook") -> RunResult:
        self._count += 1
        order = RunOrder(
            run_id=f"kinds-{self._count}",
            mode=mode,
            artifact=TARGET.render(intent, layout, Profile()),
            inventory=self.inventory,
            scope=self.scope,
            secrets=dict.fromkeys(TARGET.secrets(intent), "1"),
            kept=TARGET.kept(),
            skip_tags=(ACTION_TAG,) if mode == "again" else (PROBE_TAG,),
            variables=self.variables,
        )
        return self.lab.executor.run(order, ignore, ignore)

    def plan(self, intent: Intent, layout: Layout = "playbook") -> Plan:
        return TARGET.plan(self.run(intent, "check", layout), intent, self.inventory)

    def apply(self, intent: Intent, layout: Layout = "playbook") -> Outcome:
        applied = self.run(intent, "apply", layout)
        return TARGET.outcome(applied, self.run(intent, "again", layout), self.inventory)

    def there(self, case: Intent) -> Ran:
        """Plan, apply and verify *case*, which must change something."""
        plan = self.plan(case)
        assert not plan.errored, plan.actions
        assert plan.changes
        self.variables = TARGET.variables(case, (), plan)
        outcome = self.apply(case)
        self.variables = {}
        assert (outcome.verified, outcome.reason, outcome.params) == ("passed", "", {})
        assert outcome.changed == (self.host,)
        return Ran(plan=plan, outcome=outcome)

    def back(self, case: Intent, ran: Ran) -> UndoPlan:
        """Take *case* back, which must be possible."""
        way = TARGET.take_back(case, (ran,))
        assert way.undo.kind in ("exact", "compensating"), way.undo
        reverse = Intent(target="ansible", name="back", operations=way.operations, reader="undo")
        undone = self.apply(reverse)
        assert (undone.verified, undone.reason, undone.params) == ("passed", "", {})
        return way

    def look(self, command: str) -> str:
        return self.lab.ssh(self.host, f"sudo {command}")


@pytest.fixture
def kinds(lab: Lab) -> Kinds:
    return Kinds(lab)


def intent(*operations: tuple[str, dict[str, Any]]) -> Intent:
    made = tuple(Operation(kind=f"ansible.{kind}", fields=fields) for kind, fields in operations)
    return Intent(target="ansible", name="kinds", operations=made, reader="flags")


def fresh() -> str:
    return "kk" + uuid.uuid4().hex[:10]


@pytest.mark.parametrize("layout", ["playbook", "role"])
def test_there_and_back(kinds: Kinds, layout: Layout) -> None:
    name = fresh()
    content = '{{ user }} {% raw %}\n  \'"$x\\n" # 한글\n\n'
    case = intent(
        ("user_create", {"names": [name], "groups": ["adm"], "shell": "/bin/sh"}),
        ("directory_create", {"path": f"/srv/{name}", "owner": name, "mode": "0750"}),
        ("file_create", {"path": f"/srv/{name}/a", "content": content, "owner": name}),
        ("service_restart", {"names": ["cron"]}),
    )
    plan = kinds.plan(case, layout)
    assert [action.verb for action in plan.changes] == ["create", "create", "create", "run"]
    assert plan.complete
    outcome = kinds.apply(case, layout)
    assert (outcome.verified, outcome.changed, outcome.reason) == ("passed", (HOST,), "")
    assert kinds.look(f"cat /srv/{name}/a") == content
    assert kinds.look(f"stat -c %U:%a /srv/{name} /srv/{name}/a").split() == [
        f"{name}:750",
        f"{name}:644",
    ]
    assert "adm" in kinds.look(f"id -nG {name}").split()
    assert not kinds.plan(case, layout).changes[1:], "only the restart is left to do"

    back = TARGET.take_back(case, (Ran(plan=plan, outcome=outcome),))
    assert back.undo.kind == "compensating"
    assert back.hosts == (HOST,)
    reverse = Intent(target="ansible", name="back", operations=back.operations, reader="undo")
    undone = kinds.apply(reverse)
    assert (undone.verified, undone.reason) == ("passed", "")
    assert kinds.look(f"ls -d /srv/{name} ; getent passwd {name}") == ""


def test_a_service_that_came_with_its_package_goes_with_it(kinds: Kinds) -> None:
    """The whole way of the most common request, on a host that may not even have package lists."""
    kinds.look("sh -c 'apt-get -qq purge -y memcached && systemctl daemon-reload'")
    names = {"names": ["memcached"]}
    case = intent(("package_install", names), ("service_enable", names), ("service_start", names))
    plan = kinds.plan(case)
    assert not plan.errored
    assert not plan.complete
    assert plan.risk == "high"
    assert {action.verb for action in plan.changes} <= {"create", "unknown"}
    outcome = kinds.apply(case)
    assert (outcome.verified, outcome.reason) == ("passed", "")
    assert kinds.look("systemctl is-active memcached") == "active\n"
    back = TARGET.take_back(case, (Ran(plan=plan, outcome=outcome),))
    kinds_back = [operation.kind for operation in back.operations]
    assert kinds_back == ["ansible.package_remove"], "Debian's package started and enabled it"
    reverse = Intent(target="ansible", name="back", operations=back.operations, reader="undo")
    undone = kinds.apply(reverse)
    assert (undone.verified, undone.reason) == ("passed", "")
    assert kinds.look("systemctl is-active memcached") != "active\n"


def test_a_user_that_was_there_is_changed_and_never_removed(kinds: Kinds) -> None:
    name = fresh()
    kinds.look(f"useradd {name}")
    case = intent(("user_create", {"names": [name, name + "x"], "groups": ["adm"]}))
    plan = kinds.plan(case)
    assert [action.verb for action in plan.changes] == ["update"]
    assert TARGET.undo(case, plan).undo.kind == "impossible"


def test_a_password_is_set_once_and_told_nowhere(kinds: Kinds) -> None:
    name = fresh()
    kinds.lab.secrets["pw"] = "tr0ub4dor&3"
    case = intent(("user_create", {"names": [name], "password": "pw"}))
    assert kinds.apply(case).verified == "passed"
    hashed = kinds.look(f"getent shadow {name}").split(":")[1]
    assert hashed.startswith("$6$")
    assert not kinds.plan(case).changes
    told = "".join(
        path.read_text(errors="replace") for path in kinds.lab.state.rglob("*") if path.is_file()
    )
    assert kinds.lab.secrets["pw"] not in told
    assert hashed not in told


def test_modules_that_a_model_filled_in(kinds: Kinds) -> None:
    """Generic operations are planned, applied and proven like any other; nothing takes them
    back."""
    path = f"/srv/{uuid.uuid4()}"

    def module(name: str, **args: Any) -> tuple[str, dict[str, Any]]:
        return ("module", {"module": f"ansible.builtin.{name}", "args": args})

    lines = intent(module("copy", dest=path, content="a\n"), module("file", path=path, mode="0600"))
    try:
        plan = kinds.plan(lines)
        assert [action.verb for action in plan.actions] == ["create", "unknown"]
        assert (plan.risk, plan.reversibility) == ("high", "impossible")
        outcome = kinds.apply(lines)
        assert (outcome.changed, outcome.verified) == ((HOST,), "passed")
        assert kinds.look(f"stat -c %a {path}") == "600\n"
        assert TARGET.undo(lines, plan).undo.reason == "ansible.undo_generic"
        assert kinds.plan(lines).changes == ()
    finally:
        outcome = kinds.apply(intent(module("file", path=path, state="absent")))
    assert (outcome.changed, outcome.verified) == ((HOST,), "passed")
    assert kinds.look(f"ls {path}") == ""
