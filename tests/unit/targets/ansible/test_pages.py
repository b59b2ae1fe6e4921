"""Each kind has its page, and the page knows the kind's fields, defaults and risk."""

import importlib
from pathlib import Path
from typing import Any

import msgspec
import pytest

ROOT = Path(__file__).parents[4]
PAGES = ROOT / "docs/operations/ansible"
OPERATIONS = ROOT / "src/kiki/targets/ansible/operations"
KINDS = sorted(path.parent.name for path in OPERATIONS.glob("*/operation.py"))


def module(kind: str) -> Any:
    return importlib.import_module(f"kiki.targets.ansible.operations.{kind}.operation")


def rows(page: str) -> dict[str, list[str]]:
    cells = [
        [cell.strip() for cell in line.split("|")[1:-1]]
        for line in page.splitlines()
        if "|" in line
    ]
    return {row[0].strip("`"): row for row in cells if row[0].startswith("`")}


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_has_the_fields_and_their_defaults(kind: str) -> None:
    page = (PAGES / f"{kind}.md").read_text("utf-8")
    assert page.startswith(f"# ansible.{kind}\n")
    found = rows(page)
    fields = {field.name: field for field in msgspec.structs.fields(module(kind).Fields)}
    assert found.keys() == fields.keys()
    for name, field in fields.items():
        default = found[name][2]
        if field.required:
            assert default == "", name
        elif field.default in ("", ()):
            assert default.startswith(("empty", "none")), name
        else:
            assert default.strip("`") == str(field.default).lower(), name


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_has_the_risk(kind: str) -> None:
    page = (PAGES / f"{kind}.md").read_text("utf-8")
    assert f"Risk: {module(kind).RISK}." in page


def test_no_page_is_left_over_and_the_target_s_page_names_all() -> None:
    assert sorted(path.stem for path in PAGES.glob("*.md")) == KINDS
    target = (ROOT / "docs/targets/ansible.md").read_text("utf-8")
    for kind in KINDS:
        assert f"operations/ansible/{kind}.md" in target


def test_the_target_s_page_has_every_reason_for_unknown() -> None:
    from kiki.messages.catalogue import table

    target = (ROOT / "docs/targets/ansible.md").read_text("utf-8")
    for code in table("en", "ansible"):
        if code.startswith("not_judged"):
            assert f"`ansible.{code}`" in target
