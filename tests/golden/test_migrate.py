"""What ``kiki migrate`` makes of recorded pods, of manifests and of a compose file."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from kiki.migration import migrate
from kiki.migration.workload import Options
from kiki.model.artifact import File
from kiki.model.inspected import Inspected
from kiki.service.projects import check_entry
from tests.golden.cases import lines

CASES = sorted(path for path in (Path(__file__).parent / "migrate").iterdir() if path.is_dir())
OPTIONS = {"privileged": Options(form="pod", service="NodePort", namespace="demo", size="5Gi")}
SECRETS = ("Training123!", "Sup3rSecret", "abcd1234efgh5678", "Tr0ub4dor9", "tok-Abc12345xyz",
           "hunter2", "example")  # fmt: skip


def made(case: Path) -> migrate.Migrated:
    options = OPTIONS.get(case.name, Options())
    if (case / "inspected.json").exists():
        raw = (case / "inspected.json").read_bytes()
        return migrate.podman_to_kubernetes(msgspec.json.decode(raw, type=Inspected), options)
    if (case / "compose.yaml").exists():
        text = (case / "compose.yaml").read_text("utf-8")
        return migrate.compose_to_kubernetes(File(path="compose.yaml", text=text), options)
    file = File(path="k8s.yaml", text=(case / "k8s.yaml").read_text("utf-8"))
    return migrate.kubernetes_to_podman(file)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_golden(case: Path, golden: Any) -> None:
    found = made(case)
    golden.check(case / "expected.yaml", found.artifact.files[0].text)
    golden.check(case / "findings.txt", lines(found.findings))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_strict_check_finds_no_error(case: Path) -> None:
    artifact = made(case).artifact
    found = check_entry("k8s", artifact.files, artifact.entry)
    assert [one for one in found if one.severity == "error"] == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_same_comes_out_again_and_no_secret_does(case: Path) -> None:
    first, again = made(case), made(case)
    assert first == again
    said = first.artifact.files[0].text + lines(first.findings)
    assert not [secret for secret in SECRETS if secret in said]


@pytest.mark.parametrize("case", [one for one in CASES if one.name != "back"], ids=lambda c: c.name)
def test_there_and_back_runs_the_same_containers(case: Path) -> None:
    there = made(case).artifact.files[0]
    back = migrate.kubernetes_to_podman(there)
    for line in there.text.splitlines():
        if line.strip().startswith(("image:", "- name: mig-", "memory:")):
            assert line.strip() in back.artifact.files[0].text
