"""Each kind has its page in both languages; it knows the kind's fields, defaults and risk."""

import importlib
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.pages import both

ROOT = Path(__file__).parents[4]
PAGES = ROOT / "docs/operations/podman"
OPERATIONS = ROOT / "src/kiki/targets/podman/operations"
KINDS = sorted(path.parent.name for path in OPERATIONS.glob("*/operation.py"))


def module(kind: str) -> Any:
    return importlib.import_module(f"kiki.targets.podman.operations.{kind}.operation")


# How a page says an empty default, and each risk: by the end of its name.
EMPTY = {"md": ("empty", "none"), "ko.md": ("비어 있음", "없음")}
RISKS = {
    "md": {risk: f"Risk: {risk}." for risk in ("low", "medium", "high")},
    "ko.md": {"low": "위험도: 낮음.", "medium": "위험도: 중간.", "high": "위험도: 높음."},
}


def pages(kind: str) -> dict[str, str]:
    """The texts of a kind's pages by the ends of their names."""
    found = both(f"operations/podman/{kind}.md")
    return {page.name.partition(".")[2]: page.read_text("utf-8") for page in found}


def rows(page: str) -> dict[str, list[str]]:
    cells = [
        [cell.strip() for cell in line.split("|")[1:-1]]
        for line in page.splitlines()
        if line.startswith("|")
    ]
    return {row[0].strip("`"): row for row in cells if row[0].startswith("`")}


@pytest.mark.parametrize("lang", EMPTY)
@pytest.mark.parametrize("kind", KINDS)
def test_a_page_has_the_fields_and_their_defaults(kind: str, lang: str) -> None:
    page = pages(kind)[lang]
    assert page.startswith(f"# podman.{kind}\n")
    found = rows(page)
    fields = {field.name: field for field in msgspec.structs.fields(module(kind).Fields)}
    assert found.keys() == fields.keys()
    for name, field in fields.items():
        default = found[name][2]
        if field.required:
            assert default == "", name
        elif field.default in ("", ()):
            assert default.startswith(EMPTY[lang]), name
        else:
            assert default.strip("`") == str(field.default).lower(), name


@pytest.mark.parametrize("lang", RISKS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_page_has_the_risk(kind: str, lang: str) -> None:
    assert RISKS[lang][module(kind).RISK] in pages(kind)[lang]


def test_no_page_is_left_over_and_the_target_s_page_names_all() -> None:
    stems = {path.name.partition(".")[0] for path in PAGES.glob("*.md")}
    assert sorted(stems) == KINDS
    for target in both("targets/podman.md"):
        for kind in KINDS:
            end = target.name.partition(".")[2]
            assert f"operations/podman/{kind}.{end}" in target.read_text("utf-8")
