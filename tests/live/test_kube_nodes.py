"""Nodes of a real Kubernetes are taken out of scheduling, drained, and put back.

The lab has no kubelet: nodes are objects made by hand, and pods have no time to end, so that an
eviction is the end of them.
"""

import json
import time
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from tests.live.kiki_cli import Kiki
from tests.live.kube_lab import Cluster, namespace
from tests.live.test_kube_acts import plan
from tests.live.test_kube_changes import asked, codes, run, verbs

pytestmark = pytest.mark.clouds


@pytest.fixture
def node(cluster: Cluster) -> Iterator[str]:
    name = f"kc-{uuid.uuid4().hex[:8]}"
    room = {"cpu": "4", "memory": "8Gi", "pods": "20"}
    about = {"name": name, "labels": {"kc": name}}
    status = {"capacity": room, "allocatable": room}
    spec = {"taints": [{"key": "kc", "value": name, "effect": "NoSchedule"}]}  # for ours alone
    body = {"metadata": about, "spec": spec, "status": status}
    made(cluster, {"apiVersion": "v1", "kind": "Node", **body})
    yield name
    cluster("delete", "node", name, "--ignore-not-found")


@pytest.fixture
def place(cluster: Cluster) -> Iterator[str]:
    with namespace(cluster, prefix="kc") as name:
        yield name


