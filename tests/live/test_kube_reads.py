"""What is asked of a real API server, through the whole command: tables, JSON, refusals, no values.

The lab has no node, so pods stay pending: what the cluster says of that is what has to be shown.
"""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.live.kiki_cli import Answer, Kiki

pytestmark = pytest.mark.clouds
SPACE = "kr-live"
VALUE = "Geheim-4711-im-Cluster"


@pytest.fixture(scope="module")
def cluster(kubeconfig: Path) -> Iterator[Path]:
    """A namespace with a deployment of two pods and a secret."""
    kubectl = kubeconfig.parent / "bin" / "kubectl"

    def run(*words: str) -> None:
        called = [str(kubectl), "--kubeconfig", str(kubeconfig), *words]
        subprocess.run(called, check=True, capture_output=True, timeout=60)

    run("create", "namespace", SPACE)
    run("-n", SPACE, "create", "deployment", "web", "--image=nginx:1.27", "--replicas=2")
    run("-n", SPACE, "create", "secret", "generic", "db", f"--from-literal=password={VALUE}")
    run("-n", SPACE, "wait", "deployment/web", "--for=condition=Progressing", "--timeout=30s")
    yield kubeconfig
    run("delete", "namespace", SPACE, "--wait=false")


@pytest.fixture(scope="module")
def kiki(cluster: Path, tmp_path_factory: pytest.TempPathFactory) -> Kiki:
    return Kiki(tmp_path_factory.mktemp("kube"), KUBECONFIG=str(cluster))


@pytest.fixture
def asked(kiki: Kiki) -> Any:
    """What a message is answered with, as JSON."""

    def ask(message: str, *flags: str) -> Answer:
        return kiki("--message", message, "--json", *flags)

    return ask


def answer(result: Answer) -> Any:
    assert result.code == 0, result.told
    shown = json.loads(result.out)
    assert shown["change"]["state"] == "answered"
    assert shown["change"]["stages"][0]["answered"]["digest"] == shown["answer"]["digest"]
    return shown["answer"]


def test_pods_are_a_table(asked: Any) -> None:
    found = answer(asked(f"{SPACE} 네임스페이스의 파드 보여줘"))
    table = found["tables"][0]
    assert table["columns"][:3] == ["Name", "Ready", "Status"]
    assert [row[1:3] for row in table["rows"]] == [["0/1", "Pending"]] * 2
    assert found["data"][0]["data"][0]["kind"] == "Pod"


def test_labels_and_all_namespaces(asked: Any) -> None:
    found = answer(asked("show pods in all namespaces with label app=web"))
    assert SPACE in {row[0] for row in found["tables"][0]["rows"]}
    none = answer(asked(f"kubectl get pods -n {SPACE} -l app=nope"))
    assert none["tables"][0]["rows"] == []


def test_why_it_does_not_come_up(asked: Any) -> None:
    found = answer(asked(f"{SPACE} 네임스페이스의 web 디플로이먼트 롤아웃 상태 확인해줘"))
    assert found["data"][0]["data"]["done"] is False
    assert "no nodes available" in found["tables"][1]["rows"][0][3]


def test_one_object_with_its_events(asked: Any) -> None:
    found = answer(asked(f"describe the web deployment in namespace {SPACE}"))
    events = next(one for one in found["tables"] if one["columns"][0] == "age")
    assert "ScalingReplicaSet" in {row[2] for row in events["rows"]}


def test_a_log_that_nobody_can_have_says_why(asked: Any) -> None:
    found = answer(asked(f"{SPACE} 네임스페이스의 web 디플로이먼트 로그 마지막 10줄 보여줘"))
    assert {one["code"] for one in found["remarks"]} >= {"answers.k8s_empty_log"}


def test_no_value_of_a_secret_is_shown_or_kept(asked: Any, kiki: Kiki) -> None:
    shown = asked(f"list secrets in namespace {SPACE}").out
    shown += asked(f"kubectl describe secret db -n {SPACE}").out
    assert f"{len(VALUE)} bytes" in shown
    for text in (VALUE, "R2VoZWlt"):
        assert text not in shown
        for file in kiki.state.rglob("*"):
            assert not file.is_file() or text.encode() not in file.read_bytes()


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("kubectl get widgets", "answers.k8s_no_such_kind"),
        (f"kubectl describe pod missing-1 -n {SPACE}", "answers.k8s_not_found"),
        ("kubectl top nodes", "answers.k8s_no_metrics"),
    ],
)
def test_what_can_t_be_answered_says_why(asked: Any, message: str, code: str) -> None:
    result = asked(message)
    assert json.loads(result.out)["error"]["code"] == code


def test_a_context_that_is_not_there(asked: Any) -> None:
    result = asked("show pods", "--context", "nowhere")
    assert result.code == 2
    assert json.loads(result.out)["error"]["code"] == "cluster.context_unknown"
