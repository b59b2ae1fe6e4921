"""Which pods leave a node that is drained, which stay, and what a disruption budget holds."""

from typing import Any

import pytest

from kiki.execution.clusters.driver import draining
from kiki.execution.clusters.driver.connection import Refused
from tests.unit.execution.clusters.fake_api import refused, thing


class Node:
    """An API server with the pods of one node; *held* are those that may not be evicted."""

    def __init__(self, *pods: dict[str, Any], held: dict[str, Refused] | None = None) -> None:
        self.pods = pods
        self.held = held or {}
        self.tries: list[tuple[str, str, Any]] = []

    def get(self, path: str, **query: Any) -> dict[str, Any]:
        assert (path, query) == ("/api/v1/pods", {"fieldSelector": "spec.nodeName=n1"})
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


def test_a_budget_is_asked_as_a_dry_run_in_the_query_and_in_the_body() -> None:
    held = {"web": refused(429, "TooManyRequests")}
    node = Node(pod("web", "ReplicaSet"), pod("api", "ReplicaSet"), held=held)
    assert draining.refused(node, list(node.pods)) == ["demo/web"]  # type: ignore[arg-type]
    method, path, body = node.tries[0]
    assert (method, path) == ("POST", "/api/v1/namespaces/demo/pods/web/eviction")
    assert body["deleteOptions"] == {"dryRun": ["All"]}


def test_a_missing_right_is_no_budget() -> None:
    node = Node(pod("web", "ReplicaSet"), held={"web": refused(403, "Forbidden")})
    with pytest.raises(Refused):
        draining.refused(node, list(node.pods))  # type: ignore[arg-type]
