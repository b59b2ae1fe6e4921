"""Namespaces of a real Kubernetes that stay Terminating are let go, and what holds them is told."""

import json
import time
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from tests.live.kiki_cli import Kiki
from tests.live.kube_lab import Cluster
from tests.live.test_kube_acts import plan
from tests.live.test_kube_changes import asked, codes, run, verbs

pytestmark = pytest.mark.clouds

HELD = "kiki.test/held"


@pytest.fixture
def name(cluster: Cluster) -> Iterator[str]:
    name = f"kz-{uuid.uuid4().hex[:8]}"
    yield name
    if there(cluster, name):
        cluster("delete", "namespace", name, "--wait=false")
        finalize = f"/api/v1/namespaces/{name}/finalize"
        cluster("replace", "--raw", finalize, "-f", "-", typed=emptied(cluster, name))


def there(cluster: Cluster, name: str) -> bool:
    return bool(cluster("get", "namespace", name, "--ignore-not-found", "-o", "name").strip())


def emptied(cluster: Cluster, name: str) -> str:
    found = json.loads(cluster("get", "namespace", name, "-o", "json"))
    found["metadata"]["finalizers"], found["spec"]["finalizers"] = [], []
    return json.dumps(found)


def made(cluster: Cluster, body: dict[str, Any]) -> None:
    cluster("create", "-f", "-", typed=json.dumps({"apiVersion": "v1", **body}))


def deleted(cluster: Cluster, name: str) -> None:
    """Asked for, and seen by the controller, which then says why it does not go."""
    cluster("delete", "namespace", name, "--wait=false")
    for _ in range(200):
        status = json.loads(cluster("get", "namespace", name, "-o", "json"))["status"]
        if status.get("conditions"):
            return
        time.sleep(0.1)
    raise AssertionError(status)


def test_one_with_finalizers_of_its_own_goes(kiki: Kiki, cluster: Cluster, name: str) -> None:
    about = {"name": name, "finalizers": ["kiki.test/own"]}
    made(cluster, {"kind": "Namespace", "metadata": about, "spec": {"finalizers": ["kiki/test"]}})
    deleted(cluster, name)
    planned = asked(kiki, f"Terminating에서 안 지워지는 네임스페이스 {name} 강제로 지워줘")
    assert verbs(planned) == [(f"Namespace {name}", "delete")], planned.told
    assert "kiki.test/own" in plan(planned)["diff"] and "kiki/test" in plan(planned)["diff"]
    told = planned.change["stages"][0]["plan"]
    assert (told["risk"], told["undo"]["kind"]) == ("high", "impossible"), planned.told
    assert there(cluster, name)  # a plan changes nothing
    done = run(kiki, planned)
    assert done.change["state"] == "applied", done.told
    assert not there(cluster, name)


def test_what_holds_it_and_what_stays_behind_are_told(
    kiki: Kiki, cluster: Cluster, name: str
) -> None:
    made(cluster, {"kind": "Namespace", "metadata": {"name": name}})
    about = {"name": "held", "namespace": name, "finalizers": [HELD]}
    made(cluster, {"kind": "ConfigMap", "metadata": about})
    deleted(cluster, name)
    planned = asked(kiki, f"remove the finalizers of namespace {name}, it is stuck in Terminating")
    assert codes(planned) == ["k8s.live_held", "k8s.live_held", "k8s.live_left_behind"]
    assert HELD in planned.told and "ConfigMap held" in planned.told
    done = run(kiki, planned)
    assert done.change["state"] == "applied", done.told
    assert not there(cluster, name)
    again = asked(kiki, f"{name} 네임스페이스 파이널라이저 제거")
    assert codes(again) == ["k8s.live_not_there"], again.told
    # What stayed behind is seen again with a namespace of that name: this cleans the lab.
    cluster("create", "namespace", name)
    off = json.dumps({"metadata": {"finalizers": None}})
    cluster("-n", name, "patch", "configmap", "held", "--type=merge", "-p", off)


def test_one_whose_api_does_not_answer_is_told_so(kiki: Kiki, cluster: Cluster, name: str) -> None:
    version, group = "v1", f"{name}.kiki.test"
    service = f"{version}.{group}"
    spec = {
        "group": group, "version": version, "groupPriorityMinimum": 100, "versionPriority": 100,
        "insecureSkipTLSVerify": True, "service": {"name": "nobody", "namespace": "default"},
    }  # fmt: skip
    body = {"apiVersion": "apiregistration.k8s.io/v1", "kind": "APIService"}
    made(cluster, {**body, "metadata": {"name": service}, "spec": spec})
    try:
        made(cluster, {"kind": "Namespace", "metadata": {"name": name}})
        deleted(cluster, name)
        planned = asked(kiki, f"delete namespace {name} that is stuck in Terminating")
        assert codes(planned) == ["k8s.live_held"], planned.told
        assert "NamespaceDeletionDiscoveryFailure" in planned.told and group in planned.told
        done = run(kiki, planned)
        assert done.change["state"] == "applied", done.told
        assert not there(cluster, name)
    finally:
        cluster("delete", "apiservice", service)


def test_one_that_nobody_deleted_is_refused(kiki: Kiki, cluster: Cluster, name: str) -> None:
    made(cluster, {"kind": "Namespace", "metadata": {"name": name}})
    planned = asked(kiki, f"{name} 네임스페이스 파이널라이저 제거해줘")
    assert codes(planned) == ["k8s.live_not_terminating"], planned.told
    assert planned.change["state"] == "failed", planned.told
