"""The pages say every code that they are to explain."""

import json

import pytest

from tests.conftest import ROOT
from tests.pages import both

MESSAGES = ROOT / "src" / "kiki" / "messages" / "en"


def codes(area: str) -> list[str]:
    return sorted(f"{area}.{key}" for key in json.loads((MESSAGES / f"{area}.json").read_text()))


@pytest.mark.parametrize("code", codes("inventory"))
def test_every_error_of_inventories_is_on_its_page(code: str) -> None:
    for page in both("inventories.md"):
        assert f"`{code}`" in page.read_text("utf-8")


def test_every_reason_is_on_the_page_of_execution() -> None:
    page = (ROOT / "docs" / "execution.md").read_text()
    source = "".join(
        (ROOT / "src" / "kiki" / "execution" / name).read_text()
        for name in ("reasons.py", "container_reasons.py", "events.py", "runs.py")
    )
    used = [code for code in codes("execution") if f'"{code}"' in source]
    assert len(used) >= 12
    assert [code for code in used if f"`{code}`" not in page] == []