def made(cluster: Cluster, body: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(
        cluster("create", "-f", "-", "-o", "json", typed=json.dumps(body))
    )
    return found


def web(place: str, node: str, *, scratch: bool) -> dict[str, Any]:
    """Pods for that node alone, though it never was ready."""
    volumes = [{"name": "scratch", "emptyDir": {}}] if scratch else []
    return {
        "nodeSelector": {"kc": node},
        "tolerations": [
            {"operator": "Exists", "key": key} for key in ("node.kubernetes.io/not-ready", "kc")
        ],
        "terminationGracePeriodSeconds": 0,
        "volumes": volumes,
        "containers": [{"name": "web", "image": "nginx:1.27"}],
    }


def workload(cluster: Cluster, place: str, kind: str, spec: dict[str, Any]) -> None:
    labels = {"app": kind.lower()}
    body: dict[str, Any] = {"selector": {"matchLabels": labels}}
    body["template"] = {"metadata": {"labels": labels}, "spec": spec}
    about = {"name": kind.lower(), "namespace": place}
    made(cluster, {"apiVersion": "apps/v1", "kind": kind, "metadata": about, "spec": body})


def pods(cluster: Cluster, place: str, node: str, wanted: int = 0) -> list[str]:
    """What the pods on the node are called, without what is random; at least so many."""
    for _ in range(60):
        chosen = f"--field-selector=spec.nodeName={node}"
        found = cluster("-n", place, "get", "pods", "-o", "name", chosen).split()
        if len(found) >= wanted:
            break
        time.sleep(1)
    return sorted(found)


def test_a_node_takes_no_pods_and_takes_them_again(kiki: Kiki, cluster: Cluster, node: str) -> None:
    planned = asked(kiki, f"쿠버네티스 노드 {node} 코든해줘")
    assert verbs(planned) == [(f"Node {node}", "update")], planned.told
    done = run(kiki, planned)
    assert done.change["state"] == "applied", done.told
    assert cluster.object("node", node)["spec"]["unschedulable"] is True
    assert verbs(asked(kiki, f"kubectl cordon {node}")) == [(f"Node {node}", "none")]
    back = run(kiki, asked(kiki, f"uncordon node {node}"))
    assert back.change["state"] == "applied", back.told
    assert "unschedulable" not in cluster.object("node", node)["spec"]


def test_a_node_is_emptied_but_for_daemons_and_only_as_said(
    kiki: Kiki, cluster: Cluster, node: str, place: str
) -> None:
    workload(cluster, place, "ReplicaSet", web(place, node, scratch=True))
    workload(cluster, place, "DaemonSet", web(place, node, scratch=False))
    bare = web(place, node, scratch=False) | {"nodeName": node}
    about = {"name": "bare", "namespace": place}
    made(cluster, {"apiVersion": "v1", "kind": "Pod", "metadata": about, "spec": bare})
    alone, daemon, managed = pods(cluster, place, node, 3)
    refused = asked(kiki, f"drain node {node}")
    assert codes(refused) == ["k8s.live_bare_pods", "k8s.live_emptydir"], refused.told
    assert refused.change["state"] != "awaiting_approval"
    planned = asked(kiki, f"drain node {node} including unmanaged pods")
    assert codes(planned) == ["k8s.live_emptydir"], planned.told
    told = planned.change["stages"][0]["plan"]
    assert (told["risk"], told["undo"]["kind"]) == ("high", "compensating"), planned.told
    diff = plan(planned)["diff"]
    assert f"- evicted: Pod {place}/{managed.removeprefix('pod/')}" in diff
    assert f"stays: Pod {place}/{daemon.removeprefix('pod/')}" in diff
    assert pods(cluster, place, node) == [alone, daemon, managed]
    done = run(kiki, planned)
    assert done.change["state"] == "applied", done.told
    assert pods(cluster, place, node) == [daemon]
    assert cluster.object("node", node)["spec"]["unschedulable"] is True
    back = run(kiki, kiki("undo", done.change["id"], "--json"))
    assert back.change["state"] == "applied", back.told
    assert "unschedulable" not in cluster.object("node", node)["spec"]


def test_a_disruption_budget_is_respected_and_named(
    kiki: Kiki, cluster: Cluster, node: str, place: str
) -> None:
    workload(cluster, place, "ReplicaSet", web(place, node, scratch=False))
    (managed,) = pods(cluster, place, node, 1)
    name = managed.removeprefix("pod/")
    running = json.loads(cluster("-n", place, "get", managed, "-o", "json"))
    running["status"]["phase"] = "Running"  # nobody asks a budget for one that is pending
    status = f"/api/v1/namespaces/{place}/pods/{name}/status"
    cluster("replace", "--raw", status, "-f", "-", typed=json.dumps(running))
    made(cluster, {
        "apiVersion": "policy/v1beta1", "kind": "PodDisruptionBudget",
        "metadata": {"name": "web", "namespace": place},
        "spec": {"minAvailable": 1, "selector": {"matchLabels": {"app": "replicaset"}}},
    })  # fmt: skip
    planned = asked(kiki, f"drain node {node}")
    assert codes(planned) == ["k8s.live_budget"], planned.told
    assert name in planned.told
    assert pods(cluster, place, node) == [managed]


def taints(cluster: Cluster, node: str) -> list[dict[str, Any]]:
    found = cluster.object("node", node)["spec"].get("taints", [])
    return [one for one in found if one["key"] != "node.kubernetes.io/not-ready"]


def test_taints_are_set_and_taken_away_and_others_stay(
    kiki: Kiki, cluster: Cluster, node: str
) -> None:
    first = taints(cluster, node)
    planned = asked(kiki, f"taint node {node} with dedicated=gpu:NoSchedule")
    assert verbs(planned) == [(f"Node {node}", "update")], planned.told
    assert planned.change["stages"][0]["plan"]["risk"] == "medium"
    done = run(kiki, planned)
    assert done.change["state"] == "applied", done.told
    ours = {"key": "dedicated", "value": "gpu", "effect": "NoSchedule"}
    assert taints(cluster, node) == [*first, ours]
    assert verbs(asked(kiki, f"taint node {node} with dedicated=gpu:NoSchedule")) == [
        (f"Node {node}", "none")
    ]
    back = run(kiki, kiki("undo", done.change["id"], "--json"))
    assert back.change["state"] == "applied", back.told
    assert taints(cluster, node) == first
    gone = run(kiki, asked(kiki, f"{node} 노드에서 kc 테인트 제거해줘"))
    assert gone.change["state"] == "applied", gone.told
    assert taints(cluster, node) == []
    back = run(kiki, kiki("undo", gone.change["id"], "--json"))
    assert back.change["state"] == "applied", back.told
    assert taints(cluster, node) == first


def test_what_a_taint_may_evict_is_named(
    kiki: Kiki, cluster: Cluster, node: str, place: str
) -> None:
    workload(cluster, place, "ReplicaSet", web(place, node, scratch=False))
    pods(cluster, place, node, 1)
    planned = asked(kiki, f"taint node {node} with broken:NoExecute")
    assert codes(planned) == ["k8s.live_may_be_evicted"], planned.told
    assert planned.change["stages"][0]["plan"]["risk"] == "high"
    assert len(taints(cluster, node)) == 1
