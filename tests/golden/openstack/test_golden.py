"""Golden cases of the OpenStack target.

``render/<case>/``: an ``intent.json`` (and a site's ``profile``, if any), what is made of it in
``expected/``, or the error in ``error.txt`` (cases called ``refused_``).
``check/<case>/``: templates, and ``findings.txt`` with everything that the check must say of them.
"""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from kiki.model.artifact import Artifact, File
from kiki.model.errors import KikiError
from kiki.model.finding import Finding, has_errors
from kiki.model.intent import Intent, Operation
from kiki.model.profile import Profile
from kiki.targets.openstack.target import TARGET

HERE = Path(__file__).parent
RENDER = sorted(path.parent for path in HERE.glob("render/*/intent.json"))
CHECK = sorted({path.parent for path in HERE.glob("check/*/*.yaml")})


def rendered(case: Path) -> Artifact:
    body = msgspec.json.decode((case / "intent.json").read_bytes())
    operations = tuple(Operation(**operation) for operation in body["operations"])
    intent = Intent(target="openstack", name=body["name"], operations=operations, reader="flags")
    profile = msgspec.convert(body.get("profile", {}), Profile)
    return TARGET.render(intent, "playbook", profile)


def line(found: Finding) -> str:
    params = " ".join(f"{key}={value}" for key, value in sorted(found.params.items()))
    place = f"{found.file}:{found.line}:{found.column}"
    return f"{place} {found.severity} {found.code} {params}".rstrip() + "\n"


@pytest.mark.parametrize("case", RENDER, ids=lambda case: case.name)
def test_render(case: Path, golden: Any) -> None:
    if case.name.startswith("refused_"):
        with pytest.raises(KikiError) as caught:
            rendered(case)
        golden.check(case / "error.txt", f"{caught.value!s}\n")
        return
    artifact = rendered(case)
    golden.check_folder(case / "expected", {file.path: file.text for file in artifact.files})
    findings = TARGET.check(artifact)
    assert not has_errors(findings)
    golden.check(case / "findings.txt", "".join(map(line, findings)))


@pytest.mark.parametrize("case", CHECK, ids=lambda case: case.name)
def test_check(case: Path, golden: Any) -> None:
    files = tuple(
        File(path=path.name, text=path.read_text()) for path in sorted(case.glob("*.yaml"))
    )
    artifact = Artifact(target="openstack", intent_digest="", entry=files[0].path, files=files)
    golden.check(case / "findings.txt", "".join(map(line, TARGET.check(artifact))))


def test_there_are_cases() -> None:
    assert len(RENDER) > 20
    assert len(CHECK) > 10
