"""Objects of a real Kubernetes that are only to be created: what is there is left as it is."""

from collections.abc import Iterator

import pytest

from tests.live.kiki_cli import Kiki
from tests.live.kube_lab import Cluster, namespace
from tests.live.test_kube_changes import asked, codes, run, verbs

pytestmark = pytest.mark.clouds

WORDS = "create a deployment web of nginx:1.27 with 0 replicas in namespace {}, fail if it exists"


@pytest.fixture
def place(cluster: Cluster) -> Iterator[str]:
    with namespace(cluster, prefix="ko") as name:
        yield name


def test_what_is_not_there_is_made_then_changed_by_an_apply_and_taken_back(
    kiki: Kiki, cluster: Cluster, place: str
) -> None:
    words = f"create a configmap app with LOG_MODE=prod in namespace {place}"
    done = run(kiki, asked(kiki, words, "--create-only"))
    assert done.change["state"] == "applied", done.told
    assert cluster.object("cm", "app", "-n", place)["data"] == {"LOG_MODE": "prod"}
    again = asked(kiki, words, "--create-only")
    assert codes(again) == ["k8s.live_exists"], again.told
    assert again.change["state"] == "failed", again.told
    same = asked(kiki, words)
    assert [verb for _, verb in verbs(same)] == ["none"], same.told
    back = run(kiki, kiki("undo", done.change["id"], "--json"))
    assert back.change["state"] == "applied", back.told
    assert "app" not in cluster("-n", place, "get", "cm", "-o", "name")


def test_what_was_created_is_ours_to_change_later(kiki: Kiki, cluster: Cluster, place: str) -> None:
    words = f"create a configmap app with LOG_MODE={{}} in namespace {place}"
    done = run(kiki, asked(kiki, words.format("prod"), "--create-only"))
    assert done.change["state"] == "applied", done.told
    other = run(kiki, asked(kiki, words.format("test")))
    assert other.change["state"] == "applied", other.told
    assert cluster.object("cm", "app", "-n", place)["data"] == {"LOG_MODE": "test"}


def test_somebody_who_makes_it_after_the_plan_keeps_theirs(
    kiki: Kiki, cluster: Cluster, place: str
) -> None:
    planned = asked(kiki, WORDS.format(place))
    assert [verb for _, verb in verbs(planned)] == ["create"], planned.told
    granted = kiki("approve", planned.change["id"], "--yes")
    assert granted.code == 0, granted.told
    cluster("-n", place, "create", "deployment", "web", "--image=httpd:2.4")
    before = cluster.object("deploy", "web", "-n", place)
    done = kiki("run", planned.change["id"], "--json")
    assert done.change["state"] != "applied", done.told
    assert cluster.object("deploy", "web", "-n", place) == before


def test_a_pasted_create_refuses_what_is_there(kiki: Kiki, cluster: Cluster, place: str) -> None:
    told = asked(kiki, f"kubectl create namespace {place}")
    assert codes(told) == ["k8s.live_exists"], told.told
