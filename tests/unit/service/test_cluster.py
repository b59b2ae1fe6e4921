"""Changes of a cluster through the whole service: named, bound to the very cluster, taken back.

The cluster is a set of titles: what is in it is there. Ansible is the shipped fake.
"""

import os
from pathlib import Path
from typing import Any

import pytest

from kiki.execution.clusters.driver import program
from kiki.execution.clusters.executor import HERE, ClusterExecutor
from kiki.execution.recorded import Recording
from kiki.model.change import Change
from kiki.model.errors import StaleError, TemporaryError
from kiki.model.request import ClusterSource, Request, Scope
from kiki.model.run import HostStats, RunEvent, RunOrder
from kiki.service.local import LocalAgent
from kiki.targets.kubernetes.outcome import UID
from tests.unit.service.world import World, failing

TITLE = "Namespace demo"
SAID = {
    "context": "lab", "cluster": "c", "user": "kim", "namespace": "default", "server": "https://h",
    "uid": "1-2-3", "version": "v1",
}  # fmt: skip


class Lab:
    """A cluster that has *there*; *problems* are said of every object, *down* after an apply."""

    def __init__(self) -> None:
        self.identified = dict(SAID)
        self.there: set[str] = set()
        self.problems: list[dict[str, Any]] = []
        self.down: list[dict[str, Any]] = []
        self.asked: list[str] = []
        self.away: TemporaryError | None = None

    def identity(self, source: ClusterSource) -> dict[str, str]:
        if self.away:
            raise self.away
        return dict(self.identified)

    def python(self) -> Path:
        return Path("/venv/bin/python")

    def ask(self, source: Any, what: str, order: Any, say: Any, **options: Any) -> dict[str, Any]:
        self.asked.append(what)
        options["begun"](os.getpid())
        steps = program.steps(order["folder"], order["entry"])
        return {"objects": [self._seen(step) for step in steps], "down": self.down}

    def _seen(self, step: program.Step) -> dict[str, Any]:
        there = step.title in self.there
        wanted = {"apply": "none" if there else "create", "delete": "delete" if there else "none"}
        about = step.body["metadata"]
        known = {"apiVersion": step.body["apiVersion"], "kind": step.body["kind"],
                 "name": about["name"], "namespace": ""}  # fmt: skip
        verb = "error" if self.problems else wanted[step.act]
        return {"title": step.title, "verb": verb, "problems": self.problems, "object": known,
                "diff": "", "back": None, "note": "", "uid": "u-1" if there else ""}  # fmt: skip

    def apply(self, order: RunOrder) -> None:
        """What Ansible would do there."""
        deletes = "state: absent" in order.artifact.text_of(order.artifact.entry)
        (self.there.discard if deletes else self.there.add)(TITLE)


def value_of(name: str, version: str) -> str:
    raise KeyError(name)


class Place:
    """The service with that cluster."""

    def __init__(self, world: World) -> None:
        self.world, self.lab = world, Lab()
        event = RunEvent(counter=1, kind="changed", host=HERE, task=TITLE,
                         result={"kept": {UID: "u-1"}})  # fmt: skip
        stats = {HERE: HostStats(ok=1, changed=1)}
        world.recordings["apply"] = Recording(rc=0, events=(event,), stats=stats)
        world.executor.during = self.lab.apply
        self.agent = self.process()

    def process(self, **guarded: Any) -> LocalAgent:
        executor = ClusterExecutor(
            self.world.executor, self.lab, str(self.world.folder), value_of, **guarded  # type: ignore[arg-type]
        )  # fmt: skip
        return self.world.process("kim", executor=lambda: executor)

    def submit(self, *, named: bool = True, **scope: Any) -> Change:
        source = ClusterSource(kubeconfig="/k", context="lab", named=named)
        flags = {"kind": "namespace-create", "name": "demo"}
        wanted = Request(flags=flags, target="k8s", scope=Scope(cluster=source, **scope))
        return self.agent.submit(wanted)

    def run(self, change: Change) -> Change:
        assert change.state == "awaiting_approval", (change.reason, change.params)
        assert change.stage.decisive is not None
        granted = self.agent.approve(change.id, change.stage.decisive.digest())
        return self.agent.run(granted.id)


