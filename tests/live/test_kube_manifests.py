"""Manifests of the user's own on a real Kubernetes: applied, changed, taken back, deleted."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import pytest

from kiki.model.exits import Exit
from tests.conftest import lab_missing
from tests.live.kiki_cli import Kiki
from tests.live.kube_lab import Cluster, namespace
from tests.live.test_kube_acts import plan
from tests.live.test_kube_changes import asked, codes, run, verbs

pytestmark = pytest.mark.clouds

WEB = """\
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      replicas: 0
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec:
          containers: [{name: web, image: "nginx:1.27", ports: [{containerPort: 80}]}]
    ---
    apiVersion: v1
    kind: Service
    metadata: {name: web}
    spec: {selector: {app: web}, ports: [{port: 80}]}
    """
GROUP = "kiki.example.com"


@pytest.fixture
def place(cluster: Cluster) -> Iterator[str]:
    with namespace(cluster, prefix="kl") as name:
        yield name


def write(kiki: Kiki, path: str, text: str) -> None:
    whole = kiki.folder / path
    whole.parent.mkdir(parents=True, exist_ok=True)
    whole.write_text(dedent(text))


def settings(name: str, value: str) -> str:
    return f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}}}\ndata: {{A: '{value}'}}\n"


def test_a_folder_is_applied_found_unchanged_changed_in_one_field_and_taken_back(
    kiki: Kiki, cluster: Cluster, place: str
) -> None:
    before = cluster.versions()
    write(kiki, "k8s/web.yaml", WEB)
    write(kiki, "k8s/settings.yaml", settings("app", "1"))
    words = f"k8s/ 폴더의 매니페스트를 {place} 네임스페이스에 적용해줘"
    planned = asked(kiki, words)
    names = [f"ConfigMap {place}/app", f"Deployment {place}/web", f"Service {place}/web"]
    assert verbs(planned) == [(name, "create") for name in names], planned.told
    write(kiki, "k8s/settings.yaml", settings("app", "9"))  # what was read is what is applied
    done = run(kiki, planned)
    assert (done.code, done.change["state"]) == (Exit.DONE, "applied"), done.told
    assert cluster.object("cm", "app", "-n", place)["data"] == {"A": "1"}

    write(kiki, "k8s/settings.yaml", settings("app", "1"))
    again = asked(kiki, words)
    assert (again.change["state"], {verb for _, verb in verbs(again)}) == ("applied", {"none"})

    write(kiki, "k8s/settings.yaml", settings("app", "2"))
    changed = asked(kiki, f"kubectl apply -f k8s -n {place}")
    assert verbs(changed) == [(names[0], "update"), (names[1], "none"), (names[2], "none")]
    assert "@@ data.A" in plan(changed)["diff"], changed.told
    second = run(kiki, changed)
    assert cluster.object("cm", "app", "-n", place)["data"] == {"A": "2"}, second.told

    for change, value in ((second, {"A": "1"}), (done, None)):
        back = run(kiki, kiki("undo", change.change["id"], "--json"))
        assert back.change["state"] == "applied", back.told
        if value:
            assert cluster.object("cm", "app", "-n", place)["data"] == value
    assert cluster.versions() == before


def test_what_somebody_else_owns_and_what_is_there_already_is_not_taken(
    kiki: Kiki, cluster: Cluster, place: str
) -> None:
    write(kiki, "app.yaml", settings("app", "2"))
    cluster("apply", "--server-side", "-n", place, "-f", "-", typed=settings("app", "1"))
    conflict = asked(kiki, f"kubectl apply -f app.yaml -n {place}")
    assert codes(conflict) == ["k8s.live_conflict"], conflict.told
    only_new = asked(kiki, f"kubectl create -f app.yaml -n {place}")
    assert codes(only_new) == ["k8s.live_exists"], only_new.told
    taken = run(kiki, asked(kiki, f"kubectl apply -f app.yaml -n {place}", "--take-over"))
    assert taken.change["state"] == "applied", taken.told
    assert cluster.object("cm", "app", "-n", place)["data"] == {"A": "2"}


def test_what_files_name_is_deleted_and_what_can_be_made_again_comes_back(
    kiki: Kiki, cluster: Cluster, place: str
) -> None:
    write(kiki, "web.yaml", WEB)
    assert run(kiki, asked(kiki, f"apply web.yaml in namespace {place}")).change["state"]
    planned = asked(kiki, f"kubectl delete -f web.yaml -n {place}")
    names = [f"Service {place}/web", f"Deployment {place}/web"]
    assert verbs(planned) == [(name, "delete") for name in names], planned.told
    assert planned.change["stages"][0]["plan"]["risk"] == "high"
    done = run(kiki, planned)
    assert done.change["state"] == "applied", done.told
    assert cluster("-n", place, "get", "deploy,svc", "-o", "name") == ""
    gone = asked(kiki, f"{place} 네임스페이스에서 web.yaml로 만든 것 지워줘")
    assert {verb for _, verb in verbs(gone)} == {"none"}, gone.told
    back = run(kiki, kiki("undo", done.change["id"], "--json"))
    assert back.change["state"] == "applied", back.told
    assert cluster.object("deploy", "web", "-n", place)["spec"]["replicas"] == 0


def test_a_namespace_and_a_kind_of_ones_own_come_before_what_stands_on_them(
    kiki: Kiki, cluster: Cluster
) -> None:
    with namespace(cluster, made=False) as place:
        plural = f"tools{place[3:]}"
        write(kiki, "all/1.yaml", f"""\
            apiVersion: {GROUP}/v1
            kind: Tool{place[3:]}
            metadata: {{name: one, namespace: {place}}}
            spec: {{size: 3}}
            """)  # fmt: skip
        write(kiki, "all/2.yaml", f"""\
            apiVersion: v1
            kind: List
            items:
            - apiVersion: apiextensions.k8s.io/v1
              kind: CustomResourceDefinition
              metadata: {{name: {plural}.{GROUP}}}
              spec:
                group: {GROUP}
                scope: Namespaced
                names: {{plural: {plural}, singular: tool{place[3:]}, kind: Tool{place[3:]}}}
                versions:
                - name: v1
                  served: true
                  storage: true
                  schema: {{openAPIV3Schema: {{type: object}}}}
            - {{apiVersion: v1, kind: Namespace, metadata: {{name: {place}}}}}
            """)  # fmt: skip
        planned = asked(kiki, "apply the manifests in all/")
        assert [task.partition(" ")[0] for task, _ in verbs(planned)] == [
            "Namespace", "CustomResourceDefinition", f"Tool{place[3:]}",
        ], planned.told  # fmt: skip
        assert planned.change["stages"][0]["plan"]["risk"] == "high"
        assert "k8s.kind_to_come" in planned.told
        # The lab's server of 1.20, built with a newer Go, dies of custom resources: see the docs.
        done = run(kiki, asked(kiki, "apply all/2.yaml"))
        assert done.change["state"] == "applied", done.told
        assert f"{plural}.{GROUP}" in cluster("get", "crd", "-o", "name")
        undo = kiki("undo", done.change["id"], "--json")
        back = run(kiki, undo, KIKI_ROLLOUT_TIMEOUT_S="120")  # a namespace goes slowly
        assert back.change["state"] == "applied", back.told
        assert f"{plural}.{GROUP}" not in cluster("get", "crd", "-o", "name")


def test_a_kustomization_is_applied_and_deleted(kiki: Kiki, cluster: Cluster, place: str) -> None:
    if not shutil.which("kubectl") and not shutil.which("kustomize"):
        lab_missing("neither kustomize nor kubectl is on the PATH")
    write(kiki, "base/kustomization.yaml", "resources: [app.yaml]\n")
    write(kiki, "base/app.yaml", settings("app", "1"))
    write(kiki, "overlays/prod/kustomization.yaml", f"""\
        resources: [../../base]
        namespace: {place}
        namePrefix: prod-
        """)  # fmt: skip
    planned = asked(kiki, "kubectl apply -k overlays/prod")
    assert verbs(planned) == [(f"ConfigMap {place}/prod-app", "create")], planned.told
    assert run(kiki, planned).change["state"] == "applied"
    again = asked(kiki, "overlays/prod 커스터마이즈 적용해줘")
    assert verbs(again) == [(f"ConfigMap {place}/prod-app", "none")], again.told
    done = run(kiki, asked(kiki, "kubectl delete -k overlays/prod"))
    assert done.change["state"] == "applied", done.told
    assert "prod-app" not in cluster("get", "cm", "-n", place, "-o", "name")


def test_values_of_a_secret_come_from_kiki_and_stand_in_no_file_of_it(
    kiki: Kiki, cluster: Cluster, place: str
) -> None:
    body = "apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData: {password: VALUE}\n"
    write(kiki, "db.yaml", body.replace("VALUE", "plain-hunter-value"))
    refused = asked(kiki, f"kubectl apply -f db.yaml -n {place}")
    assert refused.change["state"] == "invalid", refused.told
    assert "k8s.given_secret" in refused.told
    write(kiki, "db.yaml", body.replace("VALUE", "'{{secret:db-pw}}'"))
    kept = kiki("secret", "set", "db-pw", typed="kept-hunter-value\n")
    assert kept.code == Exit.DONE, kept.told
    done = run(kiki, asked(kiki, f"kubectl apply -f db.yaml -n {place}"))
    assert done.change["state"] == "applied", done.told
    stored = cluster("get", "secret", "db", "-n", place, "-o", "jsonpath={.data.password}")
    assert stored == "a2VwdC1odW50ZXItdmFsdWU="
    for path in (one for one in Path(kiki.state).rglob("*") if one.is_file()):
        assert b"hunter-value" not in path.read_bytes(), path
