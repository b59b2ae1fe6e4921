"""Rollouts of a real Kubernetes are taken back to former revisions, and these are listed."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.live.kiki_cli import Kiki
from tests.live.kube_lab import Cluster, namespace
from tests.live.test_kube_acts import plan
from tests.live.test_kube_changes import asked, codes, run, verbs

pytestmark = pytest.mark.clouds

IMAGES = ("nginx:1.25", "nginx:1.26", "nginx:1.27")


@pytest.fixture
def place(cluster: Cluster) -> Iterator[str]:
    with namespace(cluster, prefix="kr") as name:
        for kind in ("Deployment", "StatefulSet", "DaemonSet"):
            cluster("create", "-f", "-", typed=json.dumps(workload(kind, name)))
        for image in IMAGES[1:]:
            for kind in ("deploy", "sts", "ds"):
                cluster("-n", name, "rollout", "history", f"{kind}/web")
                wait(cluster, name, kind, IMAGES.index(image))
                cluster("-n", name, "set", "image", f"{kind}/web", f"web={image}")
        for kind in ("deploy", "sts", "ds"):
            wait(cluster, name, kind, len(IMAGES))
        yield name


def workload(kind: str, place: str) -> dict[str, Any]:
    """One without pods, as no node is there to run them."""
    labels = {"app": kind.lower()}
    pods = {"nodeSelector": {"no": "node"}, "containers": [{"name": "web", "image": IMAGES[0]}]}
    spec = {
        "selector": {"matchLabels": labels},
        "template": {"metadata": {"labels": labels}, "spec": pods},
        **({} if kind == "DaemonSet" else {"replicas": 0}),
        **({"serviceName": "web"} if kind == "StatefulSet" else {}),
    }
    about = {"name": "web", "namespace": place}
    return {"apiVersion": "apps/v1", "kind": kind, "metadata": about, "spec": spec}


def wait(cluster: Cluster, place: str, kind: str, revisions: int) -> None:
    """Until the controller has kept so many revisions."""
    for _ in range(100):
        told = cluster("-n", place, "rollout", "history", f"{kind}/web")
        if sum(line[:1].isdigit() for line in told.splitlines()) >= revisions:
            return
    raise AssertionError(told)


def image(cluster: Cluster, place: str, kind: str) -> str:
    pods = cluster.object(kind, "web", "-n", place)["spec"]["template"]["spec"]
    return str(pods["containers"][0]["image"])


@pytest.mark.parametrize(
    ("kind", "words"),
    [("deploy", "deployment"), ("sts", "statefulset"), ("ds", "daemonset")],
)
def test_it_goes_back_to_the_revision_before_and_to_a_given_one_and_forward_again(
    kiki: Kiki, cluster: Cluster, place: str, kind: str, words: str
) -> None:
    before = cluster.object(kind, "web", "-n", place)["spec"]
    planned = asked(kiki, f"roll back {words} web in namespace {place}")
    assert [verb for _, verb in verbs(planned)] == ["update"], planned.told
    assert "nginx:1.26" in plan(planned)["diff"], planned.told
    told = planned.change["stages"][0]["plan"]
    assert (told["risk"], told["undo"]["kind"]) == ("medium", "compensating"), planned.told
    assert image(cluster, place, kind) == "nginx:1.27"
    done = run(kiki, planned)
    assert done.change["state"] == "applied", done.told
    assert image(cluster, place, kind) == "nginx:1.26"
    back = run(kiki, kiki("undo", done.change["id"], "--json"))
    assert back.change["state"] == "applied", back.told
    assert cluster.object(kind, "web", "-n", place)["spec"] == before
    first = run(kiki, asked(kiki, f"kubectl rollout undo {kind}/web --to-revision=1 -n {place}"))
    assert first.change["state"] == "applied", first.told
    assert image(cluster, place, kind) == "nginx:1.25"


def test_a_revision_that_is_not_kept_and_one_that_is_the_present_are_said(
    kiki: Kiki, place: str
) -> None:
    strange = asked(kiki, f"{place} 네임스페이스의 web 디플로이먼트를 리비전 9로 롤백해줘")
    assert codes(strange) == ["k8s.live_no_revision"], strange.told
    assert "1, 2, 3" in strange.told
    same = asked(kiki, f"{place} 네임스페이스의 web 디플로이먼트를 리비전 3으로 롤백해줘")
    assert [verb for _, verb in verbs(same)] == ["none"], same.told


def test_a_rollout_that_is_paused_is_left(kiki: Kiki, cluster: Cluster, place: str) -> None:
    cluster("-n", place, "rollout", "pause", "deploy/web")
    assert codes(asked(kiki, f"roll back deployment web in namespace {place}")) == [
        "k8s.live_paused"
    ]


@pytest.mark.parametrize("words", ["디플로이먼트", "스테이트풀셋", "데몬셋"])
def test_the_revisions_are_listed_with_their_images(kiki: Kiki, place: str, words: str) -> None:
    told = asked(kiki, f"{place} 네임스페이스의 web {words} 롤아웃 이력 보여줘")
    assert told.change["state"] == "answered", told.told
    for number, name in enumerate(IMAGES, start=1):
        assert f'"{name}"' in told.told
        assert f'"revision": {number}' in told.told.replace('":', '": ').replace("  ", " ")
