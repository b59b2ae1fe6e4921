"""Objects of a cluster as rows and texts, whatever they are like."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiki.model.errors import KikiError, PermanentError
from kiki.targets.kubernetes import answers, shown
from kiki.targets.kubernetes.answers import Heard
from kiki.targets.kubernetes.asking import kubectl, seconds
from kiki.targets.kubernetes.operations.events_list import answer as events
from kiki.targets.kubernetes.operations.events_list.operation import Fields as Events
from kiki.targets.kubernetes.operations.logs_show import answer as logs
from kiki.targets.kubernetes.operations.logs_show.operation import Fields as Logs
from kiki.targets.kubernetes.operations.object_show import answer as one
from kiki.targets.kubernetes.operations.object_show.operation import Fields as One
from kiki.targets.kubernetes.operations.objects_list import answer as objects
from kiki.targets.kubernetes.operations.objects_list.chosen import chosen_of
from kiki.targets.kubernetes.operations.objects_list.operation import Fields as Objects
from kiki.targets.kubernetes.operations.objects_list.operation import command
from kiki.targets.kubernetes.operations.rollout_show import answer as rollout
from kiki.targets.kubernetes.operations.rollout_show.operation import Fields as Rollout
from kiki.targets.kubernetes.operations.usage_show import answer as usage
from kiki.targets.kubernetes.operations.usage_show.operation import Fields as Usage

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
WAITING = {
    "metadata": {"name": "web-1"},
    "spec": {"containers": [{"name": "app", "image": "nginx:nope"}]},
    "status": {
        "phase": "Pending",
        "containerStatuses": [
            {"name": "app", "ready": False, "restartCount": 2,
             "state": {"waiting": {"reason": "ImagePullBackOff", "message": "Back-off"}}}
        ],
        "conditions": [{"type": "Ready", "status": "False", "reason": "ContainersNotReady"}],
    },
}  # fmt: skip
READY = {"metadata": {"name": "web-2"}, "status": {"phase": "Running", "conditions": [
    {"type": "Ready", "status": "True"}]}}  # fmt: skip
HEARD = Heard("en", lambda text: text.replace("hunter2", "***"))
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(["metadata", "name", "spec", "status", "conditions", "type",
                         "containers", "containerStatuses", "state", "waiting"]),
        inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@pytest.mark.parametrize(
    ("at", "said"),
    [("2026-03-01T11:59:30Z", "30s"), ("2026-03-01T11:50:00Z", "10m"),
     ("2026-03-01T11:59:00Z", "60s"), ("2026-02-27T11:00:00Z", "2d"),
     ("2026-03-02T11:00:00Z", "0s"), ("soon", "?"), (None, "?"),
     ("2026-03-01T11:59:30", "?")],
)  # fmt: skip
def test_ages(at: Any, said: str) -> None:
    assert shown.age(at, NOW) == said


@pytest.mark.parametrize(
    ("text", "value"),
    [("250m", 0.25), ("2", 2.0), ("64Mi", 2.0**26), ("1Ki", 1024.0), ("5n", 5e-9), ("x", None),
     (None, None)],
)  # fmt: skip
def test_quantities(text: Any, value: float | None) -> None:
    assert shown.quantity(text) == value


def test_why_a_pod_is_not_up() -> None:
    assert shown.pods([WAITING, READY]) == [
        ("web-1", "Pending", "no", "ImagePullBackOff: Back-off"),
        ("web-2", "Running", "yes", ""),
    ]
    assert shown.containers(WAITING) == [
        ("app", "nginx:nope", "waiting: ImagePullBackOff", "no", "2")
    ]


@given(ANYTHING)
def test_an_object_may_be_like_anything(found: Any) -> None:
    for read in (shown.why, shown.ready, shown.conditions, shown.containers):
        read(found)
    shown.pods([found])


def test_a_table_is_the_server_s_with_namespaces_where_all_are_asked() -> None:
    table = {
        "kind": "Pod", "plural": "pods", "namespaced": True, "left": 3,
        "columns": [{"name": "Name", "wide": False}, {"name": "IP", "wide": True}],
        "rows": [{"cells": ["web", None], "object": {"metadata": {"namespace": "demo"}}}],
    }  # fmt: skip
    made = objects.answer(Objects(resource="pods", everywhere=True), {"tables": [table]}, HEARD)
    assert made.tables[0].rows == (("demo", "web", ""),)
    assert [(c.name, c.wide) for c in made.tables[0].columns] == [
        ("Namespace", False), ("Name", False), ("IP", True)]  # fmt: skip
    assert [(r.code, r.params) for r in made.remarks] == [("answers.k8s_left", {"count": "3"})]
    wide = objects.answer(Objects(resource="pods", wide=True), {"tables": [table]}, HEARD)
    assert not any(column.wide for column in wide.tables[0].columns)


def test_one_object_and_its_events() -> None:
    event = {"type": "Warning", "reason": "Failed", "message": "m", "count": 3,
             "involvedObject": {"kind": "Pod", "name": "web-1"}}  # fmt: skip
    told = {"object": WAITING, "kind": "Pod", "namespace": "demo", "events": [event]}
    made = one.answer(One(name="web-1", resource="pods"), told, HEARD)
    assert [table.columns[0].name for table in made.tables] == [
        "field", "container", "condition", "age"]  # fmt: skip
    assert made.tables[-1].rows[0][1:] == ("Warning", "Failed", "Pod/web-1", "3", "m")
    assert "spec:" in made.excerpts[0].lines[0]


def test_a_secret_is_keys_and_sizes() -> None:
    secret = {"kind": "Secret", "metadata": {"name": "db"}, "data": {"password": "11 bytes"}}
    told = {"object": secret, "kind": "Secret", "namespace": "demo", "events": []}
    made = one.answer(One(name="db", resource="secrets"), told, HEARD)
    assert made.tables[1].rows == (("password", "11 bytes"),)
    assert made.excerpts == ()


def log(**fields: Any) -> dict[str, Any]:
    return {"pod": "web-1", "container": "app", "of": WAITING} | fields


def test_logs_are_masked_and_an_empty_one_says_why() -> None:
    told = {"logs": [log(text="a hunter2\nb\n"), log(text="")], "pods": 1, "namespace": "demo"}
    made = logs.answer(Logs(name="web"), told, HEARD)
    assert made.excerpts[0].lines == ("a ***", "b")
    assert [remark.code for remark in made.remarks] == ["answers.k8s_empty_log"]
    assert made.data[0] == {"pod": "web-1", "container": "app", "lines": ["a ***", "b"]}


def test_a_log_of_another_run_than_was_asked_for_says_so() -> None:
    told = {"logs": [log(text="last", instead=True)], "pods": 1, "namespace": "demo"}
    made = logs.answer(Logs(name="web", previous=True), told, HEARD)
    assert [remark.code for remark in made.remarks] == ["answers.k8s_previous_gone"]


def test_no_log_at_all_is_the_cluster_s_words() -> None:
    told = {"logs": [log(refused="is waiting")], "pods": 1, "namespace": "demo"}
    with pytest.raises(PermanentError) as caught:
        logs.answer(Logs(name="web"), told, HEARD)
    assert caught.value.params["message"] == "is waiting"


def test_pods_that_were_not_read_and_none_are_said() -> None:
    told = {"logs": [log(text="a")], "pods": 12, "namespace": "demo"}
    made = logs.answer(Logs(name="web"), told, HEARD)
    assert made.remarks[0].params == {"read": "1", "count": "12"}
    none = logs.answer(Logs(name="web"), {"logs": [], "pods": 0, "namespace": "demo"}, HEARD)
    assert none.remarks[0].code == "answers.k8s_no_pods"


def workload(**status: Any) -> dict[str, Any]:
    return {"metadata": {"name": "web", "generation": 2}, "spec": {"replicas": 2},
            "status": {"observedGeneration": 2, **status}}  # fmt: skip


@pytest.mark.parametrize(
    ("found", "kind", "done"),
    [
        (workload(updatedReplicas=2, availableReplicas=2, replicas=2), "Deployment", True),
        (workload(updatedReplicas=2, availableReplicas=1, replicas=2), "Deployment", False),
        (workload(updatedReplicas=2, availableReplicas=2, replicas=3), "Deployment", False),
        (workload(updatedReplicas=2, availableReplicas=2, observedGeneration=1), "Deployment",
         False),
        (workload(updatedReplicas=2, readyReplicas=2, replicas=2), "StatefulSet", True),
        (workload(desiredNumberScheduled=1, updatedNumberScheduled=1, numberReady=1,
                  numberAvailable=1), "DaemonSet", True),
    ],
)  # fmt: skip
def test_a_rollout_is_complete_or_not(found: Any, kind: str, done: bool) -> None:
    told = {"object": found, "kind": kind, "namespace": "demo", "pods": [READY]}
    made = rollout.answer(Rollout(name="web"), told, HEARD)
    assert made.data["done"] is done
    assert made.data["pods"][0]["pod"] == "web-2"


def test_usage_of_nodes_and_pods() -> None:
    node = {"metadata": {"name": "n1"}, "usage": {"cpu": "500m", "memory": "512Mi"}}
    told = {"items": [node], "have": {"n1": {"cpu": "2", "memory": "1Gi"}}}
    made = usage.answer(Usage(resource="nodes"), told, HEARD)
    assert made.tables[0].rows == (("n1", "500m", "25%", "512Mi", "50%"),)
    pod = {"metadata": {"name": "web", "namespace": "d"}, "containers": [
        {"usage": {"cpu": "1m", "memory": "1Mi"}}, {"usage": {"cpu": "2m"}}]}  # fmt: skip
    made = usage.answer(Usage(resource="pods", everywhere=True), {"items": [pod]}, HEARD)
    assert made.tables[0].rows == (("d", "web", "3m", "1Mi"),)


def test_events_of_all_namespaces_say_which() -> None:
    event = {"metadata": {"namespace": "demo"}, "reason": "Made"}
    told = {"events": [event], "left": 0, "no_namespace": ""}
    made = events.answer(Events(everywhere=True), told, HEARD)
    assert made.tables[0].rows[0][0] == "demo"


@pytest.mark.parametrize("status", [404, 403, 429, 500, 400])
def test_refusals_are_errors(status: int) -> None:
    with pytest.raises(KikiError) as caught:
        answers.require({"refused": {"status": status, "message": "no"}})
    assert caught.value.code.startswith("answers.k8s_")


def test_the_command_is_what_a_shell_takes() -> None:
    fields = Objects(resource="pods", namespace="demo", selector="a in (b,c)", wide=True)
    assert command(fields) == (
        "kubectl get pods --namespace=demo '--selector=a in (b,c)' --output=wide"
    )
    assert kubectl("get", "", x="") == "kubectl get"
    assert (seconds("2h"), seconds("")) == (7200, 0)


def test_a_state_chooses_the_rows_that_show_it() -> None:
    names = ("Name", "Ready", "Status")
    cells = [("a", "1/1", "Running"), ("b", "0/1", "CrashLoopBackOff"), ("c", "0/1", "Completed"),
             ("d", "0/1", "Running"), ("e", "0/1", "Init:Error")]  # fmt: skip
    table = {"columns": [{"name": one} for one in names], "rows": [{"cells": row} for row in cells]}

    def chosen(state: str) -> list[str]:
        return [row["cells"][0] for row in chosen_of(table, state)["rows"]]

    assert chosen("") == ["a", "b", "c", "d", "e"]
    assert chosen("CrashLoopBackOff") == ["b"]
    assert chosen("Error") == ["e"]
    assert chosen("failing") == ["b", "d", "e"]
    assert "grep" in command(Objects(resource="pods", state="Pending"))


def test_a_node_without_new_pods_is_well() -> None:
    cells = [("n1", "Ready,SchedulingDisabled"), ("n2", "NotReady")]
    table = {"columns": [{"name": "Name"}, {"name": "Status"}],
             "rows": [{"cells": row} for row in cells]}  # fmt: skip
    assert [row["cells"][0] for row in chosen_of(table, "failing")["rows"]] == ["n2"]


def test_those_that_use_most_come_first() -> None:
    def pod(name: str, memory: str) -> dict[str, Any]:
        used = {"usage": {"cpu": "1m", "memory": memory}}
        return {"metadata": {"name": name}, "containers": [used]}

    told = {"items": [pod("a", "9Mi"), pod("b", "100Mi"), pod("c", "20Mi")]}
    made = usage.answer(Usage(resource="pods", sort="memory"), told, HEARD)
    assert [row[0] for row in made.tables[0].rows] == ["b", "c", "a"]
