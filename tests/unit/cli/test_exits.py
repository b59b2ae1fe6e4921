"""Exit codes: one function for states and one for errors, and the page that promises them."""

import re
from pathlib import Path
from typing import get_args

import pytest

from kiki.cli import exits
from kiki.model import errors
from kiki.model.errors import KikiError, StateError
from kiki.model.exits import Exit
from kiki.model.finding import Finding
from kiki.model.lifecycle import State
from tests.pages import both

on_both_pages = pytest.mark.parametrize("page", both("exit-codes.md"), ids=lambda page: page.name)


def test_every_state_has_an_exit_code() -> None:
    assert set(exits.STATES) == set(get_args(State))


@on_both_pages
def test_the_page_has_every_code(page: Path) -> None:
    rows = re.findall(r"^\| (\d+) \| `(\w+)` \|", page.read_text("utf-8"), re.MULTILINE)
    assert [(int(number), name) for number, name in rows] == [
        (c.value, c.name.lower()) for c in Exit
    ]


@on_both_pages
def test_the_page_has_every_state(page: Path) -> None:
    rows = re.findall(r"^\| `(\w+)` \| (\d+) \|", page.read_text("utf-8"), re.MULTILINE)
    assert {name: int(number) for name, number in rows if name in exits.STATES} == {
        state: int(code) for state, code in exits.STATES.items()
    }


@on_both_pages
def test_the_page_has_every_error(page: Path) -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \| (\d+) \|", page.read_text("utf-8"), re.MULTILINE))
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type)]
    for kind in kinds:
        if issubclass(kind, KikiError) and kind is not KikiError:
            assert rows[kind.__name__] == str(int(kind.exit)), kind


@pytest.mark.parametrize(
    ("state", "code"),
    [("rejected", Exit.REJECTED), ("stale", Exit.STALE), ("applied", Exit.USAGE), ("", Exit.USAGE)],
)
def test_the_wrong_state_ends_as_its_state_does(state: str, code: Exit) -> None:
    assert exits.exit_of_error(StateError("change.transition", state=state)) == code


@pytest.mark.parametrize(
    ("findings", "code"),
    [
        ((), Exit.DONE),
        ((Finding(code="k8s.x", severity="warning"),), Exit.DONE),
        ((Finding(code="k8s.x", severity="error"),), Exit.CHECK_FAILED),
        ((Finding(code="policy.x", severity="error"),), Exit.REFUSED),
        ((Finding(code="policy.x", severity="warning"),), Exit.DONE),
    ],
)
def test_findings(findings: tuple[Finding, ...], code: Exit) -> None:
    assert exits.exit_of_findings(findings) == code
