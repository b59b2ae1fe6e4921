"""What is read from a cluster: pages, workloads' pods, refusals; and no value of any secret."""

import ast
import json
from pathlib import Path
from typing import Any

import pytest

from kiki.execution.clusters.driver import labels, reading, resources, secrecy
from kiki.execution.clusters.driver.connection import Refused
from kiki.execution.clusters.driver.faults import Fault

VALUE = "Geheim-4711"
SECRET = {
    "kind": "Secret",
    "metadata": {
        "name": "db",
        "managedFields": [1],
        "annotations": {
            "kubectl.kubernetes.io/last-applied-configuration": VALUE,
            "mine": "kept",
        },
    },
    "data": {"password": "R2VoZWltLTQ3MTE=", "odd": "***"},
    "stringData": {"plain": VALUE},
    "type": "Opaque",
}


class Fake:
    """An API that has what it was given, by path; every request is kept."""

    context, cluster, namespace = "lab", "c", "here"

    def __init__(self, **has: Any) -> None:
        self.has: dict[str, Any] = {f"/{path}": found for path, found in has.items()}
        self.asked: list[tuple[str, dict[str, Any]]] = []

    def get(self, path: str, **query: Any) -> Any:
        given = {key: value for key, value in query.items() if value != ""}
        self.asked.append((path, given))
        found = self.has.get(path)
        if found is None:
            body = {"message": f"{path} not found", "reason": "NotFound"}
            raise Refused(404, body)
        if isinstance(found, Exception):
            raise found
        return found.pop(0) if isinstance(found, list) else found

    table = get

    def text(self, path: str, **query: Any) -> str:
        return str(self.get(path, **query))


def one(api: Fake, **ask: Any) -> dict[str, Any]:
    told = reading.answer(api, {"asks": [ask]}, lambda said: None)  # type: ignore[arg-type]
    assert told["from"] == {"context": "lab", "cluster": "c", "namespace": "here"}
    found: dict[str, Any] = told["answers"][0]
    return found


def path(text: str) -> str:
    return text.lstrip("/")


def rows(*names: str) -> list[dict[str, Any]]:
    return [{"cells": [name], "object": {"metadata": {"name": name}}} for name in names]


def pod(name: str, *containers: str) -> dict[str, Any]:
    listed = [{"name": container} for container in containers]
    return {"metadata": {"name": name}, "spec": {"containers": listed}}


def test_pages_are_put_together_and_what_is_left_is_said() -> None:
    pages = [
        {"columnDefinitions": [{"name": "Name", "priority": 1}], "rows": rows("a"),
         "metadata": {"continue": "x", "remainingItemCount": 1}},
        {"rows": rows("b"), "metadata": {}},
    ]  # fmt: skip
    api = Fake(**{path("/api/v1/namespaces/demo/pods"): pages})
    found = one(api, ask="objects", resource="pods", namespace="demo", selector="app=web")
    table = found["tables"][0]
    assert [row["cells"] for row in table["rows"]] == [["a"], ["b"]]
    assert (table["columns"], table["left"]) == ([{"name": "Name", "wide": True}], 0)
    assert api.asked[1][1] == {"limit": 500, "labelSelector": "app=web", "continue": "x"}


def test_everywhere_is_no_namespace_and_none_is_the_context_s() -> None:
    empty = {"rows": []}
    api = Fake(**{path("/api/v1/pods"): empty, path("/api/v1/namespaces/here/pods"): empty,
                  path("/api/v1/namespaces/here"): {}})  # fmt: skip
    assert "no_namespace" not in one(api, ask="objects", resource="pods", everywhere=True)
    assert "no_namespace" not in one(api, ask="objects", resource="pods")


def test_a_namespace_that_is_not_there_is_said() -> None:
    api = Fake(**{path("/api/v1/namespaces/nope/pods"): {"rows": []}})
    found = one(api, ask="objects", resource="pods", namespace="nope")
    assert found["no_namespace"] == "nope"


def test_no_value_of_a_secret_gets_out() -> None:
    table = {"rows": [{"cells": ["db"], "object": SECRET}]}
    api = Fake(**{path("/api/v1/namespaces/here/secrets"): table,
                  path("/api/v1/namespaces/here/secrets/db"): SECRET,
                  path("/api/v1/namespaces/here/events"): {}})  # fmt: skip
    listed = one(api, ask="objects", resource="secrets")
    shown = one(api, ask="described", resource="secrets", name="db")
    for found in (listed, shown):
        told = json.dumps(found)
        assert VALUE not in told and "R2VoZWlt" not in told and "managedFields" not in told
    assert shown["object"]["data"] == {"password": "11 bytes", "odd": "0 bytes"}
    assert shown["object"]["metadata"]["annotations"] == {"mine": "kept"}


def test_a_secret_in_a_list_that_does_not_say_its_kind() -> None:
    plain = {key: value for key, value in SECRET.items() if key != "kind"}
    assert VALUE not in json.dumps(secrecy.without_values({"items": [plain]}))


