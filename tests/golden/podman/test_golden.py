"""Golden cases of the target podman.

``render/<case>/``: an ``intent.yaml`` (with a ``layout``, if any), what is made of it in
``expected/``, or the error in ``error.txt`` (cases called ``refused_``).
"""

from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from kiki.model.artifact import Artifact
from kiki.model.intent import Intent, Operation
from kiki.model.profile import Profile
from kiki.targets import registry
from kiki.targets.podman.target import TARGET
from tests.golden.cases import check_rendered

HERE = Path(__file__).parent
RENDER = sorted(path.parent for path in HERE.glob("render/*/intent.yaml"))


def body_of(case: Path) -> dict[str, Any]:
    body: dict[str, Any] = yaml.safe_load((case / "intent.yaml").read_text("utf-8"))
    return body


def rendered(case: Path) -> Artifact:
    body = body_of(case)
    operations = msgspec.convert(body["operations"], tuple[Operation, ...])
    intent = Intent(target="podman", name=body["name"], operations=operations, reader="flags")
    return TARGET.render(intent, body.get("layout", "playbook"), Profile())


@pytest.mark.parametrize("case", RENDER, ids=lambda case: case.name)
def test_render(case: Path, golden: Any) -> None:
    artifact = check_rendered(case, rendered, golden)
    if artifact is not None:
        assert artifact.target == "podman"
        assert TARGET.check(artifact) == ()


def test_every_kind_has_a_case() -> None:
    kinds = {one["kind"] for case in RENDER for one in body_of(case)["operations"]}
    known = {kind.id for kind in registry.vocabulary().kinds if kind.target == "podman"}
    assert known <= kinds
