"""Which pods leave a node that is drained, which stay, and what disruption budgets say of them."""

from typing import Any

import pytest

from kiki.execution.clusters.driver import budgets, draining
from kiki.execution.clusters.driver.connection import Refused
from tests.unit.execution.clusters.fake_api import refused, thing


class Node:
    """An API server of 1.20 with the pods of one node; *held* are those that may not be evicted,
    *budget* is for all of them where there is one."""

    def __init__(
        self,
        *pods: dict[str, Any],
        held: dict[str, Refused] | None = None,
        budget: dict[str, Any] | None = None,
    ) -> None:
        self.pods = pods
        self.held = held or {}
        self.budget = budget
        self.tries: list[tuple[str, str, Any]] = []

    def get(self, path: str, **query: Any) -> dict[str, Any]:
        if path.startswith("/apis/policy/v1/"):
            raise refused(404, "NotFound")
        if path == "/apis/policy/v1beta1/namespaces/demo/poddisruptionbudgets":
            return {"items": [self.budget] if self.budget else []}
        assert query.pop("fieldSelector") == "spec.nodeName=n1"
        if path == "/api/v1/namespaces/demo/pods":
            assert query.pop("labelSelector") == "app=web,tier in (a,b)"
        assert not query
        return {"items": list(self.pods)}

    def tried(self, method: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
        self.tries.append((method, path, body))
        if (name := body["metadata"]["name"]) in self.held:
            raise self.held[name]
        return {}


def pod(name: str, owner: str = "", *, scratch: bool = False, **more: Any) -> dict[str, Any]:
    volumes = [{"name": "a", "emptyDir": {}}] if scratch else []
    owners = [{"kind": owner, "name": "o"}] if owner else []
    about = {"ownerReferences": owners, **more.pop("metadata", {})}
    return thing("Pod", name, spec={"volumes": volumes}, metadata=about, **more)


def sorts(*pods: dict[str, Any]) -> tuple[list[str], list[str], list[str], list[str]]:
    found = draining.pods_of(Node(*pods), "n1")  # type: ignore[arg-type]
    going = [draining.called(one) for one in found.going]
    return going, found.scratch, found.bare, found.staying


def test_daemons_and_static_pods_stay() -> None:
    static = pod("static", metadata={"annotations": {"kubernetes.io/config.mirror": "x"}})
    assert sorts(pod("daemon", "DaemonSet"), static, pod("web", "ReplicaSet")) == (
        ["demo/web"], [], [], ["demo/daemon", "demo/static"],
    )  # fmt: skip


def test_what_is_lost_and_what_nobody_makes_again_is_named() -> None:
    assert sorts(pod("cache", "ReplicaSet", scratch=True), pod("bare")) == (
        ["demo/cache", "demo/bare"], ["demo/cache"], ["demo/bare"], [],
    )  # fmt: skip


def test_a_pod_that_has_ended_is_no_loss() -> None:
    ended = pod("once", scratch=True, status={"phase": "Succeeded"})
    assert sorts(ended) == (["demo/once"], [], [], [])


def test_a_budget_is_asked_as_a_dry_run_in_the_query_and_in_the_body_and_is_named() -> None:
    cause = {"reason": "DisruptionBudget", "message": "The disruption budget web needs 1"}
    held = {"web": refused(429, "TooManyRequests", causes=[cause])}
    node = Node(pod("web", "ReplicaSet"), pod("api", "ReplicaSet"), held=held)
    found = budgets.held(node, list(node.pods))  # type: ignore[arg-type]
    assert found == ["demo/web (The disruption budget web needs 1)"]
    method, path, body = node.tries[0]
    assert (method, path) == ("POST", "/api/v1/namespaces/demo/pods/web/eviction")
    assert body["deleteOptions"] == {"dryRun": ["All"]}


def test_a_missing_right_is_no_budget() -> None:
    node = Node(pod("web", "ReplicaSet"), held={"web": refused(403, "Forbidden")})
    with pytest.raises(Refused):
        budgets.held(node, list(node.pods))  # type: ignore[arg-type]


@pytest.mark.parametrize(("allowed", "told"), [(0, False), (1, True), (2, False)])
def test_what_a_budget_lets_go_one_after_another_is_told(allowed: int, told: bool) -> None:
    tier = {"key": "tier", "operator": "In", "values": ["a", "b"]}
    budget = {
        "metadata": {"name": "web", "namespace": "demo"},
        "spec": {"selector": {"matchLabels": {"app": "web"}, "matchExpressions": [tier]}},
        "status": {"disruptionsAllowed": allowed},
    }
    ended = pod("old", status={"phase": "Succeeded"})
    node = Node(pod("a", "ReplicaSet"), pod("b", "ReplicaSet"), ended, budget=budget)
    found = budgets.in_turn(node, "n1", list(node.pods))  # type: ignore[arg-type]
    wanted = {"budget": "demo/web", "count": "1", "pods": "demo/a, demo/b"}
    assert found == ([wanted] if told else [])
