"""What is said of pods, as a real node has it: variables from secrets and config maps, and where
pods go. The cluster has one node, so that pods kept apart wait, and the scheduler says why.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.live.kiki_cli import Kiki
from tests.live.kube_lab import Cluster, namespace
from tests.live.test_kube_changes import asked, run
from tests.live.test_kube_node import IMAGE, LONG, SOON, down

pytestmark = pytest.mark.clouds

WORD = "Tr0ub4dor-9"


@pytest.fixture(scope="session")
def kubeconfig(node_kubeconfig: Path) -> Path:
    """The cluster with a node."""
    return node_kubeconfig


@pytest.fixture
def place(cluster: Cluster) -> Iterator[str]:
    with namespace(cluster, prefix="kp", waited=False) as name:
        yield name


def applied(kiki: Kiki, words: str) -> None:
    done = run(kiki, asked(kiki, words), **LONG)
    assert done.change["state"] == "applied", done.told


def variables(cluster: Cluster, place: str, name: str) -> dict[str, str]:
    """Those of the container, as a program in it sees them."""
    said = cluster("-n", place, "exec", f"deployment/{name}", "--", "sh", "-c", "env")
    return dict(line.split("=", 1) for line in said.splitlines())


@pytest.mark.parametrize(
    ("one", "all_of"),
    [
        (
            "create a deployment {} of {} in namespace {} with env DB_PASSWORD from key password "
            "of secret db-secret and env LEVEL from key level of configmap app-config",
            "create a deployment {} of {} in namespace {} with all variables of configmap "
            "app-config",
        ),
        (
            "{2} 네임스페이스에 {0} 디플로이먼트를 {1} 이미지로 만들고 DB_PASSWORD는 db-secret "
            "시크릿의 password 키에서, LEVEL은 app-config 컨피그맵의 level 키에서 가져와줘",
            "app-config 컨피그맵의 값을 전부 환경변수로 쓰는 {0} 디플로이먼트를 {1} 이미지로 "
            "{2} 네임스페이스에 만들어줘",
        ),
    ],
    ids=["en", "ko"],
)
def test_variables_come_from_keys_and_from_all_of_it(
    kiki: Kiki, cluster: Cluster, place: str, one: str, all_of: str
) -> None:
    cluster("-n", place, "create", "secret", "generic", "db-secret",
            f"--from-literal=password={WORD}")  # fmt: skip
    cluster("-n", place, "create", "configmap", "app-config", "--from-literal=level=debug",
            "--from-literal=MODE=prod")  # fmt: skip
    applied(kiki, one.format("api", IMAGE, place))
    seen = variables(cluster, place, "api")
    assert (seen["DB_PASSWORD"], seen["LEVEL"], "MODE" in seen) == (WORD, "debug", False)
    applied(kiki, all_of.format("web", IMAGE, place))
    seen = variables(cluster, place, "web")
    assert (seen["level"], seen["MODE"], "DB_PASSWORD" in seen) == ("debug", "prod", False)
    files = [path for path in kiki.state.rglob("*") if path.is_file()]
    assert not [path for path in files if WORD.encode() in path.read_bytes()]


def test_a_key_that_is_not_there_is_told(kiki: Kiki, cluster: Cluster, place: str) -> None:
    cluster("-n", place, "create", "secret", "generic", "db-secret", "--from-literal=user=app")
    words = (
        f"create a deployment api of {IMAGE} in namespace {place} with env DB_PASSWORD from key "
        "password of secret db-secret"
    )
    code, said = down(run(kiki, asked(kiki, words), **SOON))
    assert (code, said["reason"]) == ("k8s.down_container", "CreateContainerConfigError")
    assert "key password" in said["message"], said


def test_a_pod_goes_where_those_are_that_it_is_to_be_near(
    kiki: Kiki, cluster: Cluster, place: str
) -> None:
    words = f"create a deployment web of {IMAGE} in namespace {place}, near pods with app=cache"
    waits = run(kiki, asked(kiki, words), **SOON)
    code, said = down(waits)
    assert (code, "affinity" in said["message"]) == ("k8s.down_pending", True), waits.told
    cluster("-n", place, "create", "deployment", "cache", f"--image={IMAGE}")
    cluster("-n", place, "rollout", "status", "deployment/web", "--timeout=90s")


@pytest.mark.parametrize(
    "words",
    [
        "create a deployment web of {} in namespace {}, away from pods with app=cache",
        "{1} 네임스페이스에 {0} 이미지로 web 디플로이먼트를 만들고 app=cache 파드와는 다른 노드에 "
        "배치되게 해줘",
    ],
    ids=["en", "ko"],
)
def test_pods_kept_apart_wait_on_one_node_and_say_why(
    kiki: Kiki, cluster: Cluster, place: str, words: str
) -> None:
    cluster("-n", place, "create", "deployment", "cache", f"--image={IMAGE}")
    cluster("-n", place, "rollout", "status", "deployment/cache", "--timeout=90s")
    code, said = down(run(kiki, asked(kiki, words.format(IMAGE, place)), **SOON))
    assert code == "k8s.down_pending"
    assert "anti-affinity" in said["message"], said


def test_one_on_each_node_leaves_the_second_waiting_and_spread_does_not(
    kiki: Kiki, cluster: Cluster, place: str
) -> None:
    words = f"create a deployment {{}} of {IMAGE} in namespace {place} with 2 replicas"
    spread = f"{words} and keep its pods on different nodes"
    applied(kiki, spread.format("web"))
    code, said = down(
        run(kiki, asked(kiki, f"{words}, at most one per node".format("api")), **SOON)
    )
    assert (code, "anti-affinity" in said["message"]) == ("k8s.down_pending", True), said
    listed = json.loads(cluster("-n", place, "get", "pods", "-o", "json"))["items"]
    phases = sorted(
        one["status"]["phase"]
        for one in listed
        if one["metadata"]["labels"]["app.kubernetes.io/name"] == "api"
    )
    assert phases == ["Pending", "Running"]
