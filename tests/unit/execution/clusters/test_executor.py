"""Runs for a cluster: who does what, and how it comes back. The client is a fake, hosts are the
shipped one."""

from pathlib import Path
from typing import Any

import pytest

from kiki.execution.clusters.executor import HERE, ClusterExecutor
from kiki.execution.recorded import RecordedExecutor, Recording
from kiki.model.artifact import Artifact, File
from kiki.model.errors import PermanentError, TemporaryError, UsageError
from kiki.model.request import ClusterSource, Scope
from kiki.model.run import (
    ACTION_TAG,
    HOLD,
    PROBE_TAG,
    HostStats,
    RunEvent,
    RunMode,
    RunOrder,
    RunResult,
)

SAID = {
    "context": "lab", "cluster": "c", "user": "kim", "namespace": "demo", "server": "https://h",
    "uid": "1-2-3", "version": "v1",
}  # fmt: skip
SCOPE = Scope(cluster=ClusterSource(kubeconfig="/k", context="lab", named=True))
PROGRAM = Artifact(
    target="k8s", intent_digest="d", entry="apply.yaml", files=(File(path="apply.yaml", text="x"),)
)
OBJECT = {"title": "Service demo/web", "verb": "create", "problems": []}


class Client:
    """A cluster that answers what it is given."""

    def __init__(self, answer: dict[str, Any] | BaseException) -> None:
        self.answer = answer
        self.asked: list[tuple[str, dict[str, Any]]] = []

    def identity(self, source: ClusterSource) -> dict[str, str]:
        return SAID

    def python(self) -> Path:
        return Path("/venv/bin/python")

    def ask(
        self, source: Any, what: str, order: Any, say: Any = None, **options: Any
    ) -> dict[str, Any]:
        import os

        self.asked.append((what, order))
        options.get("begun", lambda pid: None)(os.getpid())
        if isinstance(self.answer, BaseException):
            raise self.answer
        for one in self.answer.get("objects", []):
            say(one)
        return self.answer


def value_of(name: str, version: str) -> str:
    return f"value of {name} {version}"


def made(
    tmp_path: Path, answer: Any, keep: Any = None, **recordings: Recording
) -> tuple[ClusterExecutor, Client]:
    client = Client(answer)
    hosts = RecordedExecutor(str(tmp_path), recordings)  # type: ignore[arg-type]
    executor = ClusterExecutor(
        hosts,
        client,
        str(tmp_path),
        value_of,
        keep=keep,
        guarded=("l*",),
        rollout_s=7,  # type: ignore[arg-type]
    )
    return executor, client


def run(
    executor: ClusterExecutor, mode: RunMode, skipped: str = PROBE_TAG, **variables: Any
) -> tuple[RunResult, list[RunEvent]]:
    heard: list[RunEvent] = []
    order = RunOrder(
        run_id=f"r-{mode}", mode=mode, artifact=PROGRAM, inventory=executor.resolve(SCOPE),
        scope=SCOPE, skip_tags=(skipped,), variables=variables,
    )  # fmt: skip
    return executor.run(order, heard.append, lambda process: None), heard


def test_a_cluster_is_one_host_with_an_identity(tmp_path: Path) -> None:
    executor, _ = made(tmp_path, {"objects": []})
    found = executor.resolve(SCOPE)
    assert found.hosts == ("lab",)
    assert found.place is not None
    assert (found.place.identity, found.place.guarded) == (SAID, True)
    SAID["uid"] = "another"
    try:
        assert executor.resolve(SCOPE).digest() != found.digest()
    finally:
        SAID["uid"] = "1-2-3"
    with pytest.raises(UsageError, match=r"cluster\.limit"):
        executor.resolve(Scope(cluster=SCOPE.cluster, limit="web"))


def test_a_check_asks_the_cluster_and_keeps_the_program(tmp_path: Path) -> None:
    executor, client = made(tmp_path, {"objects": [OBJECT]})
    result, heard = run(executor, "check")
    assert (result.status, result.reports) == ("successful", {"lab": {"objects": [OBJECT]}})
    assert [(event.kind, event.task) for event in heard] == [("changed", "Service demo/web")]
    ((what, order),) = client.asked
    assert (what, order["entry"], order["namespace"]) == ("check", "apply.yaml", "demo")
    assert Path(order["folder"], "apply.yaml").read_text() == "x"


def test_a_second_look_fails_where_something_is_down(tmp_path: Path) -> None:
    down = {"title": "Deployment demo/web", "code": "k8s.down_pending", "params": {}}
    still = {**OBJECT, "verb": "none"}
    executor, client = made(tmp_path, {"objects": [still], "down": [down]})
    result, _ = run(executor, "again")
    assert (result.status, client.asked[0][0]) == ("failed", "verify")
    assert client.asked[0][1]["rollout_s"] == 7
    assert result.stats["lab"].failed == 1


