"""The versions that can be chosen: all of them have their data, and a check holds to the chosen."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from kiki.model.artifact import Artifact, File
from kiki.model.errors import UsageError
from kiki.model.finding import has_errors
from kiki.model.kube_versions import KNOWN, NEWEST, minor
from kiki.model.profile import Profile
from kiki.model.request import Request
from kiki.service.generating import LocalGenerator
from kiki.targets.kubernetes import history
from kiki.targets.kubernetes.check import check
from kiki.targets.kubernetes.schema import FOLDER, schemas

POD = """\
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  resources: {limits: {cpu: "1"}}
  containers: [{name: web, image: "nginx:1.27"}]
"""
FILE = File(path="pod.yaml", text=POD)
# of a whole pod: alpha in 1.32, by the fields of Kubernetes' own OpenAPI documents
SINCE = "1.32"


def codes(version: str) -> list[str]:
    artifact = Artifact(target="k8s", intent_digest="", entry=FILE.path, files=(FILE,))
    return [found.code for found in check(artifact, version)]


def test_the_list_is_what_ships() -> None:
    files = [path.stem for path in Path(FOLDER).glob("v*.json")]
    assert sorted(files) == sorted(f"v{version}" for version in KNOWN)
    assert all(schemas(version).kinds for version in KNOWN)


@pytest.mark.parametrize("said", ["1.29", "v1.29", "1.29.0", "v1.29.4+k3s1", " 1.29 "])
def test_a_version_may_be_said_as_clusters_say_it(said: str) -> None:
    assert minor(said) == "1.29"


@pytest.mark.parametrize("said", ["", "1", "1.2", "1.28", "1.290", "2.29", "newest", "1,29"])
def test_others_are_none(said: str) -> None:
    assert minor(said) == ""


@pytest.mark.parametrize("version", KNOWN)
def test_a_field_is_an_error_until_the_version_that_brings_it(version: str) -> None:
    newer = KNOWN.index(version) >= KNOWN.index(SINCE)
    assert codes(version) == ([] if newer else ["k8s.field_newer"])


def test_the_newest_is_checked_for_when_none_is_named() -> None:
    assert codes("") == codes(NEWEST) == []


def test_a_version_without_data_is_refused_with_those_that_have_some() -> None:
    with pytest.raises(UsageError) as caught:
        codes("1.28")
    assert caught.value.code == "k8s.version_unknown"
    assert caught.value.params["known"] == ", ".join(KNOWN)


def test_since_and_until() -> None:
    claim = "resource.k8s.io/v1alpha3/ResourceClaim"
    assert history.kind_since(claim, "1.29") == "1.31"
    assert history.kind_until(claim, "1.37") == history.kind_ends(claim, "1.32") == "1.33"
    assert history.kind_until("extensions/v1beta1/Ingress", "1.29") == "1.21"
    assert history.kind_ends("apps/v1/Deployment", "1.29") == ""
    assert history.kind_since("apps/v1/Nonsense", "1.29") == ""
    assert history.field_since("core.v1.PodSpec", "resources", "1.29") == SINCE
    assert history.field_since("core.v1.PodSpec", "nonsense", "1.29") == ""
    assert history.field_until("core.v1.PodSpec", "nonsense", "1.37") == ""


@pytest.mark.parametrize(
    ("profile", "flag", "found"),
    [("", "", 0), ("1.29", "", 1), ("1.29", "1.33", 0), ("", "v1.30", 1)],
)
def test_the_flag_comes_before_the_profile(profile: str, flag: str, found: int) -> None:
    generator = LocalGenerator(Profile(kube_version=profile), None)
    assert len(generator.check("", (FILE,), kube_version=flag)) == found
    assert len(generator.check("k8s", (FILE,), FILE.path, flag)) == found


def test_what_is_made_is_checked_for_the_version_too() -> None:
    request = Request(
        target="k8s", name="gpu", only_yaml=True,
        flags={"kind": "object", "set.type": "resource.k8s.io/v1/DeviceClass"},
    )  # fmt: skip
    generator = LocalGenerator(Profile(), None)
    assert not has_errors(generator.generate(request, strict=True).findings)
    older = generator.generate(replace(request, kube_version="1.29"), strict=True)
    assert "k8s.kind_newer" in [one.code for one in older.findings]
