"""docs/security.md: each line of the threat model has a test, and the roles of docs/server.md are
the table's."""

import re
from pathlib import Path

import pytest

from kiki.model.people import RIGHTS, ROLES
from tests.conftest import ROOT
from tests.pages import both

NAMED = re.compile(r"`([\w/]+\.py)::(\w+)`")


@pytest.mark.parametrize("page", both("security.md"), ids=lambda page: page.name)
def test_every_line_has_a_test_that_is_there(page: Path) -> None:
    rows = [
        line for line in page.read_text("utf-8").splitlines()
        if (line.startswith("| ") and "::" in line) or re.match(r"\|(?!---).*\|$", line)
    ]  # fmt: skip
    lines = [row for row in rows if not row.startswith(("| what is tried", "| 시도"))]
    assert len(lines) > 25
    for row in lines:
        found = NAMED.findall(row)
        assert found, row
        for file, function in found:
            assert f"def {function}(" in (ROOT / "tests" / file).read_text("utf-8"), row


@pytest.mark.parametrize("page", both("server.md"), ids=lambda page: page.name)
def test_the_roles_are_the_tables(page: Path) -> None:
    rows = re.findall(r"^\| `(\w+)` \|.*\| ([^|]*) \|$", page.read_text("utf-8"), re.M)
    told = {name: set(re.findall(r"`(\w+)`", rights)) for name, rights in rows if name in ROLES}
    told["admin"] |= set(RIGHTS)
    assert told == {role: set(rights) for role, rights in ROLES.items()}