def test_a_refusal_is_the_server_s_own_words() -> None:
    body = {"message": "pods is forbidden", "reason": "Forbidden"}
    api = Fake(**{path("/api/v1/namespaces/here/pods"): Refused(403, body)})
    found = one(api, ask="objects", resource="pods")
    assert found == {
        "refused": {"status": 403, "reason": "Forbidden", "message": "pods is forbidden"}
    }


def test_the_log_of_a_workload_is_that_of_its_pods() -> None:
    base = "/apis/apps/v1/namespaces/here/deployments/web"
    web = {"spec": {"selector": {"matchLabels": {"app": "web"}}}}
    log = "/api/v1/namespaces/here/pods/web-1/log"
    api = Fake(**{path(base): web, path("/api/v1/namespaces/here/pods"): {
        "items": [pod("web-1", "app", "side")]}, path(log): "one\ntwo\n"})  # fmt: skip
    found = one(api, ask="logs", name="web", lines=2, since=60, previous=True)
    assert [(log["container"], log["text"]) for log in found["logs"]] == [
        ("app", "one\ntwo\n"), ("side", "one\ntwo\n")]  # fmt: skip
    assert ("/api/v1/namespaces/here/pods", {"labelSelector": "app=web", "limit": 500}) in api.asked
    assert api.asked[-1][1] == {
        "container": "side", "tailLines": 2, "sinceSeconds": 60, "previous": "true"}  # fmt: skip


def test_what_has_no_log_says_why_and_what_is_nobody_s_is_not_found() -> None:
    log = "/api/v1/namespaces/here/pods/web/log"
    no = Refused(400, {"message": "container is waiting"})
    api = Fake(**{path("/api/v1/namespaces/here/pods/web"): pod("web", "app"), path(log): no})
    found = one(api, ask="logs", name="web")
    assert found["logs"][0]["refused"] == "container is waiting"
    assert one(Fake(), ask="logs", name="web")["refused"]["status"] == 404


class Gone(Fake):
    """A node that keeps the log of the last run only, or of none."""

    def __init__(self, kept: bool, **found: Any) -> None:
        super().__init__(**found)
        self._kept = kept

    def text(self, path: str, **query: Any) -> str:
        if self._kept and not query["previous"]:
            return "last\n"
        return "unable to retrieve container logs for containerd://1"


@pytest.mark.parametrize(("kept", "told"), [(True, "text"), (False, "refused")])
def test_a_log_that_is_gone_is_no_line_of_a_container(kept: bool, told: str) -> None:
    api = Gone(kept, **{path("/api/v1/namespaces/here/pods/web"): pod("web", "app")})
    (found,) = one(api, ask="logs", name="web", previous=True)["logs"]
    assert found["instead"]
    assert found[told].startswith("last" if kept else "unable to retrieve")
    assert ("text" in found, "refused" in found) == (kept, not kept)


def test_usage_without_what_measures_it() -> None:
    found = one(Fake(), ask="usage", resource="nodes")
    assert found["fault"] == {"code": "answers.k8s_no_metrics", "params": {"context": "lab"}}


def test_expressions_of_a_selector() -> None:
    expressions = [{"key": "a", "operator": "In", "values": ["x", "y"]},
                   {"key": "b", "operator": "DoesNotExist"}]  # fmt: skip
    found = {"matchLabels": {"app": "web"}, "matchExpressions": expressions}
    assert labels.query(found) == "app=web,a in (x,y),!b"


def test_kinds_that_only_the_cluster_knows() -> None:
    groups = {"groups": [{"name": "acme.io", "preferredVersion": {"groupVersion": "acme.io/v1"}}]}
    entry = {"name": "widgets", "singularName": "widget", "kind": "Widget", "namespaced": True,
             "shortNames": ["wd"]}  # fmt: skip
    has = {path("/apis"): groups, path("/apis/acme.io/v1"): {"resources": [entry]},
           path("/api/v1"): {"resources": []}}  # fmt: skip
    for word in ("widgets", "Widget", "wd", "widgets.acme.io"):
        found = resources.found(Fake(**has), word)  # type: ignore[arg-type]
        assert found.path("demo", "x") == "/apis/acme.io/v1/namespaces/demo/widgets/x"
    with pytest.raises(Fault) as caught:
        resources.found(Fake(**has), "gadgets")  # type: ignore[arg-type]
    assert caught.value.code == "answers.k8s_no_such_kind"


def test_the_reader_has_no_way_to_write() -> None:
    """Only GET: of the connection nothing else is called."""
    called = set()
    for module in (reading, resources, secrecy):
        for node in ast.walk(ast.parse(Path(module.__file__).read_text("utf-8"))):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                called |= {node.attr} if node.value.id == "api" else set()
    assert called <= {"get", "table", "text", "context", "cluster", "namespace"}
