"""Asking a cluster through a process: what it is told, what comes back, and what goes wrong."""

import sys
import time
from pathlib import Path
from typing import Any

import pytest

from kiki.execution import clients
from kiki.execution.clusters.client import ClusterClient
from kiki.execution.clusters.driver import connection, faults
from kiki.model.errors import TemporaryError, UsageError
from kiki.model.request import ClusterSource

HERE = ClusterSource(kubeconfig="/k", context="lab", named=True)
ECHO = """
import json, sys
order = json.loads(sys.stdin.readline())
print(json.dumps({"said": "one"}), flush=True)
print(json.dumps({"answer": order}), flush=True)
"""


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A client whose driver is the program given."""

    def made(program: str) -> ClusterClient:
        folder = tmp_path / "driver"
        folder.mkdir()
        (folder / "__main__.py").write_text(program)
        monkeypatch.setattr(ClusterClient, "script", folder)
        return ClusterClient(lambda: Path(sys.executable), {"https_proxy": "http://p"})

    return made


def test_what_is_asked_goes_in_and_comes_back(asked: Any) -> None:
    said: list[Any] = []
    found = asked(ECHO).ask(HERE, "identity", {"x": 1}, said.append, timeout_s=5)
    wanted = {"ask": "identity", "kubeconfig": "/k", "context": "lab", "timeout_s": 5, "x": 1}
    assert (said, found) == (["one"], wanted)


@pytest.mark.parametrize(
    ("code", "kind"),
    [("cluster.context_unknown", UsageError), ("cluster.denied", TemporaryError)],
)
def test_an_error_has_its_code_and_kind(asked: Any, code: str, kind: type[Exception]) -> None:
    line = f'{{"error": {{"code": "{code}", "params": {{"reason": "r"}}}}}}'
    with pytest.raises(kind) as raised:
        asked(f"print('{line}', flush=True)").identity(HERE)
    assert (raised.value.code, raised.value.params["context"]) == (code, "lab")  # type: ignore[attr-defined]


def test_a_process_that_dies_is_said(asked: Any) -> None:
    with pytest.raises(TemporaryError) as raised:
        asked("raise SystemExit(3)").identity(HERE)
    assert raised.value.code == "cluster.client_failed"


def test_a_process_that_hangs_is_ended(asked: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clients, "START_S", 0.2)
    begun = time.monotonic()
    with pytest.raises(TemporaryError) as raised:
        asked("import time; time.sleep(60)").ask(HERE, "identity", {}, timeout_s=0.1)
    assert raised.value.code == "cluster.timeout"
    assert time.monotonic() - begun < 10


def test_faults_are_told_without_the_clients_own_words() -> None:
    class MaxRetryError(Exception):
        pass

    refused = MaxRetryError("token=geheim: [Errno 111] Connection refused")
    assert faults.told(refused) == {
        "code": "cluster.unreachable", "params": {"reason": "Connection refused"},
    }  # fmt: skip

    at = "https://192.0.2.1:6443"
    assert faults.told(refused, at)["params"] == {"reason": f"{at}: Connection refused"}

    class SSLError(Exception):
        pass

    expired = SSLError("/home/me/key: certificate verify failed: certificate has expired")
    assert faults.told(expired)["params"] == {"reason": "certificate has expired"}
    assert faults.told(ValueError("geheim"))["params"] == {"reason": "ValueError"}


def test_a_refusal_keeps_the_servers_reasons() -> None:
    causes = [{"reason": "FieldManagerConflict", "field": ".spec.replicas", "message": "m"}]
    body = {"reason": "Conflict", "message": "m", "details": {"causes": causes}}
    found = connection.Refused(409, body)
    assert (found.reason, found.causes) == ("Conflict", causes)
    assert connection.Refused(502, {}).reason == "502"
