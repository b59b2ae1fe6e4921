"""What only reads: answered without an approval, on record by its digest alone."""

from typing import Any

import pytest
from msgspec.structs import replace

from kiki.model.answer import Answer
from kiki.model.change import Change
from kiki.model.errors import CancelledError, PermanentError, StateError, TemporaryError, UsageError
from kiki.model.request import ClusterSource, Request
from kiki.service import answering
from kiki.targets.ansible import readers
from tests.unit.service.world import HOSTS, World, failing, recording, told

PING = "ansible.builtin.ping"
HERE = ClusterSource(kubeconfig="/k", context="lab")
PODS: dict[str, Any] = {
    "kind": "Pod", "plural": "pods", "namespaced": True, "left": 0,
    "columns": [{"name": "Name", "wide": False}],
    "rows": [{"cells": ["web"], "object": {"kind": "Pod", "metadata": {"name": "web"}}}],
}  # fmt: skip


@pytest.fixture
def pinged(world: World) -> World:
    world.recordings["read"] = recording({"n1": "ok", "n2": "ok"}, task="Ping")
    return world


def ping(world: World, **fields: Any) -> Request:
    return replace(world.request(kind="ping"), **fields)


class Cluster:
    """Answers as the driver does, one answer after the other, the last one for ever."""

    def __init__(self, *answers: dict[str, Any]) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[ClusterSource, str, dict[str, Any]]] = []

    def ask(
        self, source: ClusterSource, what: str, order: Any, *, timeout_s: float
    ) -> dict[str, Any]:
        self.asked.append((source, what, order))
        found = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        where = {"context": "lab", "cluster": "c", "namespace": "default"}
        return {"from": where, "answers": [found]}


def looked(world: World, cluster: Cluster, **fields: Any) -> tuple[Change, list[Answer]]:
    heard, listener = told()
    agent = world.process("kim", clusters=lambda: cluster)
    request = Request(flags={"kind": "objects-list", "set.resource": "pods"}, target="k8s")
    change = agent.submit(replace(request, **fields), listener)
    return change, [one.answer for one in heard if one.answer is not None]


def test_hosts_answer_and_nobody_approves(pinged: World) -> None:
    heard, listener = told()
    change = pinged.agent.submit(ping(pinged), listener)
    answers = [one.answer for one in heard if one.answer is not None]
    assert change.state == "answered"
    assert pinged.events(change) == ["request", "check_pass", "read"]
    assert [order.mode for order in pinged.executor.orders] == ["read"]
    assert answers[0].data == [{"kind": "ansible.ping", "data": dict.fromkeys(HOSTS, True)}]
    assert change.approval is None and change.stage.plan is None


def test_the_record_has_the_digest_and_not_the_data(pinged: World) -> None:
    heard, listener = told()
    change = pinged.agent.submit(ping(pinged), listener)
    answer = next(one.answer for one in heard if one.answer is not None)
    assert change.stage.answered is not None
    assert change.stage.answered.digest == answer.digest()
    record = pinged.records(change)[-1]
    assert (record.actor, record.data["answer"]) == ("kim", answer.digest())
    assert record.data["rows"] == 2
    assert "tables" not in str(pinged.stored(change))


def test_a_host_that_is_silent_is_named_beside_the_others(world: World) -> None:
    world.recordings["read"] = recording(
        {"n1": "ok", "n2": "unreachable"}, task="Ping", message="no route"
    )
    heard, listener = told()
    change = world.agent.submit(ping(world), listener)
    answer = next(one.answer for one in heard if one.answer is not None)
    assert change.state == "answered"
    assert answer.data[0]["data"] == {"n1": True, "n2": False}
    assert [(one.code, one.params["host"]) for one in answer.remarks] == [
        ("answers.host_unreachable", "n2")
    ]


def test_no_host_at_all_fails_it_with_the_reason(world: World) -> None:
    world.recordings["read"] = recording(dict.fromkeys(HOSTS, "unreachable"), task="Ping")
    with failing(TemporaryError, "execution.unreachable") as caught:
        world.agent.submit(ping(world))
    assert world.agent.get(caught.value.change_id).state == "failed"


def test_what_is_not_known_to_be_harmless_never_runs(
    pinged: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readers, "MODULES", frozenset())
    with failing(PermanentError, "answers.not_a_reader") as caught:
        pinged.agent.submit(ping(pinged))
    assert pinged.agent.get(caught.value.change_id).state == "failed"
    assert pinged.executor.orders == []


def test_what_changes_still_waits(world: World) -> None:
    assert world.submit().state == "awaiting_approval"


def test_it_is_asked_again_and_can_t_be_undone(pinged: World) -> None:
    change = pinged.agent.submit(ping(pinged))
    assert pinged.agent.replan(change.id).state == "answered"
    assert pinged.agent.redo(change.id).state == "answered"
    assert len(pinged.executor.orders) == 3
    with pytest.raises(StateError):
        pinged.agent.undo(change.id)


def test_ctrl_c_before_the_answer_leaves_it_checked(pinged: World) -> None:
    with pinged.armed(0, KeyboardInterrupt) as points:
        points.at = -1

        def cut(order: Any) -> None:
            raise KeyboardInterrupt

        pinged.executor.during = cut
        with pytest.raises(CancelledError) as caught:
            pinged.agent.submit(ping(pinged))
    assert pinged.agent.get(caught.value.change_id).state == "checked"


def test_a_cluster_is_asked_that_was_named_or_the_usual_one(world: World) -> None:
    cluster = Cluster({"tables": [PODS]})
    change, answers = looked(world, cluster, scope=replace(world.scope(), cluster=HERE))
    assert change.state == "answered"
    assert answers[0].tables[0].rows == (("web",),)
    looked(world, cluster)
    assert [source for source, _, _ in cluster.asked] == [HERE, ClusterSource()]
    assert cluster.asked[0][2]["asks"][0]["resource"] == "pods"


@pytest.mark.parametrize(
    ("said", "kind", "code"),
    [
        ({"status": 403, "reason": "Forbidden", "message": "no"}, PermanentError, "k8s_forbidden"),
        ({"status": 500, "reason": "x", "message": "no"}, TemporaryError, "k8s_refused"),
        ({"status": 400, "reason": "x", "message": "no"}, PermanentError, "k8s_refused"),
    ],
)
def test_what_the_cluster_refuses_is_said_in_its_words(
    world: World, said: Any, kind: Any, code: str
) -> None:
    with failing(kind, f"answers.{code}") as caught:
        looked(world, Cluster({"refused": said}))
    assert caught.value.params["message"] == "no"


def test_what_is_asked_of_a_cluster_is_no_part_of_a_change(world: World) -> None:
    message = "demo 네임스페이스 만들고 파드 목록 보여줘"
    with failing(UsageError, "k8s.read_apart"):
        world.agent.submit(Request(message=message))


def test_who_watches_gets_what_differs_until_ctrl_c(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    more = PODS | {"rows": PODS["rows"] * 2}
    cluster = Cluster({"tables": [PODS]}, {"tables": [PODS]}, {"tables": [more]})
    waited: list[float] = []

    def sleep(seconds: float) -> None:
        waited.append(seconds)
        if len(waited) == 4:
            raise KeyboardInterrupt

    monkeypatch.setattr(answering.time, "sleep", sleep)
    change, answers = looked(world, cluster, watch=True)
    assert [answer.rows for answer in answers] == [1, 2]
    assert change.state == "answered" and change.stage.answered is not None
    assert (change.stage.answered.answers, change.stage.answered.rows) == (2, 2)
    assert set(waited) == {answering.API_S}
