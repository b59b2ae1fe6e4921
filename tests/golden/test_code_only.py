"""Golden cases of the targets whose code is made and checked but not run: k8s and openstack.

``<target>/render/<case>/``: an ``intent.json`` (and a site's ``profile``, if any), what is made of
it in ``expected/``, or the error in ``error.txt`` (cases called ``refused_``).
``<target>/check/<case>/``: code, and ``findings.txt`` with everything that the check must say.
"""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from kiki.model.artifact import Artifact, File
from kiki.model.finding import has_errors
from kiki.model.intent import Intent, Operation
from kiki.model.profile import Profile
from kiki.targets import registry
from tests.golden.cases import check_rendered, lines

HERE = Path(__file__).parent
FEWEST = {"k8s": (30, 10), "openstack": (20, 10)}
RENDER = sorted(
    path.parent for name in FEWEST for path in HERE.glob(f"{name}/render/*/intent.json")
)
CHECK = sorted({path.parent for name in FEWEST for path in HERE.glob(f"{name}/check/*/*.yaml")})


def target_of(case: Path) -> str:
    """The name of the target whose case it is."""
    return case.parents[1].name


def named(case: Path) -> str:
    """What the case is called in a report."""
    return f"{target_of(case)}-{case.name}"


def rendered(case: Path) -> Artifact:
    body = msgspec.json.decode((case / "intent.json").read_bytes())
    operations = msgspec.convert(body["operations"], tuple[Operation, ...])
    name = target_of(case)
    intent = Intent(target=name, name=body["name"], operations=operations, reader="flags")
    profile = msgspec.convert(body.get("profile", {}), Profile)
    return registry.target(name).render(intent, "playbook", profile)


@pytest.mark.parametrize("case", RENDER, ids=named)
def test_render(case: Path, golden: Any) -> None:
    artifact = check_rendered(case, rendered, golden)
    if artifact is not None:
        findings = registry.target(target_of(case)).check(artifact)
        assert not has_errors(findings)
        golden.check(case / "findings.txt", lines(findings))


@pytest.mark.parametrize("case", CHECK, ids=named)
def test_check(case: Path, golden: Any) -> None:
    files = tuple(
        File(path=path.name, text=path.read_text()) for path in sorted(case.glob("*.yaml"))
    )
    name = target_of(case)
    artifact = Artifact(target=name, intent_digest="", entry=files[0].path, files=files)
    version = case / "kube_version.txt"
    profile = Profile(kube_version=version.read_text().strip() if version.exists() else "")
    golden.check(case / "findings.txt", lines(registry.target(name).check(artifact, profile)))


@pytest.mark.parametrize("name", FEWEST)
def test_there_are_cases(name: str) -> None:
    for cases, fewest in zip((RENDER, CHECK), FEWEST[name], strict=True):
        assert sum(target_of(case) == name for case in cases) > fewest
