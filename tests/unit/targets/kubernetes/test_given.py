"""The user's own manifests: taken in or not, and what they mean to policy and to the program."""

from typing import Any, Literal

import pytest

from kiki.model.artifact import Artifact, File
from kiki.model.errors import UsageError
from kiki.model.finding import Finding
from kiki.model.intent import Intent, Operation
from kiki.model.inventory import Inventory
from kiki.model.profile import Profile
from kiki.model.request import Request, Scope
from kiki.pipeline import build
from kiki.targets import registry
from kiki.targets.kubernetes.given import gathering
from kiki.targets.kubernetes.given.laying import laid, places
from kiki.targets.kubernetes.given.meaning import judged
from kiki.targets.port import Taken

K8S = registry.target("k8s")
MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: NAME}\ndata: {a: b}\n"


class Disk:
    """Files by path; folders are what lies before a slash."""

    def __init__(self, **files: str) -> None:
        self.files = {
            path.replace("__", "/").replace("_yaml", ".yaml"): files[path] for path in files
        }
        self.built_of: list[str] = []

    def sort(self, path: str) -> Literal["file", "folder"]:
        if path in self.files:
            return "file"
        if path == "." or any(known.startswith(path.rstrip("/") + "/") for known in self.files):
            return "folder"
        raise UsageError("files.missing", path=path)

    def names(self, folder: str) -> tuple[str, ...]:
        start = "" if folder == "." else folder.rstrip("/") + "/"
        rest = [known.removeprefix(start) for known in self.files if known.startswith(start)]
        names = {one.partition("/")[0] + ("/" if "/" in one else "") for one in rest}
        return tuple(sorted(names))

    def read(self, path: str, within: str = "") -> str:
        return self.files[path]

    def built(self, folder: str) -> str:
        self.built_of.append(folder)
        return MAP.replace("NAME", "built")


def config(name: str) -> str:
    return MAP.replace("NAME", name)


def asked(*paths: str, kind: str = "k8s.manifests_apply", **fields: Any) -> Intent:
    operation = Operation(kind=kind, fields={"paths": list(paths), **fields})
    return Intent(target="k8s", name="case", operations=(operation,), reader="rules")


def taken(disk: Disk, *paths: str, kind: str = "k8s.manifests_apply", **fields: Any) -> Taken:
    return K8S.take_in(asked(*paths, kind=kind, **fields), lambda: disk)


def given(found: Taken) -> dict[str, str]:
    assert found.findings == (), found.findings
    return {file.path: file.text for file in found.intent.operations[0].given}


def wrong(found: Taken) -> list[tuple[str, str, int]]:
    assert all(not operation.given for operation in found.intent.operations)
    return [(one.code, one.file, one.line) for one in found.findings]


def test_files_and_folders_are_taken_as_they_are_and_once() -> None:
    disk = Disk(web_yaml=config("web"), db__a_yaml=config("a"), db__deep__b_yaml=config("b"))
    disk.files |= {"db/.hidden.yaml": "x", "db/notes.txt": "x", "db/c.json": '{"kind": "List"}'}
    del disk.files["db/c.json"]
    assert given(taken(disk, "./web.yaml", "db/", "web.yaml")) == {
        "web.yaml": config("web"), "db/a.yaml": config("a"),
    }  # fmt: skip
    whole = given(taken(disk, "db", recursive=True))
    assert list(whole) == ["db/a.yaml", "db/deep/b.yaml"]


def test_what_was_taken_is_never_read_again() -> None:
    first = taken(Disk(web_yaml=config("web")), "web.yaml")
    again = K8S.take_in(first.intent, lambda: Disk())
    assert again.intent == first.intent
    assert first.intent.digest() != asked("web.yaml").digest()


