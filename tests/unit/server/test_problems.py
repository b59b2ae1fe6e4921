"""Statuses and languages of errors."""

import pytest

from kiki.model.errors import (
    KikiError,
    NotFoundError,
    RefusedError,
    StaleError,
    StateError,
    TemporaryError,
    UsageError,
)
from kiki.model.wire import Problem
from kiki.server.problems import language, problem, status


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (UsageError("inventory.unreadable"), 400),
        (UsageError("server.unauthorised"), 401),
        (UsageError("server.forbidden"), 403),
        (NotFoundError("change.unknown"), 404),
        (StateError("change.transition"), 409),
        (StaleError("approval.moved"), 409),
        (RefusedError("policy.forbidden"), 422),
        (TemporaryError("server.too_many_logins"), 429),
        (TemporaryError("job.owned"), 409),
        (TemporaryError("store.disk_full"), 503),
        (TemporaryError("engine.busy"), 424),
    ],
)
def test_status(error: KikiError, expected: int) -> None:
    assert status(error) == expected


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [
        ("", "en"),
        ("ko", "ko"),
        ("ko-KR,ko;q=0.9,en-US;q=0.8,en;q=0.7", "ko"),
        ("en-US,en;q=0.9,ko;q=0.8", "en"),
        ("fr, ko;q=0.2", "ko"),
        ("ko;q=0", "en"),
        ("kotlin", "en"),
        ("ko;q=x,\0", "en"),
        ("a," * 5000, "en"),
    ],
)
def test_language(accepted: str, expected: str) -> None:
    assert language(accepted) == expected


def test_a_problem_is_the_same_error_again() -> None:
    error = StateError("change.transition", id="0abc", state="x", event="y")
    error.change_id = "0abc"
    made = problem(error, "ko")
    again = made.error()
    assert type(again) is StateError
    assert (again.code, again.params, again.change_id) == (error.code, error.params, "0abc")
    assert made.type == "urn:kiki:error:change.transition"


@pytest.mark.parametrize("kind", ["Exception", "annotations", "ClassVar", "__name__"])
def test_no_kind_makes_anything_else_than_an_error(kind: str) -> None:
    assert isinstance(Problem(code="a.b", kind=kind).error(), KikiError)
