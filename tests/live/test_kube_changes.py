"""Changes on a real Kubernetes: planned, applied, verified and taken back."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiki.model.exits import Exit
from tests.live.kiki_cli import Answer, Kiki
from tests.live.kube_lab import Cluster, namespace

pytestmark = pytest.mark.clouds

PENDING = "no nodes available to schedule pods"


@pytest.fixture
def place(cluster: Cluster) -> Iterator[str]:
    with namespace(cluster) as name:
        yield name


def asked(kiki: Kiki, words: str, *flags: str, **variables: str) -> Answer:
    return kiki("--message", words, "--context", "kiki", "--json", *flags, **variables)


def service(place: str, port: int = 80) -> str:
    return f"create a service web on port {port} in namespace {place}"


def deployment(place: str, replicas: int = 2, image: str = "nginx:1.27") -> str:
    return f"create a deployment web of {image} with {replicas} replicas in namespace {place}"


def verbs(answer: Answer) -> list[tuple[str, str]]:
    return [(one["task"], one["verb"]) for one in answer.change["stages"][0]["plan"]["actions"]]


def codes(answer: Answer) -> list[str]:
    found = [one["code"] for one in answer.change["stages"][0]["findings"]]
    return [code for code in found if code.startswith("k8s.live_")]


def run(kiki: Kiki, answer: Answer, **variables: str) -> Answer:
    change = answer.change["id"]
    assert answer.change["state"] == "awaiting_approval", answer.told
    granted = kiki("approve", change, "--yes")
    assert granted.code == Exit.DONE, granted.told
    return kiki("run", change, "--json", **variables)


def test_it_is_planned_applied_found_unchanged_and_taken_back(
    kiki: Kiki, cluster: Cluster, place: str
) -> None:
    before = cluster.versions()
    planned = asked(kiki, service(place))
    assert verbs(planned) == [(f"Service {place}/web", "create")], planned.told
    assert planned.change["stages"][0]["plan"]["place"]["identity"]["context"] == "kiki"
    assert cluster.versions() == before
    done = run(kiki, planned)
    assert (done.code, done.change["state"]) == (Exit.DONE, "applied"), done.told
    live = cluster.object("svc", "web", "-n", place)
    assert live["spec"]["ports"][0]["port"] == 80
    again = asked(kiki, service(place))
    assert (again.change["state"], verbs(again)) == (
        "applied", [(f"Service {place}/web", "none")],
    ), again.told  # fmt: skip
    back = kiki("undo", done.change["id"], "--json")
    assert verbs(back) == [(f"Service {place}/web", "delete")], back.told
    assert cluster.object("svc", "web", "-n", place) == live  # a plan deletes nothing
    undone = run(kiki, back)
    assert undone.change["state"] == "applied", undone.told
    assert cluster.versions() == before


def test_an_ingress_is_made_changed_nothing_again_and_taken_back(
    kiki: Kiki, cluster: Cluster, place: str
) -> None:
    words = (
        f"create an ingress shop in namespace {place} with rules shop.example.com/api=api:8080, "
        "shop.example.com/=web:80 and tls secret shop-tls"
    )
    before = cluster.versions()
    done = run(kiki, asked(kiki, words))
    assert (done.code, done.change["state"]) == (Exit.DONE, "applied"), done.told
    spec = cluster.object("ingress", "shop", "-n", place)["spec"]
    assert [one["path"] for one in spec["rules"][0]["http"]["paths"]] == ["/api", "/"]
    assert spec["tls"] == [{"hosts": ["shop.example.com"], "secretName": "shop-tls"}]
    again = asked(kiki, words)
    assert verbs(again) == [(f"Ingress {place}/shop", "none")], again.told
    undone = run(kiki, kiki("undo", done.change["id"], "--json"))
    assert undone.change["state"] == "applied", undone.told
    assert cluster.versions() == before


@pytest.mark.parametrize(
    ("words", "object_name"),
    [
        ("autoscale deployment web between 2 and 5 in namespace {}", "HorizontalPodAutoscaler"),
        (
            "create a pdb web for deployment web with min available 1 in namespace {}",
            "PodDisruptionBudget",
        ),
    ],
)
def test_what_this_old_server_does_not_serve_is_said(
    kiki: Kiki, place: str, words: str, object_name: str
) -> None:
    planned = asked(kiki, words.format(place))
    assert planned.change["state"] != "awaiting_approval", planned.told
    assert codes(planned) == ["k8s.live_kind_not_served"], planned.told
    assert object_name in planned.told


def test_without_a_node_it_is_pending_and_that_is_said(kiki: Kiki, place: str) -> None:
    done = run(kiki, asked(kiki, deployment(place)))
    assert (done.code, done.change["state"]) == (Exit.FAILED, "failed"), done.told
    outcome = done.change["stages"][0]["outcome"]
    assert outcome["reason"] == "k8s.down_pending"
    assert outcome["params"]["message"] == PENDING
    assert outcome["params"]["object"] == f"Deployment {place}/web"


def test_a_namespace_that_comes_with_it_goes_with_it_unless_somebody_uses_it(
    kiki: Kiki, cluster: Cluster
) -> None:
    with namespace(cluster, made=False) as name:
        words = f"create namespace {name} and {service(name)}"
        planned = asked(kiki, words)
        assert verbs(planned) == [
            (f"Namespace {name}", "create"),
            (f"Service {name}/web", "create"),
        ]
        assert (
            planned.change["stages"][0]["plan"]["actions"][1]["reason"] == "k8s.namespace_to_come"
        )
        done = run(kiki, planned)
        assert done.change["state"] == "applied", done.told
        cluster("-n", name, "create", "configmap", "mine", "--from-literal=a=b")
        back = kiki("undo", done.change["id"], "--json")
        assert codes(back) == ["k8s.live_namespace_not_empty"], back.told
        assert "ConfigMap mine" in back.told
        cluster("-n", name, "delete", "configmap", "mine")
        again = kiki("plan", back.change["id"], "--json")
        gone = run(kiki, again, KIKI_ROLLOUT_TIMEOUT_S="120")  # a namespace goes slowly
        assert gone.change["state"] == "applied", gone.told
        assert f"namespace/{name}" not in cluster("get", "namespaces", "-o", "name")


def test_fields_of_others_are_named_taken_only_by_word_and_given_back(
    kiki: Kiki, cluster: Cluster, place: str
) -> None:
    run(kiki, asked(kiki, deployment(place, 1)))
    cluster("-n", place, "patch", "deployment", "web", "-p", '{"spec":{"replicas":2}}')
    other = cluster.object("deploy", "web", "-n", place)
    refused = asked(kiki, deployment(place, 3))
    assert refused.change["state"] == "failed", refused.told
    assert codes(refused) == ["k8s.live_conflict"]
    found = next(
        one for one in refused.change["stages"][0]["findings"] if one["code"] == "k8s.live_conflict"
    )
    assert found["params"]["fields"] == "spec.replicas", found
    taken = asked(kiki, deployment(place, 3), "--take-over")
    assert (taken.change["stages"][0]["plan"]["risk"], verbs(taken)[0][1]) == ("high", "update"), (
        taken.told
    )
    assert "@@ spec.replicas (kubectl" in taken.change["stages"][0]["plan"]["actions"][0]["diff"]
    done = run(kiki, taken)
    assert done.change["stages"][0]["outcome"]["reason"] == "k8s.down_pending", done.told
    assert cluster.object("deploy", "web", "-n", place)["spec"]["replicas"] == 3
    back = kiki("undo", done.change["id"], "--json")
    run(kiki, back)
    assert cluster.object("deploy", "web", "-n", place)["spec"] == other["spec"]


def test_what_was_moved_since_is_not_taken_back(kiki: Kiki, cluster: Cluster, place: str) -> None:
    done = run(kiki, asked(kiki, service(place)))
    patch = '{"spec":{"ports":[{"port":80,"targetPort":8080}]}}'
    cluster("-n", place, "patch", "svc", "web", "-p", patch)
    back = kiki("undo", done.change["id"], "--json")
    assert (back.change["state"], back.change["reason"]) == ("refused", "undo.moved"), back.told


def test_a_younger_object_of_the_same_name_is_not_deleted(
    kiki: Kiki, cluster: Cluster, place: str
) -> None:
    done = run(kiki, asked(kiki, service(place)))
    body = cluster("get", "svc", "web", "-n", place, "-o", "json")
    manifest = json.loads(body)
    for key in ("uid", "resourceVersion", "managedFields", "creationTimestamp"):
        manifest["metadata"].pop(key)
    cluster("-n", place, "delete", "svc", "web")
    cluster("create", "-f", "-", typed=json.dumps(manifest))
    back = kiki("undo", done.change["id"], "--json")
    assert back.change["state"] == "failed", back.told
    assert codes(back) == ["k8s.live_other_object"], back.told
    cluster("get", "svc", "web", "-n", place)


def test_what_can_not_be_changed_is_named(kiki: Kiki, cluster: Cluster, place: str) -> None:
    cluster("-n", place, "create", "deployment", "web", "--image=nginx:1.25")
    refused = asked(kiki, deployment(place))
    assert codes(refused) == ["k8s.live_immutable"], refused.told
    assert "spec.selector" in refused.told


def test_no_namespace_and_a_full_quota_are_named(kiki: Kiki, cluster: Cluster, place: str) -> None:
    missing = asked(kiki, service("kl-nowhere"))
    assert codes(missing) == ["k8s.live_namespace_missing"], missing.told
    cluster("-n", place, "create", "quota", "small", "--hard=services=0")
    full = asked(kiki, service(place))
    assert codes(full) == ["k8s.live_quota"], full.told


def test_rights_are_named_by_verb_and_resource(
    kiki: Kiki, cluster: Cluster, place: str, tmp_path: Path
) -> None:
    cluster("-n", place, "create", "serviceaccount", "reader")
    cluster("-n", place, "create", "rolebinding", "reader", "--clusterrole=view",
            f"--serviceaccount={place}:reader")  # fmt: skip
    path = tmp_path / "reader.conf"
    path.write_text(as_account(cluster, place, "reader"))
    refused = kiki("--message", service(place), "--kubeconfig", str(path), "--json")
    found = next(
        one
        for one in refused.change["stages"][0]["findings"]
        if one["code"] == "k8s.live_forbidden"
    )
    assert (found["params"]["verb"], found["params"]["resource"]) == ("patch", "services")
    assert found["params"]["user"] == f"system:serviceaccount:{place}:reader"
    token = json.loads(path.read_text())["users"][0]["user"]["token"]
    nowhere(kiki, token, refused)


def as_account(cluster: Cluster, place: str, name: str) -> str:
    """A kubeconfig that logs in as a service account."""
    listed = json.loads(cluster("-n", place, "get", "secrets", "-o", "json"))["items"]
    data = next(one["data"] for one in listed
                if one["metadata"].get("annotations", {}).get("kubernetes.io/service-account.name")
                == name)  # fmt: skip
    known = json.loads(cluster("config", "view", "--raw", "-o", "json"))
    known["users"] = [{"name": "admin", "user": {
        "token": base64.b64decode(data["token"]).decode()}}]  # fmt: skip
    return json.dumps(known)


def nowhere(kiki: Kiki, value: str, *answers: Answer) -> None:
    assert all(value not in answer.told for answer in answers)
    files = [path for path in kiki.state.rglob("*") if path.is_file()]
    assert files
    assert not [path for path in files if value.encode() in path.read_bytes()]


def test_another_cluster_behind_the_name_voids_the_approval(
    kiki: Kiki, cluster: Cluster, place: str, tmp_path: Path
) -> None:
    path = tmp_path / "moving.conf"
    path.write_text(cluster.kubeconfig.read_text())
    planned = kiki("--message", service(place), "--kubeconfig", str(path), "--json")
    change = planned.change["id"]
    assert kiki("approve", change, "--yes").code == Exit.DONE
    moved = path.read_text().replace("https://127.0.0.1", "https://localhost")
    path.write_text(moved)
    stale = kiki("run", change, "--json")
    assert stale.code == Exit.STALE, stale.told
    assert "services" not in cluster("-n", place, "get", "svc", "-o", "name")


def test_a_production_context_wants_its_name(kiki: Kiki, place: str) -> None:
    guard = {"KIKI_PRODUCTION_CONTEXTS": "k*"}
    planned = asked(kiki, service(place), "--yes", **guard)
    assert planned.code == Exit.AWAITING_APPROVAL, planned.told
    assert planned.change["stages"][0]["plan"]["risk"] == "high"
    change = planned.change["id"]
    assert kiki("approve", change, "--yes", **guard).code == Exit.AWAITING_APPROVAL
    assert kiki("approve", change, "--context", "other", **guard).code == Exit.USAGE
    assert kiki("approve", change, "--context", "kiki", **guard).code == Exit.DONE


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (":16443", ":16444", "cluster.unreachable"),
        ("ca.crt", "apiserver.crt", "cluster.certificate"),
        ("current-context: kiki", "", "cluster.no_context"),
    ],
)
def test_a_cluster_that_can_not_be_had_is_said(
    kiki: Kiki, cluster: Cluster, tmp_path: Path, old: str, new: str, code: str
) -> None:
    path = tmp_path / "broken.conf"
    path.write_text(cluster.kubeconfig.read_text().replace(old, new))
    failed = kiki("--message", service("default"), "--kubeconfig", str(path), "--json")
    assert code in failed.told


def test_a_context_that_is_not_there_is_said_with_those_that_are(kiki: Kiki) -> None:
    failed = kiki("--message", service("default"), "--context", "nope", "--json")
    assert failed.code == Exit.USAGE, failed.told
    assert "cluster.context_unknown" in failed.told
