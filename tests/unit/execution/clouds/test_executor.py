"""Runs for a cloud: who does what, and how it comes back. The client is a fake, hosts are the
shipped one."""

import os
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from kiki.execution.clouds.driver import follow
from kiki.execution.clouds.executor import CloudExecutor
from kiki.execution.places import HERE
from kiki.execution.recorded import RecordedExecutor, Recording
from kiki.model.artifact import Artifact, File
from kiki.model.errors import TemporaryError, UsageError
from kiki.model.request import CloudSource, Scope
from kiki.model.run import PROBE_TAG, HostStats, RunEvent, RunMode, RunOrder, RunResult
from tests.unit.execution.clouds.fake_heat import FakeCloud

SAID = {
    "cloud": "lab", "server": "http://k/v3", "project": "demo", "project_id": "p", "domain": "d",
    "user": "kim", "user_id": "u", "region": "R",
}  # fmt: skip
SCOPE = Scope(cloud=CloudSource(file="/c/clouds.yaml", name="lab", named=True))
PROGRAM = Artifact(
    target="openstack", intent_digest="d", entry="apply.yaml", files=(File("apply.yaml", "x"),)
)
TITLE = "Stack app"
EVENT = RunEvent(counter=1, kind="changed", host=HERE, task=TITLE)


class Client:
    """A cloud that answers what it is given, by what is asked."""

    def __init__(self, **answers: Any) -> None:
        self.answers = answers
        self.asked: list[str] = []

    def identity(self, source: CloudSource) -> dict[str, str]:
        return SAID

    def python(self) -> Path:
        return Path("/venv/bin/python")

    def ask(
        self, source: Any, what: str, order: Any, say: Any = None, **options: Any
    ) -> dict[str, Any]:
        self.asked.append(what)
        if what == "follow":
            say({"task": "server CREATE_FAILED", "failed": True, "reason": "value of a v1"})
            return {}
        options.get("begun", lambda pid: None)(os.getpid())
        answer = self.answers.get(what, {"stacks": []})
        if isinstance(answer, BaseException):
            raise answer
        return dict(answer)


def value_of(name: str, version: str) -> str:
    return f"value of {name} {version}"


def made(tmp_path: Path, **answers: Any) -> tuple[CloudExecutor, Client, RecordedExecutor]:
    client = Client(**answers)
    recording = Recording(rc=0, events=(EVENT,), stats={HERE: HostStats(ok=1, changed=1)})
    hosts = RecordedExecutor(str(tmp_path), {"apply": recording})
    executor = CloudExecutor(
        hosts, client, str(tmp_path), value_of, guarded=("l*",)  # type: ignore[arg-type]
    )  # fmt: skip
    return executor, client, hosts


def run(executor: CloudExecutor, mode: RunMode, **more: Any) -> tuple[RunResult, list[RunEvent]]:
    heard: list[RunEvent] = []
    order = RunOrder(
        run_id=f"r-{mode}", mode=mode, artifact=PROGRAM, inventory=executor.resolve(SCOPE),
        scope=SCOPE, skip_tags=(PROBE_TAG,), secrets={"a": "v1"}, **more,
    )  # fmt: skip
    return executor.run(order, heard.append, lambda process: None), heard


def test_a_cloud_is_one_host_with_an_identity(tmp_path: Path) -> None:
    found = made(tmp_path)[0].resolve(SCOPE)
    assert (found.hosts, found.place and found.place.identity) == (("lab",), SAID)
    assert found.place is not None
    assert (found.place.kind, found.place.guarded) == ("cloud", True)


@pytest.mark.parametrize(
    ("scope", "code"),
    [
        (replace(SCOPE, limit="x"), "cloud.limit"),
        (Scope(cloud=CloudSource(file="/{{ a }}", name="lab")), "cloud.name_unsafe"),
    ],
)
def test_what_can_not_be_meant_is_refused(tmp_path: Path, scope: Scope, code: str) -> None:
    with pytest.raises(UsageError) as raised:
        made(tmp_path)[0].resolve(scope)
    assert raised.value.code == code


def test_a_plan_is_a_look_and_runs_nothing(tmp_path: Path) -> None:
    said = {"objects": [{"title": TITLE, "verb": "create", "problems": [], "diff": "x"}]}
    executor, client, _ = made(tmp_path, check=said)
    result, _ = run(executor, "check")
    assert client.asked == ["check"]
    assert result.reports == {"lab": said}


def test_what_the_cloud_says_of_a_secret_is_taken_out(tmp_path: Path) -> None:
    told = {"code": "openstack.live_refused", "params": {"message": "not value of a v1"}}
    said = {"objects": [{"title": TITLE, "verb": "error", "problems": [told], "diff": ""}]}
    result, _ = run(made(tmp_path, check=said)[0], "check")
    assert "value of a" not in str(result)


def test_an_apply_is_followed_and_looked_at_and_no_secret_is_told(tmp_path: Path) -> None:
    stacks = [{"title": TITLE, "id": "s-1", "params": {"status": "CREATE_COMPLETE"}}]
    executor, client, _ = made(tmp_path, after={"stacks": stacks})
    result, heard = run(executor, "apply")
    assert sorted(client.asked) == ["after", "follow"]
    assert (result.status, result.reports) == ("successful", {"lab": {"stacks": stacks}})
    assert {event.host for event in heard} == {"lab"}
    assert any(event.task == "server CREATE_FAILED" for event in heard)
    assert "value of a" not in str(heard)


def test_a_stack_that_failed_fails_the_run_whatever_the_module_says(tmp_path: Path) -> None:
    stacks = [{"title": TITLE, "id": "s-1", "params": {"status": "CREATE_FAILED"}}]
    result, _ = run(made(tmp_path, after={"stacks": stacks})[0], "apply")
    assert result.status == "failed"


def test_a_cloud_that_is_away_after_the_run_leaves_what_ansible_said(tmp_path: Path) -> None:
    away = TemporaryError("cloud.unreachable", cloud="lab", where="-", reason="r")
    result, _ = run(made(tmp_path, after=away)[0], "apply")
    assert (result.status, result.reports) == ("successful", {})


def event(name: str, status: str, stack: str, physical: str = "x") -> dict[str, Any]:
    links = [{"rel": "stack", "href": f"http://h/v1/p/stacks/{stack}/id-{stack}"}]
    return {"id": name, "resource_name": name, "resource_status": status, "links": links,
            "physical_resource_id": physical, "resource_status_reason": "why"}  # fmt: skip


def test_events_are_told_of_what_has_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.unit.execution.clouds.test_check import order

    class Ended(Exception):  # noqa: N818 -- stands for the end of the run
        pass

    def pause(seconds: float) -> None:
        raise Ended

    cloud, said = FakeCloud(), list[Any]()
    events = [
        event("server", "CREATE_IN_PROGRESS", "app"),
        event("0", "CREATE_FAILED", "app-servers-abc"),
        event("app", "CREATE_COMPLETE", "app", "id-app"),
    ]
    turns = [[], events]
    monkeypatch.setattr(follow, "_events", lambda cloud, name: turns.pop(0))
    monkeypatch.setattr(follow.time, "sleep", pause)
    with pytest.raises(Ended):
        follow.answer(cloud, order(tmp_path), said.append)  # type: ignore[arg-type]
    assert said == [{"task": "servers/0 CREATE_FAILED", "failed": True, "reason": "why"}]
