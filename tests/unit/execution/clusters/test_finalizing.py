"""A namespace that stays Terminating: what is told of it, against an API server in memory."""

from typing import Any

from kiki.execution.clusters.driver import check
from kiki.execution.clusters.driver.program import Step
from tests.unit.execution.clusters.fake_api import FakeApi, thing

SINCE = "2026-01-01T00:00:00Z"
BODY = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "demo"}}


def terminating(*finalizers: str, **conditions: str) -> dict[str, Any]:
    listed = [{"type": one, "status": "True", "message": said} for one, said in conditions.items()]
    quiet = {"type": "NamespaceDeletionContentFailure", "status": "False", "message": "All well"}
    about = {"name": "demo", "uid": "u1", "deletionTimestamp": SINCE}
    spec, status = {"finalizers": list(finalizers)}, {"conditions": [quiet, *listed]}
    return {**BODY, "metadata": about, "spec": spec, "status": status}


def found(api: FakeApi, *, after: bool = False) -> dict[str, Any]:
    step = Step("it", "finalize", BODY)
    return check.Checker(api, "default", [step], after=after).check(step)  # type: ignore[arg-type]


def codes(one: dict[str, Any]) -> list[str]:
    return [problem["code"] for problem in one["problems"]]


def test_what_holds_it_is_told_in_the_servers_words_and_what_stays_behind_by_name() -> None:
    said = "Some resources are remaining: configmaps. has 1 resource instances"
    live = terminating("kubernetes", NamespaceContentRemaining=said)
    one = found(FakeApi(live, thing("ConfigMap", "held")))
    assert (one["verb"], one["uid"]) == ("delete", "u1")
    assert one["diff"] == "@@ spec.finalizers\n-kubernetes\n  stays behind: ConfigMap held\n"
    assert codes(one) == ["k8s.live_held", "k8s.live_left_behind"]
    assert one["problems"][0]["params"] == {
        "reason": "NamespaceContentRemaining", "message": said,
    }  # fmt: skip


def test_one_that_may_go_by_itself_is_told_so() -> None:
    assert codes(found(FakeApi(terminating("kubernetes")))) == ["k8s.live_not_held"]
    assert codes(found(FakeApi(terminating("kubernetes", "site/own")))) == []


def test_one_that_nobody_deleted_is_refused() -> None:
    live = {**BODY, "metadata": {"name": "demo", "uid": "u1"}, "spec": {"finalizers": ["a"]}}
    one = found(FakeApi(live))
    assert (one["verb"], codes(one)) == ("error", ["k8s.live_not_terminating"])


def test_one_that_is_gone_needs_nothing() -> None:
    assert codes(found(FakeApi())) == ["k8s.live_not_there"]
    assert found(FakeApi(), after=True)["verb"] == "none"
    again = {**BODY, "metadata": {"name": "demo", "uid": "u2"}}
    assert found(FakeApi(again), after=True)["verb"] == "none"
    assert found(FakeApi(terminating("kubernetes")), after=True)["verb"] == "delete"