@pytest.fixture
def place(world: World) -> Place:
    return Place(world)


def test_a_change_is_planned_applied_verified_and_taken_back(place: Place) -> None:
    planned = place.submit()
    assert planned.stage.decisive is not None
    assert planned.stage.decisive.identity == {"hosts": "lab", **SAID}
    assert set(planned.stage.decisive.files) == {
        "apply.yaml", "objects/001-namespace-demo.yaml",
    }  # fmt: skip
    done = place.run(planned)
    assert (done.state, place.lab.asked) == ("applied", ["check", "verify"])
    assert place.lab.there == {TITLE}
    back = place.agent.undo(done.id)
    assert [(act.task, act.verb) for act in back.stage.plan.actions] == [(TITLE, "delete")]  # type: ignore[union-attr]
    assert place.lab.there == {TITLE}  # a plan deletes nothing
    assert place.run(back).state == "applied"
    assert place.lab.there == set()
    assert place.agent.get(done.id).state == "undone"
    place.world.settle()


def test_nothing_is_planned_for_a_cluster_that_nobody_named(place: Place) -> None:
    change = place.submit(named=False)
    assert (change.state, change.request.scope.cluster) == ("checked", None)
    assert place.lab.asked == []


def test_the_same_name_for_another_cluster_voids_the_approval_at_once(place: Place) -> None:
    planned = place.submit()
    place.lab.identified["uid"] = "9-9-9"
    with failing(StaleError, "approval.moved"):
        place.run(planned)
    assert (place.agent.get(planned.id).state, place.lab.there) == ("stale", set())


def test_a_cluster_that_is_away_when_it_is_applied_leaves_the_approval(place: Place) -> None:
    planned = place.submit()
    place.lab.away = TemporaryError("cluster.unreachable", context="lab", reason="r")
    with failing(TemporaryError, "cluster.unreachable"):
        place.run(planned)
    assert (place.agent.get(planned.id).state, place.lab.there) == ("approved", set())


def test_what_the_cluster_refuses_fails_the_plan_and_is_forgotten_when_it_is_mended(
    place: Place,
) -> None:
    place.lab.problems = [{"code": "k8s.live_quota", "params": {"message": "m"}}]
    failed = place.submit()
    assert (failed.state, failed.reason) == ("failed", "k8s.live_quota")
    place.lab.problems = []
    mended = place.agent.replan(failed.id)
    assert mended.state == "awaiting_approval"
    codes = [found.code for found in mended.stage.findings]
    assert "k8s.live_quota" not in codes


def test_what_does_not_come_up_fails_and_says_why(place: Place) -> None:
    down = {"title": TITLE, "code": "k8s.down_slow", "params": {"state": "0/1"}}
    planned = place.submit()
    place.lab.down = [down]
    done = place.run(planned)
    assert (done.state, done.reason) == ("failed", "k8s.down_slow")


def test_what_is_there_needs_no_approval(place: Place) -> None:
    place.lab.there.add(TITLE)
    assert place.submit().state == "applied"
    assert place.world.executor.applies() == []
    assert place.lab.asked == ["check", "verify"]


def test_what_is_there_but_not_up_is_no_success(place: Place) -> None:
    place.lab.there.add(TITLE)
    place.lab.down = [{"title": TITLE, "code": "k8s.down_slow", "params": {"state": "0/1"}}]
    change = place.submit()
    assert (change.state, change.reason) == ("failed", "k8s.down_slow")


@pytest.mark.parametrize(
    ("guarded", "scope", "risk"),
    [((), {}, "low"), (("l*",), {}, "high"), ((), {"take_over": True}, "high")],
)
def test_production_and_taking_over_are_of_high_risk(
    place: Place, guarded: tuple[str, ...], scope: dict[str, Any], risk: str
) -> None:
    place.agent = place.process(guarded=guarded)
    plan = place.submit(**scope).stage.plan
    assert plan is not None
    assert plan.risk == risk


def test_somebody_who_moved_it_since_stops_the_undo(place: Place) -> None:
    done = place.run(place.submit())
    place.lab.there.clear()
    back = place.agent.undo(done.id)
    assert (back.state, back.reason) == ("refused", "undo.moved")
