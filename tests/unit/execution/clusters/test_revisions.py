"""The revisions of a workload: which are its own, in which order, and the way back to one."""

from typing import Any

import pytest

from kiki.execution.clusters.driver import revisions

NUMBER = "deployment.kubernetes.io/revision"
CAUSE = "kubernetes.io/change-cause"


def workload(kind: str = "Deployment") -> dict[str, Any]:
    return {"kind": kind, "metadata": {"namespace": "shop", "uid": "u1"}}


def about(uid: str, notes: dict[str, str] | None, *, controller: bool = True) -> dict[str, Any]:
    owner = {"uid": uid, "controller": controller}
    found: dict[str, Any] = {"ownerReferences": [owner], "creationTimestamp": "2026-01-01"}
    return found | ({"annotations": notes} if notes is not None else {})


def replica_set(number: str, image: str, uid: str = "u1", **notes: str) -> dict[str, Any]:
    labels = {"app": "web", "pod-template-hash": f"h{number}"}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [{"image": image}]}}
    return {"metadata": about(uid, {NUMBER: number, **notes}), "spec": {"template": template}}


def controller_revision(number: int, image: str) -> dict[str, Any]:
    template = {"spec": {"containers": [{"image": image}]}}
    data = {"spec": {"template": template}}
    return {"metadata": about("u1", None), "revision": number, "data": data}


@pytest.mark.parametrize(
    ("kind", "kept"),
    [
        ("Deployment", "replicasets"),
        ("StatefulSet", "controllerrevisions"),
        ("DaemonSet", "controllerrevisions"),
    ],
)
def test_where_the_revisions_are_listed(kind: str, kept: str) -> None:
    assert revisions.path(workload(kind)) == f"/apis/apps/v1/namespaces/shop/{kept}"


def test_only_its_own_in_the_order_of_their_numbers() -> None:
    listed = [
        replica_set("10", "web:3"),
        replica_set("2", "web:2", **{CAUSE: "new image"}),
        replica_set("5", "other:1", uid="u2"),
    ]
    found = revisions.of(workload(), listed)
    assert [one.number for one in found] == [2, 10], "as numbers, and not as texts"
    assert (found[0].cause, found[0].made) == ("new image", "2026-01-01")
    assert found[1].cause == ""


def test_an_owner_that_is_no_controller_does_not_count() -> None:
    one = replica_set("1", "web:1")
    one["metadata"]["ownerReferences"] = [{"uid": "u1", "controller": False}, {"uid": "u1"}]
    two = {"metadata": {}, "spec": {"template": {}}}
    assert revisions.of(workload(), [one, two]) == []


def test_a_template_is_without_the_hash_that_its_replica_set_added() -> None:
    one = replica_set("1", "web:1")
    (found,) = revisions.of(workload(), [one])
    assert found.template["metadata"]["labels"] == {"app": "web"}
    kept = one["spec"]["template"]["metadata"]["labels"]
    assert "pod-template-hash" in kept, "what was listed stays as it is"


def test_a_replica_set_without_a_number_is_the_oldest() -> None:
    one = replica_set("3", "web:1")
    two = replica_set("4", "web:2")
    del two["metadata"]["annotations"]
    assert [found.number for found in revisions.of(workload(), [one, two])] == [0, 3]


def test_other_workloads_have_controller_revisions() -> None:
    listed = [controller_revision(2, "db:2"), controller_revision(1, "db:1")]
    found = revisions.of(workload("StatefulSet"), listed)
    assert [one.number for one in found] == [1, 2]
    assert found[0].template == {"spec": {"containers": [{"image": "db:1"}]}}


def test_which_is_chosen() -> None:
    found = revisions.of(workload(), [replica_set(str(one), f"web:{one}") for one in (1, 2, 4)])
    first, before, present = found
    assert revisions.chosen(found, 0) is before
    assert revisions.chosen(found, 1) is first
    assert revisions.chosen(found, 4) is present
    assert revisions.chosen(found, 3) is None
    assert revisions.chosen([present], 0) is None, "there is none before the only one"
    assert revisions.chosen([], 0) is None


def test_the_patch_replaces_the_whole_template() -> None:
    (found,) = revisions.of(workload(), [replica_set("1", "web:1")])
    template = revisions.patch(found)["spec"]["template"]
    assert template["$patch"] == "replace", "or what was added since would stay"
    assert template["spec"] == {"containers": [{"image": "web:1"}]}
    assert "$patch" not in found.template
