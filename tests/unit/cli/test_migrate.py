"""``kiki migrate`` as a command: what it refuses, what it writes, and how it ends."""

import json
from pathlib import Path

import pytest

from tests.unit.cli.conftest import Run

GOLDEN = Path(__file__).resolve().parents[2] / "golden" / "migrate"
COMPOSE = str(GOLDEN / "compose" / "compose.yaml")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("podman", "needs"),
        ("podman podman", "Nothing leads from podman to podman"),
        ("docker k8s", "is not one of"),
        ("podman k8s", "No pod and no container is named"),
        ("podman k8s web.yaml --pod a", "web.yaml"),
        ("k8s podman", "FILE"),
        ("k8s podman a.yaml --ns demo", "--ns"),
        ("compose k8s a.yaml --pod a", "--pod"),
        ("compose k8s nowhere.yaml", "nowhere.yaml"),
        ("podman k8s --pod a --size much", "much"),
        ("podman k8s --pod a --ns Demo!", "Demo!"),
        ("podman k8s --pod a --base-url http://127.0.0.1:1", "from this machine"),
        ("podman k8s --pod a --as job", "deployment, pod"),
    ],
)
def test_what_is_refused(kiki: Run, words: str, said: str) -> None:
    ended = kiki("migrate", *words.split())
    assert ended.code == 2, ended
    assert said in ended.err


def test_code_to_stdout_and_losses_to_stderr(kiki: Run) -> None:
    ended = kiki("migrate", "compose", "k8s", COMPOSE, "--ns", "shop", "--size", "5Gi")
    assert ended.code == 0
    assert ended.out == (GOLDEN / "compose" / "expected.yaml").read_text("utf-8").replace(
        ended_digest(GOLDEN / "compose" / "expected.yaml"), ended.out.splitlines()[1]
    ).replace("  labels:\n    app", "  namespace: shop\n  labels:\n    app").replace("1Gi", "5Gi")
    assert "depends_on" in ended.err and "namespace shop" in ended.err


def ended_digest(path: Path) -> str:
    """The line with the digest, which says that something else came out."""
    return path.read_text("utf-8").splitlines()[1]


def test_a_file_is_written_once(kiki: Run, tmp_path: Path) -> None:
    words = ("migrate", "k8s", "podman", str(GOLDEN / "back" / "k8s.yaml"), "--out", "play.yaml")
    assert kiki(*words).code == 0
    written = (tmp_path / "play.yaml").read_text("utf-8")
    assert written == (GOLDEN / "back" / "expected.yaml").read_text("utf-8")
    assert kiki(*words).code == 2
    assert kiki(*words, "--force").code == 0


def test_json_has_code_and_findings(kiki: Run) -> None:
    ended = kiki("migrate", "compose", "k8s", COMPOSE, "--json")
    told = json.loads(ended.out)
    assert told["exit"] == ended.code == 0
    assert [file["path"] for file in told["artifact"]["files"]] == ["web.yaml"]
    assert {"migrate.secret_needed_too", "migrate.field_dropped"} <= {
        one["code"] for one in told["findings"]
    }


def test_code_with_an_error_is_not_written(kiki: Run, tmp_path: Path) -> None:
    (tmp_path / "compose.yaml").write_text("services:\n  web:\n    image: 'no image'\n")
    ended = kiki("migrate", "compose", "k8s", "compose.yaml", "--out", "web.yaml")
    assert ended.code == 5
    assert not (tmp_path / "web.yaml").exists()
    assert "no image" in ended.err


def test_in_korean(kiki: Run) -> None:
    ended = kiki("migrate", "compose", "k8s", COMPOSE, "--lang", "ko")
    assert "시크릿 web이 있어야 파드가 시작됩니다" in ended.err or "시크릿 web이(가)" in ended.err
