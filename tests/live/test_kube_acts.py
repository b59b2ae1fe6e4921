"""What acts on the objects of a real Kubernetes: they are scaled, restarted, deleted, and back."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiki.model.exits import Exit
from tests.live.kiki_cli import Answer, Kiki
from tests.live.kube_lab import Cluster, namespace
from tests.live.test_kube_changes import asked, codes, run, verbs

pytestmark = pytest.mark.clouds


@pytest.fixture
def place(cluster: Cluster) -> Iterator[str]:
    with namespace(cluster, prefix="kc") as name:
        cluster("-n", name, "create", "deployment", "web", "--image=nginx:1.27", "--replicas=0")
        yield name


def plan(answer: Answer) -> dict[str, str]:
    found: dict[str, str] = answer.change["stages"][0]["plan"]["actions"][0]
    return found


def test_a_count_is_changed_and_changed_back_and_nothing_else(
    kiki: Kiki, cluster: Cluster, place: str
) -> None:
    before = cluster.object("deploy", "web", "-n", place)
    planned = asked(kiki, f"{place} 네임스페이스의 web 디플로이먼트 2개로 늘려줘")
    assert verbs(planned) == [(f"Deployment {place}/web", "update")], planned.told
    assert "@@ spec.replicas" in plan(planned)["diff"]
    assert cluster.object("deploy", "web", "-n", place) == before
    done = run(kiki, planned)
    assert done.change["stages"][0]["outcome"]["reason"] == "k8s.down_pending", done.told  # no node
    assert cluster.object("deploy", "web", "-n", place)["spec"]["replicas"] == 2
    back = run(kiki, kiki("undo", done.change["id"], "--json"))
    assert back.change["state"] == "applied", back.told
    assert cluster.object("deploy", "web", "-n", place)["spec"] == before["spec"]


def test_an_image_is_changed_in_the_container_that_is_there_and_in_no_other(
    kiki: Kiki, cluster: Cluster, place: str
) -> None:
    strange = asked(kiki, f"change the image of deployment web to nginx:1.28 in namespace {place}")
    assert codes(strange) == ["k8s.live_no_container"], strange.told
    assert "nginx" in strange.told  # the container that is there
    done = run(kiki, asked(kiki, f"kubectl set image deploy/web nginx=nginx:1.28 -n {place}"))
    assert done.change["state"] == "applied", done.told
    pods = cluster.object("deploy", "web", "-n", place)["spec"]["template"]["spec"]
    assert [(one["name"], one["image"]) for one in pods["containers"]] == [("nginx", "nginx:1.28")]
    back = run(kiki, kiki("undo", done.change["id"], "--json"))
    assert back.change["state"] == "applied", back.told
    pods = cluster.object("deploy", "web", "-n", place)["spec"]["template"]["spec"]
    assert pods["containers"][0]["image"] == "nginx:1.27"


def test_variables_and_amounts_of_a_container_are_set_beside_those_it_has(
    kiki: Kiki, cluster: Cluster, place: str
) -> None:
    cluster("-n", place, "set", "env", "deployment/web", "A=1", "B=2")
    cluster("-n", place, "set", "resources", "deployment/web", "--limits=cpu=1")
    before = cluster.object("deploy", "web", "-n", place)["spec"]
    strange = asked(kiki, f"{place} 네임스페이스의 web 디플로이먼트에 환경변수 B=3 추가해줘")
    assert codes(strange) == ["k8s.live_no_container"], strange.told
    said = (
        f"kubectl set env deploy/web B=3 C=4 -c nginx -n {place}\n"
        f"kubectl set resources deploy web --limits=memory=512Mi -c nginx -n {place}"
    )
    done = run(kiki, asked(kiki, said))
    assert done.change["state"] == "applied", done.told
    (found,) = cluster.object("deploy", "web", "-n", place)["spec"]["template"]["spec"][
        "containers"
    ]
    assert {one["name"]: one["value"] for one in found["env"]} == {"A": "1", "B": "3", "C": "4"}
    assert found["resources"] == {"limits": {"cpu": "1", "memory": "512Mi"}}
    again = asked(kiki, said)
    assert verbs(again) == [(f"Deployment {place}/web", "none")], again.told
    back = run(kiki, kiki("undo", done.change["id"], "--json"))
    assert back.change["state"] == "applied", back.told
    assert cluster.object("deploy", "web", "-n", place)["spec"] == before


def test_what_the_api_refuses_of_a_container_is_said(
    kiki: Kiki, cluster: Cluster, place: str
) -> None:
    words = f"set the memory request to 1Gi for deployment web container nginx in namespace {place}"
    cluster("-n", place, "set", "resources", "deployment/web", "--limits=memory=512Mi")
    refused = asked(kiki, words)
    assert codes(refused) == ["k8s.live_invalid"], refused.told
    assert "memory limit" in refused.told
    assert refused.change["state"] != "awaiting_approval", refused.told


def test_a_restart_is_done_once_each_time_and_is_not_taken_back(
    kiki: Kiki, cluster: Cluster, place: str
) -> None:
    def restarted() -> str:
        pods = cluster.object("deploy", "web", "-n", place)["spec"]["template"]["metadata"]
        return str(pods["annotations"]["kubectl.kubernetes.io/restartedAt"])

    words = f"restart the deployment web in namespace {place}"
    done = run(kiki, asked(kiki, words))
    assert done.change["state"] == "applied", done.told
    first = restarted()
    again = asked(kiki, words)
    assert verbs(again) == [(f"Deployment {place}/web", "update")], again.told
    assert run(kiki, again).change["state"] == "applied"
    assert restarted() > first
    back = kiki("undo", done.change["id"], "--json")
    assert "k8s.undo_restarted" in back.told, back.told


def test_an_object_is_deleted_with_its_pods_and_made_again_as_it_was(
    kiki: Kiki, cluster: Cluster, place: str
) -> None:
    cluster("-n", place, "scale", "deployment", "web", "--replicas=1")
    cluster("-n", place, "rollout", "status", "deployment", "web", "--watch=false")
    cluster("-n", place, "scale", "deployment", "web", "--replicas=0")
    before = cluster.object("deploy", "web", "-n", place)
    planned = asked(kiki, f"delete deployment web in namespace {place}")
    assert verbs(planned) == [(f"Deployment {place}/web", "delete")], planned.told
    assert planned.change["stages"][0]["plan"]["risk"] == "high"
    assert "-  replicas: 0" in plan(planned)["diff"]
    done = run(kiki, planned)
    assert done.change["state"] == "applied", done.told
    assert cluster("-n", place, "get", "deploy", "-o", "name") == ""
    back = run(kiki, kiki("undo", done.change["id"], "--json"))
    assert back.change["state"] == "applied", back.told
    assert cluster.object("deploy", "web", "-n", place)["spec"] == before["spec"]


def test_labels_of_a_workload_and_of_its_namespace_are_set_and_taken_back(
    kiki: Kiki, cluster: Cluster, place: str
) -> None:
    before = cluster.object("deploy", "web", "-n", place)["metadata"]
    words = f"{place} 네임스페이스의 web 디플로이먼트에 app=shop 라벨 붙여줘"
    planned = asked(kiki, words)
    assert verbs(planned) == [(f"Deployment {place}/web", "update")], planned.told
    assert "metadata.labels.app" in plan(planned)["diff"], planned.told
    done = run(kiki, planned)
    assert done.change["state"] == "applied", done.told
    now = cluster.object("deploy", "web", "-n", place)["metadata"]
    assert (now["labels"], now["annotations"]) == ({"app": "shop"}, before["annotations"])
    assert verbs(asked(kiki, words)) == [(f"Deployment {place}/web", "none")]
    back = run(kiki, kiki("undo", done.change["id"], "--json"))
    assert back.change["state"] == "applied", back.told
    assert cluster.object("deploy", "web", "-n", place)["metadata"] == before

    done = run(kiki, asked(kiki, f"kubectl label ns {place} team=a"))
    assert done.change["state"] == "applied", done.told
    assert cluster.object("ns", place)["metadata"]["labels"]["team"] == "a"
    gone = run(kiki, asked(kiki, f"remove the label team from namespace {place}"))
    assert gone.change["state"] == "applied", gone.told
    assert "team" not in cluster.object("ns", place)["metadata"].get("labels", {})
    back = run(kiki, kiki("undo", gone.change["id"], "--json"))
    assert back.change["state"] == "applied", back.told
    assert cluster.object("ns", place)["metadata"]["labels"]["team"] == "a"


def test_an_annotation_is_set_and_taken_away(kiki: Kiki, cluster: Cluster, place: str) -> None:
    words = f"annotate deployment web with example.com/owner=kim in namespace {place}"
    done = run(kiki, asked(kiki, words))
    assert done.change["state"] == "applied", done.told
    notes = cluster.object("deploy", "web", "-n", place)["metadata"]["annotations"]
    assert notes["example.com/owner"] == "kim"
    away = f"{place} 네임스페이스의 web 디플로이먼트에서 example.com/owner 어노테이션 지워줘"
    gone = run(kiki, asked(kiki, away))
    assert gone.change["state"] == "applied", gone.told
    notes = cluster.object("deploy", "web", "-n", place)["metadata"]["annotations"]
    assert "example.com/owner" not in notes
    assert verbs(asked(kiki, away)) == [(f"Deployment {place}/web", "none")]


def test_what_is_not_there_is_said(kiki: Kiki, place: str) -> None:
    scaled = asked(kiki, f"scale deployment wbe to 3 in namespace {place}")
    assert codes(scaled) == ["k8s.live_missing"], scaled.told
    deleted = asked(kiki, f"delete configmap wbe in namespace {place}")
    assert codes(deleted) == ["k8s.live_not_there"], deleted.told


def test_a_secret_goes_and_comes_back_and_its_value_is_nowhere(
    kiki: Kiki, cluster: Cluster, place: str
) -> None:
    value = "not-for-any-eye-4711"
    said = f"--from-literal=password={value}"
    cluster("-n", place, "create", "secret", "generic", "db-login", said)
    before = cluster.object("secret", "db-login", "-n", place)
    planned = asked(kiki, f"delete secret db-login in namespace {place}")
    assert planned.change["stages"][0]["plan"]["reversibility"] == "compensating"
    done = run(kiki, planned)
    assert done.change["state"] == "applied", done.told
    assert "secret/db-login\n" not in cluster("-n", place, "get", "secrets", "-o", "name")
    back = run(kiki, kiki("undo", done.change["id"], "--json"))
    assert back.change["state"] == "applied", back.told
    after = cluster.object("secret", "db-login", "-n", place)
    assert (after["data"], after["type"]) == (before["data"], before["type"])
    assert value not in planned.told + done.told + back.told
    assert not [one for one in kiki.state.rglob("*") if one.is_file() and value in _text(one)]


def _text(path: Path) -> str:
    return path.read_bytes().decode("utf-8", "replace")


def test_finalizers_are_named_before_and_when_they_hold_it(
    kiki: Kiki, cluster: Cluster, place: str
) -> None:
    held = '{"metadata":{"finalizers":["example.com/hold"]}}'
    cluster("-n", place, "create", "configmap", "app-data", "--from-literal=a=b")
    cluster("-n", place, "patch", "configmap", "app-data", "-p", held)
    try:
        planned = asked(kiki, f"delete configmap app-data in namespace {place}")
        assert codes(planned) == ["k8s.live_finalizers"], planned.told
        done = run(kiki, planned)
    finally:
        free = '{"metadata":{"finalizers":null}}'
        cluster("-n", place, "patch", "configmap", "app-data", "-p", free)
    outcome = done.change["stages"][0]["outcome"]
    assert (done.code, outcome["reason"]) == (Exit.FAILED, "k8s.down_not_deleted"), done.told


def test_a_namespace_goes_with_what_the_plan_lists(
    kiki: Kiki, cluster: Cluster, place: str
) -> None:
    cluster("-n", place, "create", "configmap", "mine", "--from-literal=a=b")
    planned = asked(kiki, f"{place} 네임스페이스 삭제해줘")
    diff = plan(planned)["diff"]
    assert "- with it: ConfigMap mine" in diff, planned.told
    assert "- with it: Deployment web" in diff
    done = run(kiki, planned, KIKI_ROLLOUT_TIMEOUT_S="120")
    assert done.change["state"] == "applied", done.told
    assert f"namespace/{place}" not in cluster("get", "namespaces", "-o", "name")


def test_an_autoscaler_is_listed_deleted_and_made_again(
    kiki: Kiki, cluster: Cluster, place: str
) -> None:
    cluster("-n", place, "autoscale", "deployment", "web", "--min=1", "--max=3")
    told = asked(kiki, f"{place} 네임스페이스의 HPA 목록 보여줘")
    assert told.change["state"] == "answered", told.told
    assert "Deployment/web" in told.told
    before = cluster.object("hpa", "web", "-n", place)["spec"]
    done = run(kiki, asked(kiki, f"delete the autoscaler web in namespace {place}"))
    assert done.change["state"] == "applied", done.told
    assert cluster("-n", place, "get", "hpa", "-o", "name") == ""
    back = run(kiki, kiki("undo", done.change["id"], "--json"))
    assert back.change["state"] == "applied", back.told
    assert cluster.object("hpa", "web", "-n", place)["spec"] == before


def test_disruption_budgets_are_listed(kiki: Kiki, cluster: Cluster, place: str) -> None:
    cluster("-n", place, "create", "pdb", "web", "--selector=app=web", "--min-available=1")
    told = asked(kiki, f"list the disruption budgets in namespace {place}")
    assert told.change["state"] == "answered", told.told
    assert '"web"' in told.told