SECRET = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\n"
BAD = {
    "missing": ("nope.yaml", {}, [("files.missing", "nope.yaml", 0)]),
    "empty": ("a.yaml", {"a_yaml": "# nothing\n"}, [("k8s.nothing_here", "a.yaml", 0)]),
    "broken among good ones": (
        "a.yaml",
        {"a_yaml": f"{config('one')}---\na: [\n---\n{config('two')}"},
        [("documents.unclosed", "a.yaml", 7)],
    ),
    "a list of nothing": ("a.yaml", {"a_yaml": "- 1\n"}, [("k8s.not_an_object", "a.yaml", 1)]),
    "no manifests": ("d", {"d__notes": "x"}, [("k8s.given_nothing", "d", 0)]),
    "only deeper": ("d", {"d__e__a_yaml": config("a")}, [("k8s.given_deeper", "d", 0)]),
    "a chart": ("d", {"d__Chart_yaml": "name: x\n"}, [("k8s.given_chart", "d", 0)]),
    "a template": (
        "a.yaml",
        {"a_yaml": "kind: Pod\nmetadata:\n  name: {{ .Values.name }}\n"},
        [("k8s.given_template", "a.yaml", 3)],
    ),
    "a kustomization": (
        "d",
        {"d__kustomization_yaml": "resources: []\n"},
        [("k8s.given_kustomization", "d", 0)],
    ),
    "twice": (
        "d",
        {"d__a_yaml": config("one"), "d__b_yaml": config("one")},
        [("k8s.given_twice", "d/b.yaml", 1)],
    ),
    "no name": (
        "a.yaml",
        {"a_yaml": "apiVersion: v1\nkind: Pod\nmetadata: {generateName: x}\n"},
        [("k8s.given_unnamed", "a.yaml", 3)],
    ),
    "an address": ("https://example.com/a.yaml", {}, [
        ("k8s.given_url", "https://example.com/a.yaml", 0),
    ]),
    "a secret": (
        "a.yaml",
        {"a_yaml": SECRET + "data: {p: aHVudGVy}\n"},
        [("k8s.given_secret", "a.yaml", 4)],
    ),
    "a secret half named": (
        "a.yaml",
        {"a_yaml": SECRET + "stringData: {p: '{{secret:pw}}', q: plain}\n"},
        [("k8s.given_secret", "a.yaml", 4)],
    ),
    "a secret in a list": (
        "a.yaml",
        {"a_yaml": "apiVersion: v1\nkind: List\nitems:\n"
                   "- {apiVersion: v1, kind: Secret, metadata: {name: s}, stringData: {p: q}}\n"},
        [("k8s.given_secret", "a.yaml", 4)],
    ),
    "what kubectl kept of a secret": (
        "a.yaml",
        {"a_yaml": "apiVersion: v1\nkind: Secret\nmetadata:\n  name: s\n  annotations:\n"
                   "    kubectl.kubernetes.io/last-applied-configuration: '{}'\n"},
        [("k8s.given_secret", "a.yaml", 6)],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_what_can_t_be_taken_is_told_with_its_place_and_nothing_is_kept(case: str) -> None:
    path, files, expected = BAD[case]
    assert wrong(taken(Disk(**files), path)) == expected  # type: ignore[arg-type]


def test_with_one_bad_file_none_is_taken() -> None:
    disk = Disk(a_yaml=config("a"), b_yaml=SECRET + "stringData: {p: hunter}\n")
    found = taken(disk, "a.yaml", "b.yaml")
    assert wrong(found) == [("k8s.given_secret", "b.yaml", 4)]
    assert "hunter" not in repr(found)


def test_an_object_of_another_namespace_than_was_said_is_refused() -> None:
    text = config("a").replace("{name: a}", "{name: a, namespace: other}")
    assert wrong(taken(Disk(a_yaml=text), "a.yaml", namespace="shop")) == [
        ("k8s.given_namespace", "a.yaml", 3),
    ]
    assert given(taken(Disk(a_yaml=text), "a.yaml", namespace="other"))


def test_too_much_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gathering, "MAX_FILES", 2)
    disk = Disk(d__a_yaml=config("a"), d__b_yaml=config("b"), d__c_yaml=config("c"))
    assert wrong(taken(disk, "d")) == [("k8s.given_too_much", "d", 0)]


def test_of_a_deletion_only_names_are_taken() -> None:
    disk = Disk(a_yaml=SECRET + "stringData: {p: hunter}\n---\n" + config("a"))
    found = taken(disk, "a.yaml", kind="k8s.manifests_delete")
    assert "hunter" not in repr(found)
    assert "a: b" not in given(found)["a.yaml"]
    file = K8S.render(found.intent, "playbook", Profile()).files[0]
    assert file.path == "case.delete.yaml"
    assert file.text.index("kind: ConfigMap") < file.text.index("kind: Secret")


def test_a_secret_whose_values_are_named_needs_these() -> None:
    disk = Disk(a_yaml=SECRET + "stringData: {p: '{{secret:pw}}'}\n")
    assert K8S.secrets(taken(disk, "a.yaml").intent) == ("pw",)


class TestKustomizations:
    def disk(self, **files: str) -> Disk:
        return Disk(**({"base__kustomization_yaml": "resources: [a.yaml]\n",
                        "base__a_yaml": config("a"),
                        "prod__kustomization_yaml": "resources: [../base]\n"} | files))  # fmt: skip

    @pytest.mark.parametrize("path", ["prod", "prod/", "prod/kustomization.yaml"])
    def test_it_is_built_and_stands_beside_its_file(self, path: str) -> None:
        disk = self.disk()
        assert list(given(taken(disk, path, kustomize=True))) == ["prod/built.yaml"]
        assert disk.built_of == ["prod"]

    @pytest.mark.parametrize(
        ("text", "code"),
        [
            ("resources: [https://example.com/base]\n", "kustomize.remote"),
            ("resources: ['github.com/acme/base?ref=v1']\n", "kustomize.remote"),
            ("resources: [not-here]\n", "kustomize.remote"),
            ("patches: [{path: not-here.yaml}]\n", "kustomize.remote"),
            ("helmCharts: [{name: x}]\n", "kustomize.programs"),
            ("generators: [a.yaml]\n", "kustomize.programs"),
            ("resources: [\n", "kustomize.broken"),
            ("- 1\n", "kustomize.broken"),
        ],
    )
    def test_nothing_is_built_that_is_not_all_here(self, text: str, code: str) -> None:
        disk = self.disk(base__kustomization_yaml=text)
        assert wrong(taken(disk, "prod", kustomize=True))[0][0] == code
        assert disk.built_of == []

    def test_a_folder_without_one_is_refused(self) -> None:
        found = taken(Disk(d__a_yaml=config("a")), "d", kustomize=True)
        assert wrong(found) == [("kustomize.missing", "d", 0)]

    def test_bases_that_name_each_other_end(self) -> None:
        disk = self.disk(base__kustomization_yaml="resources: [../prod]\n")
        assert given(taken(disk, "prod", kustomize=True))


def test_files_never_stand_outside_the_artifact() -> None:
    assert laid("../../etc/x.yaml") == "given/up/up/etc/x.yaml"
    assert laid("/srv/x.yaml") == "given/srv/x.yaml"
    assert laid("./a/../b.yaml") == "given/b.yaml"


def programmed(text: str, **fields: Any) -> dict[str, str]:
    found = taken(Disk(a_yaml=text), "a.yaml", **fields)
    artifact = K8S.render(found.intent, "playbook", Profile())
    inventory = Inventory(text="", hosts=("lab",), hostvars={})
    return {file.path: file.text for file in K8S.program(artifact, inventory, Scope()).files}


def test_what_others_stand_on_is_first_and_every_object_has_its_namespace() -> None:
    text = f"""\
apiVersion: example.com/v1
kind: Wide
metadata: {{name: w}}
---
{config("a")}---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {{name: wides.example.com}}
spec: {{group: example.com, scope: Cluster, names: {{kind: Wide, plural: wides}}, versions: []}}
---
apiVersion: v1
kind: Namespace
metadata: {{name: shop}}
---
apiVersion: v1
kind: Service
metadata: {{name: s}}
spec: {{ports: [{{port: 80}}, {{port: 53, protocol: UDP}}]}}
"""
    files = programmed(text, namespace="shop")
    assert [path.partition("-")[2] for path in files if path.startswith("objects/")] == [
        "namespace-shop.yaml", "customresourcedefinition-wides-example-com.yaml",
        "wide-w.yaml", "configmap-a.yaml", "service-s.yaml",
    ]  # fmt: skip
    assert "namespace: shop" in files["objects/004-configmap-a.yaml"]
    assert "namespace" not in files["objects/003-wide-w.yaml"]
    assert files["objects/005-service-s.yaml"].count("protocol: TCP") == 1
    assert "type: Established" in files["apply.yaml"]


class TestPolicy:
    def verdict(self, text: str, profile: Profile | None = None, **fields: Any) -> list[Finding]:
        found = taken(Disk(a_yaml=text), "a.yaml", **fields)
        built = build(found.intent, Request(), profile or Profile())
        return [one for one in built.findings if one.code.startswith("policy.")]

    def codes(self, text: str, profile: Profile | None = None, **fields: Any) -> set[str]:
        return {one.code for one in self.verdict(text, profile, **fields)}

    def pod(self, spec: str = "") -> str:
        containers = "containers: [{name: c, image: 'evil.example.com/x:1'}]"
        head = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\n"
        return f"{head}spec: {{{spec}{containers}}}\n"

    def test_images_are_those_that_the_site_allows(self) -> None:
        profile = Profile(allowed_images=("good.example.com/*",))
        assert "policy.image_not_allowed" in self.codes(self.pod(), profile)

    def test_namespaces_of_the_cluster_itself_are_high(self) -> None:
        assert "policy.namespace_protected" in self.codes(config("a"), namespace="kube-system")

    def test_rights_are_judged_by_what_they_give(self) -> None:
        group = "rbac.authorization.k8s.io"
        text = (
            f"apiVersion: {group}/v1\nkind: ClusterRoleBinding\nmetadata: {{name: b}}\n"
            f"roleRef: {{apiGroup: {group}, kind: ClusterRole, name: cluster-admin}}\n"
            f"subjects: [{{apiGroup: {group}, kind: Group, name: 'system:authenticated'}}]\n"
        )
        assert {"policy.rights_everybody", "policy.rights_everything"} <= self.codes(text)

    @pytest.mark.parametrize(
        "spec", ["hostNetwork: true, ", "volumes: [{name: h, hostPath: {path: /}}], "]
    )
    def test_pods_that_reach_into_their_host_are_high(self, spec: str) -> None:
        assert "policy.operation_high" in self.codes(self.pod(spec))
        assert "policy.operation_high" not in self.codes(self.pod())

    def test_a_kind_that_nobody_has_looked_at_is_high(self) -> None:
        text = "apiVersion: example.com/v1\nkind: Odd\nmetadata: {name: o}\n"
        assert "policy.generic_operation" in self.codes(text)

    def test_a_namespace_that_is_deleted_counts_as_one(self) -> None:
        text = "apiVersion: v1\nkind: Namespace\nmetadata: {name: kube-system}\n"
        found = taken(Disk(a_yaml=text), "a.yaml", kind="k8s.manifests_delete")
        intent, risks = judged(found.intent, ("high",))
        assert [one.kind for one in intent.operations][1:] == ["k8s.namespace_delete"]
        assert risks == ("high", "high")


def test_a_file_of_somebody_else_is_no_page_of_ours() -> None:
    page = File(path="x.given.yaml", text=f"files: {{given/a.yaml: a.yaml}}\n---\n{config('a')}")
    artifact = Artifact(target="k8s", intent_digest="", entry=page.path, files=(page,))
    assert places(artifact) == {}
