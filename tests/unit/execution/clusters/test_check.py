"""What a program would do to a cluster, against an API server in memory."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiki.execution.clusters.driver import check, comparing, connection, owners
from kiki.execution.clusters.driver.connection import Api
from kiki.execution.clusters.driver.program import Step
from tests.unit.execution.clusters.fake_api import FakeApi, merged, path_of, refused, thing

SECRET = "R2VoZWlt"


def plain(one: dict[str, Any]) -> dict[str, Any]:
    about = {key: value for key, value in one["metadata"].items() if key != "uid"}
    return {**one, "metadata": about}


def found(api: FakeApi, *steps: Step) -> list[dict[str, Any]]:
    checker = check.Checker(api, "default", list(steps))  # type: ignore[arg-type]
    return [checker.check(step) for step in steps]


def apply(one: dict[str, Any], *, force: bool = False) -> Step:
    return Step("it", "apply", plain(one), force=force)


def codes(one: dict[str, Any]) -> list[str]:
    return [problem["code"] for problem in one["problems"]]


WEB = thing("Service", "web", spec={"type": "ClusterIP"})


def test_what_is_not_there_is_created_and_shown_whole() -> None:
    (one,) = found(FakeApi(), apply(WEB))
    assert (one["verb"], one["problems"], one["back"]) == ("create", [], None)
    assert "+  type: ClusterIP\n" in one["diff"]
    assert one["object"] == {
        "apiVersion": "v1", "kind": "Service", "name": "web", "namespace": "demo",
    }  # fmt: skip


def test_what_is_the_same_is_left() -> None:
    api = FakeApi({**WEB, "status": {"x": 1}})
    (one,) = found(api, apply(WEB))
    assert (one["verb"], one["diff"]) == ("none", "")
    assert [method for method, _, _ in api.tries] == ["PATCH"]


def test_a_change_names_fields_owners_and_the_way_back() -> None:
    managed = [{"manager": "kubectl", "fieldsV1": {"f:spec": {"f:type": {}}}}]
    live = thing("Service", "web", spec={"type": "NodePort"}, metadata={"managedFields": managed})
    (one,) = found(FakeApi(live), apply(WEB))
    assert one["verb"] == "update"
    assert one["diff"] == "@@ spec.type (kubectl)\n-NodePort\n+ClusterIP\n"
    assert (one["back"], one["uid"]) == ({"spec": {"type": "NodePort"}}, "uid-web")


def test_what_the_server_adds_by_itself_is_a_change_that_is_shown() -> None:
    api = FakeApi(WEB)
    api.defaults = {"metadata": {"annotations": {"injected": "yes"}}}
    (one,) = found(api, apply(WEB))
    assert "@@ metadata.annotations" in one["diff"]


def test_fields_of_others_are_a_problem_until_they_are_taken() -> None:
    causes = [{"reason": "FieldManagerConflict", "field": ".spec.type",
               "message": 'conflict with "kubectl" using v1'}]  # fmt: skip
    live = thing("Service", "web", spec={"type": "NodePort"})
    api = FakeApi(live)
    api.refuse[path_of(WEB)] = refused(409, "Conflict", causes=causes)
    (one,) = found(api, apply(WEB))
    assert one["problems"] == [
        {"code": "k8s.live_conflict", "params": {"owner": "kubectl", "fields": "spec.type"}}
    ]
    assert "+ClusterIP" in one["diff"]
    (taken,) = found(api, apply(WEB, force=True))
    assert (taken["verb"], taken["problems"]) == ("update", [])


RBAC = (
    'services "web" is forbidden: User "kim" cannot patch resource "services" in API group ""'
    ' in the namespace "demo"'
)
HOOK = 'admission webhook "v.example.com" denied the request: no'
AWAY = 'failed calling webhook "v.example.com": Post "https://v/": connection refused'


@pytest.mark.parametrize(
    ("error", "code", "params"),
    [
        (refused(403, "Forbidden", RBAC), "forbidden",
         {"user": "kim", "verb": "patch", "resource": "services", "namespace": "demo"}),
        (refused(403, "Forbidden", RBAC.rpartition(" in the")[0]), "forbidden_wide",
         {"user": "kim", "verb": "patch", "resource": "services"}),
        (refused(403, "Forbidden", "exceeded quota: q"), "quota", {"message": "exceeded quota: q"}),
        (refused(400, "BadRequest", HOOK), "webhook", {"webhook": "v.example.com"}),
        (refused(400, "BadRequest", 'admission webhook "v" does not support dry run'),
         "webhook_no_dry_run", {"webhook": "v"}),
        (refused(500, "InternalError", f"Internal error occurred: {AWAY}"), "webhook_down",
         {"webhook": "v.example.com", "message": 'Post "https://v/": connection refused'}),
        (refused(404, "NotFound", kind="namespaces", name="demo"), "namespace_missing",
         {"namespace": "demo"}),
        (refused(422, "Invalid", causes=[{"field": "spec.selector", "message":
                                          "field is immutable"}]), "immutable",
         {"fields": "spec.selector"}),
        (refused(422, "Invalid", causes=[{"field": "spec.x", "message": "wrong"}]), "invalid",
         {"message": "spec.x: wrong"}),
        (refused(500, "InternalError", "boom"), "refused", {"message": "boom"}),
    ],
)  # fmt: skip
def test_a_refusal_is_named_and_is_that_objects_alone(
    error: connection.Refused, code: str, params: dict[str, str]
) -> None:
    other = thing("ConfigMap", "b", data={})
    api = FakeApi()
    api.refuse[path_of(WEB)] = error
    wrong, well = found(api, apply(WEB), apply(other))
    assert codes(wrong) == [f"k8s.live_{code}"]
    assert params.items() <= wrong["problems"][0]["params"].items()
    assert well["verb"] == "create"


def test_a_kind_that_the_server_has_not_is_named() -> None:
    body = {"apiVersion": "x.io/v1", "kind": "Thing", "metadata": {"name": "a"}}
    (one,) = found(FakeApi(), Step("it", "apply", body))
    assert codes(one) == ["k8s.live_kind_not_served"]


def test_an_object_comes_with_its_kind() -> None:
    names = {"kind": "Thing", "plural": "things"}
    spec = {"group": "x.io", "names": names}
    definition = {
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
        "metadata": {"name": "things.x.io"}, "spec": spec,
    }  # fmt: skip
    body = {"apiVersion": "x.io/v1", "kind": "Thing", "metadata": {"name": "a"}}
    inside = Step("it", "apply", body)
    _, made = found(FakeApi(), Step("kind", "apply", definition), inside)
    assert (made["verb"], made["note"], made["problems"]) == ("create", "k8s.kind_to_come", [])
    _, gone = found(FakeApi(), Step("kind", "delete", definition), inside._replace(act="delete"))
    assert (gone["verb"], codes(gone)) == ("none", ["k8s.live_not_there"])


def test_an_object_comes_with_its_namespace() -> None:
    api = FakeApi()
    made, inside = found(api, apply(thing("Namespace", "demo")), apply(WEB))
    assert (made["verb"], inside["verb"]) == ("create", "create")
    assert inside["note"] == "k8s.namespace_to_come"
    there = FakeApi(thing("Namespace", "demo"))
    assert found(there, apply(thing("Namespace", "demo")), apply(WEB))[1]["note"] == ""


def test_an_object_that_says_no_namespace_is_not_guessed() -> None:
    body = plain(WEB)
    del body["metadata"]["namespace"]
    assert codes(found(FakeApi(), Step("it", "apply", body))[0]) == ["k8s.live_no_namespace"]


def test_values_of_a_secret_are_nowhere() -> None:
    old = thing("Secret", "s", data={"p": "YWx0"}, metadata={
        "annotations": {comparing.LAST_APPLIED: "YWx0"}})  # fmt: skip
    new = thing("Secret", "s", data={"p": SECRET, "q": SECRET})
    told = json.dumps([found(FakeApi(old), apply(new)), found(FakeApi(), apply(new))])
    assert SECRET not in told
    assert "YWx0" not in told
    assert "6 bytes" in told
    one = found(FakeApi(old), apply(new))[0]
    assert one["back"] == {"data": {"q": None}}, "what is added goes; what was there has a name"
    assert (one["held"], one["version"]) == (["p"], old["metadata"]["resourceVersion"])
    assert "held" not in found(FakeApi(), apply(new))[0]


def test_what_is_being_deleted_is_not_changed() -> None:
    live = thing("Service", "web", metadata={"deletionTimestamp": "now"})
    assert codes(found(FakeApi(live), apply(WEB))[0]) == ["k8s.live_being_deleted"]


def gone(one: dict[str, Any], uid: str = "") -> Step:
    return Step("it", "delete", plain(one), uid=uid)


def test_only_the_very_object_is_deleted() -> None:
    assert found(FakeApi(WEB), gone(WEB, "uid-web"))[0]["verb"] == "delete"
    assert codes(found(FakeApi(WEB), gone(WEB, "older"))[0]) == ["k8s.live_other_object"]
    assert found(FakeApi(), gone(WEB, "uid-web"))[0]["verb"] == "none"


def test_a_namespace_goes_only_with_what_is_known() -> None:
    space = thing("Namespace", "demo")
    owned = thing("Pod", "p", metadata={"ownerReferences": [{"kind": "ReplicaSet"}]})
    built_in = thing("ConfigMap", "kube-root-ca.crt", data={})
    token = thing("Secret", "t", type="kubernetes.io/service-account-token")
    api = FakeApi(space, WEB, owned, built_in, token, thing("Event", "e"))
    assert found(api, gone(WEB), gone(space, "uid-demo"))[1]["verb"] == "delete"
    alone = found(api, gone(space, "uid-demo"))[0]
    assert alone["problems"][0]["params"] == {"objects": "Service web"}


def test_a_patch_goes_back_only_where_the_object_is() -> None:
    step = Step("it", "patch", {**plain(WEB), "spec": {"type": "NodePort"}})
    assert found(FakeApi(WEB), step)[0]["diff"] == "@@ spec.type\n-ClusterIP\n+NodePort\n"
    assert codes(found(FakeApi(), step)[0]) == ["k8s.live_gone"]


def deployed(**more: Any) -> dict[str, Any]:
    pods = {"spec": {"containers": [{"name": "nginx", "image": "nginx:1.27"}]}}
    spec = {"replicas": 1, "selector": {"matchLabels": {"app": "web"}}, "template": pods}
    return thing("Deployment", "web", spec=spec, **more)


def adjusted(spec: dict[str, Any]) -> Step:
    return Step("it", "adjust", {**plain(deployed()), "spec": spec})


def test_a_count_is_changed_where_the_object_is() -> None:
    (one,) = found(FakeApi(deployed()), adjusted({"replicas": 5}))
    assert (one["verb"], one["diff"]) == ("update", "@@ spec.replicas\n-1\n+5\n")
    assert one["back"] == {"spec": {"replicas": 1}}
    assert codes(found(FakeApi(), adjusted({"replicas": 5}))[0]) == ["k8s.live_missing"]


def test_a_container_that_is_not_there_is_not_added() -> None:
    strange = {"template": {"spec": {"containers": [{"name": "web", "image": "nginx:1.28"}]}}}
    (one,) = found(FakeApi(deployed()), adjusted(strange))
    assert one["problems"] == [
        {"code": "k8s.live_no_container", "params": {"names": "web", "there": "nginx"}}
    ]


def test_a_restart_is_always_a_change_and_is_not_asked_for_again_afterwards() -> None:
    notes = {"kubectl.kubernetes.io/restartedAt": "{{ now() }}"}
    spec = {"template": {"metadata": {"annotations": notes}}}
    step = Step("it", "restart", {**plain(deployed()), "spec": spec})
    (one,) = found(FakeApi(deployed()), step)
    assert (one["verb"], one["back"], one["once"]) == ("update", None, True)
    assert "{{" not in one["diff"]
    after = check.Checker(FakeApi(deployed()), "default", [step], after=True)  # type: ignore[arg-type]
    assert after.check(step)["verb"] == "none"


def test_what_goes_with_a_deletion_is_said_and_what_can_be_made_again_is_kept() -> None:
    notes = {"deployment.kubernetes.io/revision": "3", "team": "a"}
    live = deployed(metadata={"annotations": notes, "managedFields": []})
    pod = thing("Pod", "web-1", metadata={"labels": {"app": "web"}})
    (one,) = found(FakeApi(live, pod), Step("it", "delete", plain(deployed())))
    assert (one["verb"], one["problems"]) == ("delete", [])
    assert "- with it: Pod web-1\n" in one["diff"]
    assert one["kept"]["spec"] == live["spec"]
    assert one["kept"]["metadata"] == {
        "name": "web", "namespace": "demo", "annotations": {"team": "a"},
    }  # fmt: skip


def test_what_holds_or_owns_a_deleted_object_is_said_and_nothing_is_kept() -> None:
    held = deployed(metadata={"finalizers": ["a/b"], "ownerReferences": [
        {"kind": "App", "name": "shop"}]})  # fmt: skip
    (one,) = found(FakeApi(held), Step("it", "delete", plain(deployed())))
    assert one["verb"] == "delete"
    assert codes(one) == ["k8s.live_finalizers", "k8s.live_owned"]
    assert one["kept"] is None


def test_of_a_deleted_secret_all_but_its_values_is_kept() -> None:
    notes = {comparing.LAST_APPLIED: SECRET, "note": "kept"}
    live = thing("Secret", "db", data={"a": SECRET}, metadata={"annotations": notes})
    (one,) = found(FakeApi(live), Step("it", "delete", plain(live)))
    assert (one["verb"], one["held"]) == ("delete", ["a"])
    assert one["kept"]["metadata"]["annotations"] == {"note": "kept"}
    assert "data" not in one["kept"]
    assert SECRET not in json.dumps(one)
    token = thing("Secret", "t", data={"a": SECRET}, type="kubernetes.io/service-account-token")
    (one,) = found(FakeApi(token), Step("it", "delete", plain(token)))
    assert one["kept"] is None


@pytest.mark.parametrize(
    ("patch", "told", "held"),
    [
        ({"data": {"a": "old", "b": None}}, {"data": {"b": None}}, ["a"]),
        ({"data": {"a": "old"}, "type": "Opaque"}, {"type": "Opaque"}, ["a"]),
        ({"data": None}, {"data": None}, []),
        ({"metadata": {"annotations": {comparing.LAST_APPLIED: "old"}}},
         {"metadata": {"annotations": {}}}, []),
    ],
)  # fmt: skip
def test_the_way_back_of_a_secret_has_no_value(
    patch: dict[str, Any], told: dict[str, Any], held: list[str]
) -> None:
    assert comparing.parted(patch) == (told, held)


def test_a_namespace_that_is_deleted_by_word_lists_what_is_in_it() -> None:
    space = thing("Namespace", "demo")
    (one,) = found(FakeApi(space, WEB), Step("it", "delete", plain(space)))
    assert (one["verb"], one["kept"]) == ("delete", None)
    assert "- with it: Service web\n" in one["diff"]


def test_nothing_to_delete_is_said_and_stops_nothing() -> None:
    (one,) = found(FakeApi(), Step("it", "delete", plain(WEB)))
    assert (one["verb"], codes(one)) == ("none", ["k8s.live_not_there"])


class Pool:
    """What urllib3 is to the driver; remembers what it was asked."""

    status, data = 200, b"{}"

    def request(self, method: str, url: str, **options: Any) -> "Pool":
        self.asked = (method, url, options["body"])
        return self


class Client:
    def __init__(self) -> None:
        self.rest_client = self
        self.pool_manager = Pool()
        self.configuration = self
        self.host, self.ssl_ca_cert, self.cert_file = "https://h", None, None

    def auth_settings(self) -> dict[str, dict[str, str]]:
        return {}


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
def test_a_try_says_so_wherever_the_server_reads_it(method: str) -> None:
    client = Client()
    api = Api(client, {"name": "c"}, 5)
    api.tried(method, "/api/v1/namespaces/a", {"preconditions": {"uid": "u"}})
    asked, url, body = client.pool_manager.asked
    assert (asked, url) == (method, "https://h/api/v1/namespaces/a?dryRun=All")
    said = json.loads(body).get("dryRun")
    assert said == (["All"] if method == "DELETE" else None)


TREES = st.recursive(
    st.integers() | st.text(max_size=3) | st.booleans(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner),
    max_leaves=8,
)
OBJECTS = st.dictionaries(st.text(max_size=2), TREES, max_size=4)


@given(old=OBJECTS, new=OBJECTS)
def test_the_way_back_leads_back(old: dict[str, Any], new: dict[str, Any]) -> None:
    assert merged(new, comparing.back(old, new)) == old
    assert bool(comparing.fields(old, new)) == (old != new)


def test_owners_are_found_through_lists_and_below() -> None:
    containers = {'k:{"name":"a"}': {".": {}, "f:image": {}}}
    fields = {"f:spec": {"f:containers": containers}, "f:data": {}}
    live = {
        "spec": {"containers": [{"name": "b"}, {"name": "a", "image": "x"}]},
        "metadata": {"managedFields": [{"manager": "hpa", "fieldsV1": fields}]},
    }
    assert owners.owners(live, ("spec", "containers", 1, "image")) == ["hpa"]
    assert owners.owners(live, ("spec", "containers", 0, "image")) == []
    assert owners.owners(live, ("spec", "containers")) == ["hpa"]
    assert owners.owners(live, ("data", "key")) == ["hpa"]
    assert owners.owners(live, ("spec", "replicas")) == []


def creating(*, after: bool, live: bool) -> dict[str, Any]:
    api = FakeApi(*([WEB] if live else []))
    step = Step("it", "create", plain(WEB))
    return check.Checker(api, "default", [step], after=after).check(step)  # type: ignore[arg-type]


def test_what_is_only_to_be_created_must_not_be_there() -> None:
    assert creating(after=False, live=False)["verb"] == "create"
    one = creating(after=False, live=True)
    assert (one["verb"], codes(one)) == ("error", ["k8s.live_exists"])
    assert creating(after=True, live=True)["verb"] == "none"
    assert creating(after=True, live=False)["verb"] == "create"
