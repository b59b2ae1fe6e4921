"""Each kind has its page in both languages; it knows the kind's fields, defaults and risk."""

import importlib
from pathlib import Path
from typing import Any

import msgspec
import pytest

from kiki.messages.catalogue import table
from tests.pages import both

ROOT = Path(__file__).parents[3]
PAGES = ROOT / "docs/operations"
TARGETS = ROOT / "src/kiki/targets"
NAMES = ("ansible", "podman")  # those whose pages have a table of fields
KINDS = sorted(
    f"{path.parents[2].name}.{path.parent.name}"
    for name in NAMES
    for path in TARGETS.glob(f"{name}/operations/*/operation.py")
)


def module(kind: str) -> Any:
    target, _, name = kind.partition(".")
    return importlib.import_module(f"kiki.targets.{target}.operations.{name}.operation")


# How a page says an empty default, and each risk: by the end of its name.
EMPTY = {"md": ("empty", "none"), "ko.md": ("비어 있음", "없음")}
RISKS = {
    "md": {risk: f"Risk: {risk}." for risk in ("low", "medium", "high")},
    "ko.md": {"low": "위험도: 낮음.", "medium": "위험도: 중간.", "high": "위험도: 높음."},
}


def pages(kind: str) -> dict[str, str]:
    """The texts of a kind's pages by the ends of their names."""
    found = both(f"operations/{kind.replace('.', '/')}.md")
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
    assert page.startswith(f"# {kind}\n")
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


@pytest.mark.parametrize("name", NAMES)
def test_no_page_is_left_over_and_the_target_s_page_names_all(name: str) -> None:
    stems = {path.name.partition(".")[0] for path in (PAGES / name).glob("*.md")}
    assert sorted(f"{name}.{stem}" for stem in stems) == [
        kind for kind in KINDS if kind.startswith(f"{name}.")
    ]
    for target in both(f"targets/{name}.md"):
        end = target.name.partition(".")[2]
        for stem in stems:
            assert f"operations/{name}/{stem}.{end}" in target.read_text("utf-8")


def test_the_target_s_page_has_every_reason_for_unknown() -> None:
    for target in both("targets/ansible.md"):
        for code in table("en", "ansible"):
            if code.startswith("not_judged"):
                assert f"`ansible.{code}`" in target.read_text("utf-8")
