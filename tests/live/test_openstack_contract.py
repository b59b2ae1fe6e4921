"""What a plan says is what an apply does, for stacks of kinds whose golden cases the lab serves."""

import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from kiki.execution.clouds.client import CloudClient
from kiki.execution.clouds.executor import CloudExecutor
from kiki.execution.runner import RunnerExecutor
from kiki.model.intent import Intent, Operation
from kiki.model.inventory import Inventory
from kiki.model.plan import Plan
from kiki.model.profile import Profile
from kiki.model.request import CloudSource, Scope
from kiki.model.run import PROBE_TAG, RunMode, RunOrder, RunResult
from kiki.provision.ansible import AnsibleHome
from kiki.targets import registry
from tests.conftest import ROOT
from tests.live.clients import python
from tests.live.cloud_lab import Cloud

pytestmark = pytest.mark.clouds

GOLDEN = ROOT / "tests" / "golden" / "openstack" / "render"
TARGET = registry.target("openstack")
# What a member of a project may make, and what only an administrator may.
CASES = (
    "network_with_subnet", "network_v6", "security_group", "security_group_from_group",
    "security_group_of_itself",
)  # fmt: skip
ADMIN = ("flavor", "user", "project_user_role", "quota_of_project_made")
NETWORK = {"name": "app-net", "cidr": "192.168.10.0/24"}
ROUTER = {"name": "r1", "external_network": "ext-net", "subnets": ["app-net"]}
GROUP = {"icmp": True, "ports": ["22/tcp"]}
SERVERS = {"name": "web", "image": "rocky-9-generic", "flavor": "m1.tiny", "network": "app-net",
           "count": 2}  # fmt: skip
ADDRESS = {"external_network": "ext-net", "server": "web-0"}


class Machine:
    """The real executor against one cloud of the lab."""

    def __init__(self, clouds: Path, cloud: str, home: AnsibleHome, folder: Path) -> None:
        def value(name: str, version: str) -> str:
            return f"{version} of {name}"

        client = CloudClient(lambda: python("openstack"), {})
        runs = RunnerExecutor(str(folder), value, lambda: home)
        self._executor = CloudExecutor(runs, client, str(folder), value)
        self._scope = Scope(cloud=CloudSource(file=str(clouds), name=cloud, named=True))
        self._count = 0

    def run(self, mode: RunMode, intent: Intent, approved: Plan | None = None) -> RunResult:
        self._count += 1
        inventory = self.inventory()
        artifact = TARGET.render(intent, "playbook", Profile())
        order = RunOrder(
            run_id=f"r-{self._count}", mode=mode, inventory=inventory, scope=self._scope,
            artifact=TARGET.program(artifact, inventory, self._scope),
            secrets=dict.fromkeys(TARGET.secrets(intent), "v1"), timeout_s=600,
            variables=TARGET.variables(intent, (), approved),
            skip_tags=(PROBE_TAG,) if mode == "check" else (),
        )  # fmt: skip
        return self._executor.run(order, lambda event: None, lambda process: None)

    def inventory(self) -> Inventory:
        return self._executor.resolve(self._scope)

    def plan(self, intent: Intent) -> Plan:
        return TARGET.plan(self.run("check", intent), intent, self.inventory())


@pytest.fixture
def stack(clouds: Path) -> Iterator[str]:
    """The name of a stack, gone afterwards from whichever cloud has it."""
    name, cloud = f"kl-{uuid.uuid4().hex[:8]}", Cloud(clouds)
    yield name
    for each in ("kiki", "kiki-admin"):
        cloud("cloud.delete_stack(name, wait=True)", each, name=name)


def keeps_its_word(machine: Machine, intent: Intent) -> None:
    """It is planned, made as planned, and then there is nothing to do."""
    before = machine.plan(intent)
    assert not before.errored, before.findings
    assert {action.verb for action in before.actions} == {"create"}
    applied = machine.run("apply", intent, before)
    assert applied.status == "successful", (applied.reports, applied.output)
    again = machine.run("again", intent)
    found = TARGET.outcome(applied, again, machine.inventory())
    assert (found.verified, found.reason) == ("passed", ""), (found.params, again.reports)


def case(name: str, stack: str) -> Intent:
    told: dict[str, Any] = msgspec.json.decode((GOLDEN / name / "intent.json").read_bytes())
    operations = tuple(Operation(**one) for one in told["operations"])
    return Intent(target="openstack", name=stack, operations=operations, reader="flags")


@pytest.mark.parametrize("name", CASES)
def test_what_a_member_makes(
    clouds: Path, ansible_home: AnsibleHome, tmp_path: Path, name: str, stack: str
) -> None:
    keeps_its_word(Machine(clouds, "kiki", ansible_home, tmp_path), case(name, stack))


@pytest.mark.parametrize("name", ADMIN)
def test_what_an_administrator_makes(
    clouds: Path, ansible_home: AnsibleHome, tmp_path: Path, name: str, stack: str
) -> None:
    keeps_its_word(Machine(clouds, "kiki-admin", ansible_home, tmp_path), case(name, stack))


def whole(stack: str) -> tuple[tuple[str, dict[str, Any]], ...]:
    """Operations that need each other. The group has a name of its own, as Nova refuses to choose
    between two of one name, and another run may have left one."""
    group, servers = GROUP | {"name": stack}, SERVERS | {"security_groups": [stack]}
    return (("network_create", NETWORK), ("router_create", ROUTER),
            ("security_group_create", group), ("server_create", servers),
            ("floating_ip_create", ADDRESS))  # fmt: skip


def test_resources_that_refer_to_each_other(
    clouds: Path, ansible_home: AnsibleHome, tmp_path: Path, stack: str
) -> None:
    operations = tuple(
        Operation(kind=f"openstack.{kind}", fields=fields) for kind, fields in whole(stack)
    )
    intent = Intent(target="openstack", name=stack, operations=operations, reader="flags")
    keeps_its_word(Machine(clouds, "kiki", ansible_home, tmp_path), intent)
