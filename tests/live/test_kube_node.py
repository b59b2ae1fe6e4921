"""A Kubernetes with a real node: pods run, crash, find no image and no room.

The node is a kubelet with containerd in namespaces of its own (``labs/kube.sh up node``); it
has one image, busybox, and reaches no registry.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kiki.model.exits import Exit
from tests.live.kiki_cli import Answer, Kiki
from tests.live.kube_lab import Cluster, namespace
from tests.live.test_kube_changes import asked, run

pytestmark = pytest.mark.clouds

IMAGE = "localhost/kiki/busybox:1"
NODE = "kiki-node"
LONG = {"KIKI_ROLLOUT_TIMEOUT_S": "90"}
SOON = {"KIKI_ROLLOUT_TIMEOUT_S": "15"}


@pytest.fixture(scope="session")
def kubeconfig(node_kubeconfig: Path) -> Path:
    """The cluster with a node, in place of the other one."""
    return node_kubeconfig


@pytest.fixture
def place(cluster: Cluster) -> Iterator[str]:
    with namespace(cluster, prefix="kn") as name:
        yield name
    cluster("uncordon", NODE)


def up(kiki: Kiki, place: str) -> Answer:
    """A deployment ``web`` of two pods."""
    words = f"create a deployment web of {IMAGE} on port 8080 with 2 replicas in namespace {place}"
    done = run(kiki, asked(kiki, words), **LONG)
    assert (done.code, done.change["state"]) == (Exit.DONE, "applied"), done.told
    return done


def down(answer: Answer) -> tuple[str, dict[str, Any]]:
    """Why the change failed: the code and what was said with it."""
    assert (answer.code, answer.change["state"]) == (Exit.FAILED, "failed"), answer.told
    outcome = answer.change["stages"][0]["outcome"]
    return outcome["reason"], outcome["params"]


def shown(answer: Answer) -> Any:
    assert answer.code == Exit.DONE, answer.told
    return json.loads(answer.out)["answer"]


def test_a_deployment_comes_up_is_read_and_goes(kiki: Kiki, cluster: Cluster, place: str) -> None:
    done = up(kiki, place)
    table = shown(asked(kiki, f"{place} 네임스페이스의 파드 보여줘"))["tables"][0]
    assert [row[1:3] for row in table["rows"]] == [["1/1", "Running"]] * 2
    rollout = shown(asked(kiki, f"show the rollout status of deployment web in namespace {place}"))
    assert rollout["data"][0]["data"]["done"] is True
    described = asked(kiki, f"kubectl describe node {NODE}")
    assert "KubeletReady" in described.told, described.told
    usage = asked(kiki, "kubectl top nodes")
    assert json.loads(usage.out)["error"]["code"] == "answers.k8s_no_metrics"
    undone = run(kiki, kiki("undo", done.change["id"], "--json"), **LONG)
    assert undone.change["state"] == "applied", undone.told
    cluster("-n", place, "wait", "pods", "--all", "--for=delete", "--timeout=60s")


def test_an_image_that_can_not_be_had_is_named(kiki: Kiki, place: str) -> None:
    planned = asked(kiki, f"create a deployment shop of nginx:1.99 in namespace {place}")
    code, said = down(run(kiki, planned, **SOON))
    assert code == "k8s.down_image"
    assert (said["image"], said["container"]) == ("nginx:1.99", "shop")
    assert said["reason"] in ("ImagePullBackOff", "ErrImagePull")
    assert "registry-1.docker.io" in said["message"]


def test_a_container_that_ends_is_told_with_its_last_lines(kiki: Kiki, place: str) -> None:
    command = "sh -c 'echo starting; echo no database; exit 3'"
    words = f'create a deployment worker of {IMAGE} with command "{command}" in namespace {place}'
    planned = asked(kiki, words)
    code, said = down(run(kiki, planned, **SOON))
    assert (code, said["exit"]) == ("k8s.down_crash", "3 Error")
    assert said["log"] == "starting | no database"
    logs = shown(asked(kiki, f"kubectl logs deploy/worker -n {place} --previous"))
    assert "no database" in json.dumps(logs)


def test_a_node_without_room_is_told_in_the_schedulers_words(kiki: Kiki, place: str) -> None:
    words = f"create a deployment api of {IMAGE} with cpu request 500 in namespace {place}"
    code, said = down(run(kiki, asked(kiki, words), **SOON))
    assert code == "k8s.down_pending"
    assert "1 Insufficient cpu" in said["message"]


def test_a_probe_that_fails_is_told(kiki: Kiki, place: str) -> None:
    words = f"create a deployment api of {IMAGE} with readiness probe /nope on port 8080"
    code, said = down(run(kiki, asked(kiki, f"{words} in namespace {place}"), **SOON))
    assert code == "k8s.down_not_ready"
    assert "404" in said["message"]


def test_a_cordon_keeps_pods_away_and_is_undone(kiki: Kiki, place: str) -> None:
    done = run(kiki, asked(kiki, f"쿠버네티스 노드 {NODE} 코든해줘"))
    assert done.change["state"] == "applied", done.told
    words = f"create a deployment api of {IMAGE} in namespace {place}"
    code, said = down(run(kiki, asked(kiki, words), **SOON))
    assert (code, "unschedulable" in said["message"]) == ("k8s.down_pending", True), said
    back = run(kiki, kiki("undo", done.change["id"], "--json"))
    assert back.change["state"] == "applied", back.told