def test_a_check_with_probes_asks_whether_it_works(tmp_path: Path) -> None:
    down = {"title": "Deployment demo/web", "code": "k8s.down_pending", "params": {}}
    executor, client = made(tmp_path, {"objects": [], "down": [down]})
    assert run(executor, "check", ACTION_TAG)[0].status == "failed"
    assert client.asked[0][0] == "verify"


def test_values_that_are_written_over_are_kept_before_the_run_begins(tmp_path: Path) -> None:
    kept: list[tuple[str, str]] = []
    held = [{"kind": "Secret", "name": "db", "held": {"password": "before-1"}}]
    recording = Recording(rc=0, events=(), stats={HERE: HostStats(ok=1)})
    answer = {"values": {"before-1": "b2xk"}}
    executor, client = made(tmp_path, answer, lambda *one: kept.append(one), apply=recording)
    result, _ = run(executor, "apply", **{HOLD: held})
    assert client.asked == [("hold", {"secrets": held})]
    assert kept == [("before-1", "b2xk")]
    written = [path.read_text() for path in Path(result.folder).rglob("*") if path.is_file()]
    assert not any("b2xk" in text or HOLD in text for text in written)


def test_nothing_is_applied_whose_values_can_not_be_kept(tmp_path: Path) -> None:
    recording = Recording(rc=0, events=(), stats={})
    executor, _ = made(tmp_path, {"values": {}}, apply=recording)
    with pytest.raises(PermanentError, match=r"cluster\.no_keeper"):
        run(executor, "apply", **{HOLD: [{"held": {"a": "before-1"}}]})
    moved = TemporaryError("cluster.held_moved", object="Secret demo/db")
    executor, _ = made(tmp_path, moved, lambda *one: None, apply=recording)
    with pytest.raises(TemporaryError, match=r"cluster\.held_moved"):
        run(executor, "apply", **{HOLD: [{"held": {"a": "before-1"}}]})


def test_braces_in_a_name_are_no_template(tmp_path: Path) -> None:
    executor, _ = made(tmp_path, {"objects": []})
    source = ClusterSource(kubeconfig="/k/{{ lookup('pipe', 'id') }}")
    with pytest.raises(UsageError, match=r"cluster\.name_unsafe"):
        executor.resolve(Scope(cluster=source))


def test_ctrl_c_stops_a_look(tmp_path: Path) -> None:
    executor, _ = made(tmp_path, KeyboardInterrupt())
    assert run(executor, "check")[0].status == "cancelled"


def test_an_apply_is_ansibles_on_this_machine_and_comes_back_as_the_cluster(
    tmp_path: Path,
) -> None:
    event = RunEvent(counter=1, kind="changed", host=HERE, task="Service demo/web")
    recording = Recording(rc=0, events=(event,), stats={HERE: HostStats(ok=1, changed=1)})
    executor, client = made(tmp_path, {"objects": []}, apply=recording)
    result, heard = run(executor, "apply")
    assert client.asked == []
    assert {one.host for one in (*heard, *result.events)} == {"lab"}
    assert list(result.stats) == ["lab"]
    given = (Path(result.folder) / "env" / "extra_vars.json").read_text()
    assert '"kiki_kubeconfig": "/k"' in given
    assert '"kiki_context": "lab"' in given
    assert '"kiki_evictions": "0"' in given
    inventory = (Path(result.folder) / "inventory" / "hosts.json").read_text()
    assert "/venv/bin/python" in inventory


def test_what_is_for_hosts_goes_to_hosts(tmp_path: Path) -> None:
    executor, client = made(tmp_path, {"objects": []})
    with pytest.raises(UsageError):
        executor.resolve(Scope())
    assert client.asked == []
    assert executor.versions() == {"ansible.builtin": "2.19.14"}


def test_values_go_to_the_client_alone_and_what_a_server_repeats_is_hidden(tmp_path: Path) -> None:
    said = {"code": "k8s.live_invalid", "params": {"message": "bad: value of db-root v1!"}}
    one = {"title": "Secret demo/db", "verb": "error", "diff": "", "problems": [said]}
    executor, client = made(tmp_path, {"objects": [one]})
    wanted = RunOrder(
        run_id="r-1", mode="check", artifact=PROGRAM, inventory=executor.resolve(SCOPE),
        scope=SCOPE, skip_tags=(PROBE_TAG,), secrets={"db-root": "v1"},
    )  # fmt: skip
    result = executor.run(wanted, lambda event: None, lambda process: None)
    assert client.asked[-1][1]["values"] == {"kiki_secret_db_root": "value of db-root v1"}
    assert "value of" not in repr(result)
    written = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert written
    assert all(b"value of" not in one for one in written)
