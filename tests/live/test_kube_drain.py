"""A real node is drained: pods are evicted by its kubelet, budgets hold them, and it is let go.

The cluster has one node, so that what is evicted waits for it to take pods again.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kiki.model.exits import Exit
from tests.live.kiki_cli import Answer, Kiki
from tests.live.kube_lab import Cluster, namespace
from tests.live.test_kube_acts import plan
from tests.live.test_kube_changes import asked, codes, run, verbs
from tests.live.test_kube_node import IMAGE, LONG, NODE, up

pytestmark = pytest.mark.clouds

SOON = {"KIKI_ROLLOUT_TIMEOUT_S": "20"}


@pytest.fixture(scope="session")
def kubeconfig(node_kubeconfig: Path) -> Path:
    """The cluster with a node."""
    return node_kubeconfig


@pytest.fixture
def place(cluster: Cluster) -> Iterator[str]:
    with namespace(cluster, prefix="kd") as name:
        try:
            yield name
        finally:
            cluster("uncordon", NODE)


def there(cluster: Cluster, place: str) -> dict[str, str]:
    """The uids of the pods on the node, by their names."""
    chosen = f"--field-selector=spec.nodeName={NODE}"
    listed = json.loads(cluster("-n", place, "get", "pods", chosen, "-o", "json"))["items"]
    return {one["metadata"]["name"]: one["metadata"]["uid"] for one in listed}


def closed(cluster: Cluster) -> bool:
    return bool(cluster.object("node", NODE)["spec"].get("unschedulable"))


def budget(cluster: Cluster, place: str, least: int) -> None:
    """For the deployment ``web``; the server's controller has counted its pods."""
    chosen = "--selector=app.kubernetes.io/name=web"
    cluster("-n", place, "create", "pdb", "web", chosen, f"--min-available={least}")
    wanted = "-o=jsonpath={.status.currentHealthy}"
    for _ in range(30):
        if cluster("-n", place, "get", "pdb", "web", wanted) == "2":
            return
    raise AssertionError("the budget counts no pods")


def findings(answer: Answer, code: str) -> list[dict[str, Any]]:
    return [one for one in answer.change["stages"][0]["findings"] if one["code"] == code]


def test_pods_are_evicted_daemons_stay_and_the_node_takes_pods_again(
    kiki: Kiki, cluster: Cluster, place: str
) -> None:
    up(kiki, place)
    words = f"create a daemonset agent of {IMAGE} in namespace {place}"
    assert run(kiki, asked(kiki, words), **LONG).change["state"] == "applied"
    before = there(cluster, place)
    (agent,) = (name for name in before if name.startswith("agent"))
    planned = asked(kiki, f"{NODE} 노드 드레인해줘")
    diff = plan(planned)["diff"]
    assert f"  stays: Pod {place}/{agent}" in diff, planned.told
    assert diff.count(f"- evicted: Pod {place}/web-") == 2
    assert (there(cluster, place), closed(cluster)) == (before, False)
    done = run(kiki, planned, **LONG)
    assert (done.code, done.change["state"]) == (Exit.DONE, "applied"), done.told
    assert (there(cluster, place), closed(cluster)) == ({agent: before[agent]}, True)
    assert verbs(asked(kiki, f"kubectl drain {NODE} --ignore-daemonsets")) == [
        (f"Node {NODE}", "none")
    ]
    back = run(kiki, asked(kiki, f"uncordon node {NODE}"))
    assert (back.change["state"], closed(cluster)) == ("applied", False), back.told
    cluster("-n", place, "rollout", "status", "deployment/web", "--timeout=60s")
    after = there(cluster, place)
    assert len(after) == 3 and not set(after) & (set(before) - {agent})


def test_a_budget_that_lets_nobody_go_is_named_and_nothing_is_done(
    kiki: Kiki, cluster: Cluster, place: str
) -> None:
    up(kiki, place)
    budget(cluster, place, 2)
    before = there(cluster, place)
    for words in (f"drain node {NODE}", f"{NODE} 노드 드레인해줘"):
        planned = asked(kiki, words)
        assert (planned.code, planned.change["state"]) == (Exit.FAILED, "failed"), planned.told
        assert codes(planned) == ["k8s.live_budget"], planned.told
        (found,) = findings(planned, "k8s.live_budget")
        assert all(f"{place}/{name} (" in found["params"]["pods"] for name in before)
        assert "disruption budget web needs 2" in found["text"]
    assert (there(cluster, place), closed(cluster)) == (before, False)


def test_what_a_budget_held_half_way_is_told_goes_on_and_is_undone(
    kiki: Kiki, cluster: Cluster, place: str
) -> None:
    up(kiki, place)
    budget(cluster, place, 1)
    planned = asked(kiki, f"drain node {NODE}")
    assert codes(planned) == ["k8s.live_in_turn"], planned.told
    (found,) = findings(planned, "k8s.live_in_turn")
    assert (found["params"]["budget"], found["params"]["count"]) == (f"{place}/web", "1")
    failed = run(kiki, planned, **SOON)
    assert (failed.code, failed.change["state"]) == (Exit.FAILED, "failed"), failed.told
    outcome = failed.change["stages"][0]["outcome"]
    (left,) = there(cluster, place)
    assert (outcome["reason"], outcome["params"]["pod"]) == (
        "k8s.run_not_drained", f"{place}/{left}",
    ), failed.told  # fmt: skip
    assert closed(cluster)
    change = failed.change["id"]
    assert codes(kiki("resume", change, "--json")) == ["k8s.live_budget"]
    cluster("-n", place, "delete", "pdb", "web")
    done = run(kiki, kiki("resume", change, "--json"), **LONG)
    assert (done.change["state"], there(cluster, place)) == ("applied", {}), done.told
    back = run(kiki, kiki("undo", change, "--json"))
    assert (back.change["state"], closed(cluster)) == ("applied", False), back.told
