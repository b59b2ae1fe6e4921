"""What is rendered is valid, the same every time, and what kubectl itself would make."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from kiki.model.artifact import Artifact
from kiki.model.errors import UsageError
from kiki.model.finding import has_errors
from kiki.model.intent import Intent, Operation
from kiki.model.profile import Profile
from kiki.targets.kubernetes.acting import act_of
from kiki.targets.kubernetes.check import check
from kiki.targets.kubernetes.given.laying import ENDING as GIVEN
from kiki.targets.kubernetes.target import TARGET

GOLDEN = Path(__file__).parents[3] / "golden/k8s/render"
VERSIONS = ["1.29", "1.30", "1.31", "1.32", "1.33", "1.34", "1.35", "1.36", "1.37"]

LABEL = st.from_regex(r"[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?", fullmatch=True)
PORT = st.integers(1, 65535)
IMAGE = st.sampled_from(
    ["nginx:1.27", "a/b/c:1", "localhost/x:1", "r.io:5000/a@sha256:" + "0" * 64]
)
DEPLOYMENT = st.fixed_dictionaries(
    {"name": LABEL, "image": IMAGE},
    optional={"replicas": st.integers(0, 10_000), "port": PORT, "namespace": LABEL},
)
SERVICE = st.fixed_dictionaries(
    {"name": LABEL, "port": PORT},
    optional={
        "target_port": st.integers(0, 65535),
        "namespace": LABEL,
        "selector": LABEL,
        "type": st.sampled_from(["ClusterIP", "NodePort", "LoadBalancer"]),
    },
)


def intent(*operations: tuple[str, dict[str, Any]]) -> Intent:
    made = tuple(Operation(kind=f"k8s.{kind}", fields=fields) for kind, fields in operations)
    return Intent(target="k8s", name="case", operations=made, reader="flags")


def render(asked: Intent) -> Artifact:
    return TARGET.render(asked, "playbook", Profile())


@given(DEPLOYMENT, SERVICE, LABEL)
@settings(deadline=None, max_examples=80)
def test_whatever_is_accepted_is_valid(
    deployment: dict[str, Any], service: dict[str, Any], namespace: str
) -> None:
    asked = intent(
        ("deployment_create", deployment),
        ("service_create", service),
        ("namespace_create", {"name": namespace}),
    )
    artifact = render(asked)
    assert artifact == render(asked)
    assert not has_errors(TARGET.check(artifact))
    documents = list(yaml.safe_load_all(artifact.text_of(artifact.entry)))
    assert [one["kind"] for one in documents] == ["Namespace", "Deployment", "Service"]
    assert documents[1]["metadata"]["name"] == deployment["name"]
    assert documents[2]["spec"]["ports"][0]["port"] == service["port"]
    assert f"# intent: {asked.digest()}" in artifact.text_of("case.yaml")


def test_the_digest_in_the_header_is_the_only_thing_that_depends_on_the_order_of_words() -> None:
    fields = {"name": "web", "image": "nginx:1.27"}
    other = dict(reversed(fields.items()))
    assert render(intent(("deployment_create", fields))) == render(
        intent(("deployment_create", other))
    )


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    "case", sorted(GOLDEN.glob("*/expected")), ids=lambda case: case.parent.name
)
def test_goldens_are_valid_on_every_version(case: Path, version: str) -> None:
    from kiki.model.artifact import File

    made = [path for path in case.iterdir() if path.is_file() and not path.name.endswith(GIVEN)]
    whole = [path for path in made if act_of(path.name) == "apply"]  # no patches
    files = tuple(File(path=path.name, text=path.read_text()) for path in whole)
    for file in files:
        artifact = Artifact(target="k8s", intent_digest="", entry=file.path, files=(file,))
        assert not has_errors(check(artifact, version))


@pytest.mark.parametrize(
    "case", sorted(GOLDEN.glob("*/expected")), ids=lambda case: case.parent.name
)
def test_goldens_pass_kubernetes_validate(case: Path) -> None:
    oracle = pytest.importorskip("kubernetes_validate")
    if case.parent.name not in ("mission_gen", "service_node_port", "namespace"):
        return  # the oracle loads everything anew for every object: a few speak for all
    for path in case.iterdir():
        for document in yaml.safe_load_all(path.read_text()):
            oracle.validate(document, "1.37", strict=True)


def kubectl(*words: str) -> Any:
    program = shutil.which("kubectl")
    if program is None:
        pytest.skip("kubectl is not installed")
    command = [program, "create", *words, "--dry-run=client", "-o", "yaml"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=30)
    return yaml.safe_load(done.stdout)


def test_the_deployment_has_all_that_kubectl_gives_it() -> None:
    theirs = kubectl("deployment", "web", "--image=nginx:1.27", "--replicas=3", "--port=80")
    fields = {"name": "web", "image": "nginx:1.27", "replicas": 3, "port": 80}
    ours = yaml.safe_load(render(intent(("deployment_create", fields))).text_of("case.yaml"))
    for field in ("apiVersion", "kind"):
        assert ours[field] == theirs[field]
    assert ours["spec"]["replicas"] == theirs["spec"]["replicas"]
    mine = ours["spec"]["template"]["spec"]["containers"][0]
    other = theirs["spec"]["template"]["spec"]["containers"][0]
    assert mine["image"] == other["image"]
    assert mine["ports"][0]["containerPort"] == other["ports"][0]["containerPort"]


def test_the_service_has_all_that_kubectl_gives_it() -> None:
    theirs = kubectl("service", "nodeport", "web", "--tcp=80:8080", "--node-port=30080")
    fields = {
        "name": "web",
        "port": 80,
        "target_port": 8080,
        "type": "NodePort",
        "node_port": 30080,
    }
    ours = yaml.safe_load(render(intent(("service_create", fields))).text_of("case.yaml"))
    assert ours["spec"]["type"] == theirs["spec"]["type"]
    mine, other = ours["spec"]["ports"][0], theirs["spec"]["ports"][0]
    other.pop("name")
    assert mine == other


def test_risks() -> None:
    asked = intent(
        ("namespace_create", {"name": "a"}),
        ("service_create", {"name": "a", "port": 1}),
        ("service_create", {"name": "a", "port": 1, "type": "NodePort"}),
    )
    assert TARGET.risks(asked) == ("low", "low", "medium")


def test_it_is_for_a_cluster_and_takes_no_secret() -> None:
    asked = intent(("namespace_create", {"name": "a"}))
    assert (TARGET.plans, TARGET.place, TARGET.secrets(asked)) == (True, "cluster", ())
    with pytest.raises(UsageError, match=r"k8s\.live_tags\(tags=x\)"):
        TARGET.require_tags(asked, ("x",))
