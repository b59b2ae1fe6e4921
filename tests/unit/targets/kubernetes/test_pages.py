"""Each kind has its page in both languages; it knows the kind's fields and its risk."""

import importlib
import re
from pathlib import Path

import msgspec
import pytest

from kiki.targets.kubernetes.pods import ContainerFields, PodFields
from tests.conftest import ROOT
from tests.pages import both

OPERATIONS = ROOT / "src/kiki/targets/kubernetes/operations"
KINDS = sorted(path.parent.name for path in OPERATIONS.glob("*/operation.py"))
RISK = {"md": r"^Risk: (?:low|medium|high)\b", "ko.md": r"^위험도: (?:낮음|중간|높음)"}


def fields(kind: str) -> set[str]:
    """The fields that the page has to name; those of all pods stand on a page of their own."""
    found = importlib.import_module(f"kiki.targets.kubernetes.operations.{kind}.operation").Fields
    names = set(found.__struct_fields__)
    if issubclass(found, ContainerFields):
        names -= set(ContainerFields.__struct_fields__)
    if issubclass(found, PodFields):
        names -= set(PodFields.__struct_fields__) - {"name", "namespace"}
    return names


def named(page: Path) -> set[str]:
    """The fields in the first column of a page's tables."""
    rows = re.findall(r"^\| (`\w+`(?:, `\w+`)*) \|", page.read_text("utf-8"), re.M)
    return {name for row in rows for name in re.findall(r"`(\w+)`", row)}


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_names_the_fields_and_the_risk(kind: str) -> None:
    for page in both(f"operations/k8s/{kind}.md"):
        assert fields(kind) <= named(page), page
        assert re.search(RISK[page.name.partition(".")[2]], page.read_text("utf-8"), re.M), page


def test_the_page_of_all_pods_names_their_fields() -> None:
    assert issubclass(PodFields, msgspec.Struct)
    for page in both("operations/k8s/pods.md"):
        assert set(PodFields.__struct_fields__) - {"name", "namespace"} <= named(page)
