"""What a plan says is what an apply does, for every kind that the golden cases make."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from kiki.execution.clusters.client import ClusterClient
from kiki.execution.clusters.executor import ClusterExecutor
from kiki.execution.runner import RunnerExecutor
from kiki.model.artifact import Artifact, File
from kiki.model.intent import Intent
from kiki.model.inventory import Inventory
from kiki.model.plan import Plan
from kiki.model.request import ClusterSource, Scope
from kiki.model.run import RunMode, RunOrder, RunResult
from kiki.model.secret import named
from kiki.provision.ansible import AnsibleHome
from kiki.targets import registry
from kiki.targets.kubernetes.acting import act_of
from kiki.targets.kubernetes.rules.naming import CLUSTER_WIDE
from tests.conftest import ROOT
from tests.live.clients import python
from tests.live.kube_lab import Cluster, namespace

pytestmark = pytest.mark.clouds

GOLDEN = ROOT / "tests" / "golden" / "k8s" / "render"
# Not in 1.20: https://kubernetes.io/docs/reference/using-api/deprecation-guide/
YOUNGER = {"policy/v1", "batch/v1/CronJob", "autoscaling/v2", "discovery.k8s.io/v1"}
INTENT = Intent(target="k8s", name="case", operations=(), reader="flags")
TARGET = registry.target("k8s")


def rendered() -> dict[str, Path]:
    """The golden manifests, one for each kind that this server serves. Files that name or change
    objects which are there are other suites' (``test_kube_acts``), and so are the user's own
    (``test_kube_manifests``)."""
    found: dict[str, Path] = {}
    files = (one for one in sorted(GOLDEN.rglob("*.yaml")) if "given" not in one.parts)
    for path in (one for one in files if act_of(one.name) == "apply"):
        for one in yaml.safe_load_all(path.read_text()):
            if isinstance(one, dict) and "apiVersion" in one and served(one):
                found.setdefault(f"{one['apiVersion']}/{one['kind']}", path)
    return found


def served(one: dict[str, Any]) -> bool:
    """Whether a server of 1.20 has the kind."""
    return YOUNGER.isdisjoint((one["apiVersion"], f"{one['apiVersion']}/{one['kind']}"))


KINDS = rendered()


class Machine:
    """The real executor against the lab."""

    def __init__(self, cluster: Cluster, home: AnsibleHome, folder: Path) -> None:
        def value(name: str, version: str) -> str:
            return f"{version} of {name}"

        client = ClusterClient(lambda: python("kubernetes"), {})
        self._runs = RunnerExecutor(str(folder), value, lambda: home)
        self._executor = ClusterExecutor(self._runs, client, str(folder), value, rollout_s=0)
        source = ClusterSource(kubeconfig=str(cluster.kubeconfig), named=True)
        self._scope = Scope(cluster=source)
        self._count = 0

    def run(self, mode: RunMode, artifact: Artifact) -> RunResult:
        self._count += 1
        inventory = self.inventory()
        order = RunOrder(
            run_id=f"r-{self._count}", mode=mode, inventory=inventory, scope=self._scope,
            artifact=TARGET.program(artifact, inventory, self._scope), kept=TARGET.kept(),
            secrets={name: "v1" for file in artifact.files for name in named(file.text)},
        )  # fmt: skip
        return self._executor.run(order, lambda event: None, lambda process: None)

    def inventory(self) -> Inventory:
        return self._executor.resolve(self._scope)

    def plan(self, artifact: Artifact) -> Plan:
        return TARGET.plan(self.run("check", artifact), INTENT, self.inventory())


@pytest.fixture
def machine(kubeconfig: Path, ansible_home: AnsibleHome, tmp_path: Path) -> Machine:
    return Machine(Cluster(kubeconfig), ansible_home, tmp_path)


def placed(path: Path, place: str) -> list[Any]:
    """The manifests in a namespace of our own, whatever they said; those that are in no namespace
    have its name before theirs."""
    found = (one for one in yaml.safe_load_all(path.read_text()) if one)
    documents: list[Any] = [one for one in found if served(one)]
    wide = [one["metadata"]["name"] for one in documents if one["kind"] in CLUSTER_WIDE]
    for one in documents:
        about, role = one["metadata"], one.get("roleRef", {})
        if one["kind"] in CLUSTER_WIDE:
            about["name"] = f"{place}-{about['name']}"
        else:
            about["namespace"] = place
        if role.get("name") in wide:
            role["name"] = f"{place}-{role['name']}"
    return documents


def written(documents: list[Any]) -> Artifact:
    text = yaml.safe_dump_all(documents, sort_keys=False)
    text = re.sub(r"nodePort: \d+", "nodePort: 30999", text)
    files = (File(path="case.yaml", text=text),)
    return Artifact(target="k8s", intent_digest="sha256:0", entry="case.yaml", files=files)


@pytest.fixture
def place(cluster: Cluster) -> Iterator[str]:
    with namespace(cluster) as name:
        yield name


@pytest.fixture
def documents(cluster: Cluster, place: str, name: str) -> Iterator[list[Any]]:
    """The objects of the kind *name*; none of them stays, in no namespace either."""
    made = placed(KINDS[name], place)
    yield made
    for one in made:
        if one["kind"] in CLUSTER_WIDE:
            about = one["metadata"]["name"]
            cluster("delete", one["kind"], about, "--ignore-not-found", "--wait=false")


@pytest.mark.parametrize("name", sorted(KINDS))
def test_plan_and_apply_say_the_same(machine: Machine, documents: list[Any]) -> None:
    artifact = written(documents)
    before = machine.plan(artifact)
    assert not before.errored, before.findings
    assert {action.verb for action in before.actions} == {"create"}
    applied = machine.run("apply", artifact)
    assert applied.status == "successful", applied.output
    done = [event.task for event in applied.events if event.kind == "changed"]
    assert done == [action.task for action in before.changes]
    after = machine.plan(artifact)
    assert after.changes == (), after.changes
    again = machine.run("apply", artifact)
    assert again.status == "successful", again.output
    assert [event.task for event in again.events if event.kind == "changed"] == []


def test_values_of_a_secret_are_in_no_event_and_it_is_known_by_its_uid(
    cluster: Cluster, machine: Machine, place: str
) -> None:
    value = "R2VoZWltLTA4MTU="
    body = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s", "namespace": place}}
    text = yaml.safe_dump({**body, "data": {"p": value}})
    files = (File(path="case.yaml", text=text),)
    secret = Artifact(target="k8s", intent_digest="sha256:0", entry="case.yaml", files=files)
    planned, applied = machine.plan(secret), machine.run("apply", secret)
    again = machine.run("again", secret)
    told = msgspec.json.encode((planned, applied, again)).decode()
    assert value not in told
    assert "Geheim" not in told
    outcome = TARGET.outcome(applied, again, machine.inventory())
    assert outcome.verified == "passed", outcome
    uid = cluster.object("secret", "s", "-n", place)["metadata"]["uid"]
    assert outcome.done is not None
    assert list(outcome.done["kiki"].marks.values()) == [uid]
