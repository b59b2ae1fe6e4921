"""The smaller values: languages, errors and exits, findings, readings, names of secrets."""

import re

import pytest

from kiki.model import errors
from kiki.model.agent import ChangeFilter, Progress, silent
from kiki.model.exits import Exit
from kiki.model.finding import Finding, has_errors
from kiki.model.intent import Reading, Token
from kiki.model.languages import is_hangul, language_of
from kiki.model.secret import placeholder, variable


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Nginx 설치", "ko"),
        ("install nginx", "en"),
        ("ㅋㅋ", "ko"),
        ("가", "ko"),
        ("힣", "ko"),
        ("nginx를", "ko"),
        ("设置", None),
        ("123 !?", None),
        ("", None),
        ("Größe", "en"),
    ],
)
def test_language_of(text: str, language: str | None) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize("char", ["a", "設", "ア", " ", "꯿", "힤"])
def test_not_hangul(char: str) -> None:
    assert not is_hangul(char)


def every_error() -> list[type[errors.KikiError]]:
    def below(parent: type[errors.KikiError]) -> list[type[errors.KikiError]]:
        return [found for kid in parent.__subclasses__() for found in (kid, *below(kid))]

    return [kind for kind in below(errors.KikiError) if kind.__module__ == errors.__name__]


class TestErrors:
    def test_code_and_parameters_and_no_prose(self) -> None:
        error = errors.UsageError("inventory.unreadable", path="/x", line=3)
        assert (error.code, error.params) == ("inventory.unreadable", {"path": "/x", "line": 3})
        assert str(error) == "inventory.unreadable(line=3, path=/x)"

    def test_permanent_and_temporary_are_different_types(self) -> None:
        for kind in every_error():
            permanent = issubclass(kind, errors.PermanentError)
            assert permanent != issubclass(kind, errors.TemporaryError), kind

    def test_the_tree_in_the_docstring_is_the_tree(self) -> None:
        drawn = re.findall(r"[├└]── (\w+)", errors.__doc__ or "")
        assert sorted(drawn) == sorted(kind.__name__ for kind in every_error())

    def test_only_temporary_ones_exit_as_temporary(self) -> None:
        for kind in every_error():
            is_temporary = issubclass(kind, errors.TemporaryError)
            assert (kind.exit == Exit.TEMPORARY) == is_temporary, kind


def test_exit_codes_are_a_promise() -> None:
    assert {code.name: int(code) for code in Exit} == {
        "DONE": 0,
        "FAILED": 1,
        "USAGE": 2,
        "QUESTION": 3,
        "REFUSED": 4,
        "CHECK_FAILED": 5,
        "AWAITING_APPROVAL": 6,
        "REJECTED": 7,
        "STALE": 8,
        "TEMPORARY": 9,
        "PARTLY": 10,
        "CANCELLED": 11,
        "RECORD_INVALID": 12,
    }


def test_only_errors_keep_an_artifact_from_being_planned() -> None:
    warning = Finding(code="a.b", severity="warning")
    error = Finding(code="a.c", severity="error")
    assert not has_errors(())
    assert not has_errors((warning,))
    assert has_errors((warning, error))


def test_leftover_words_are_those_without_a_role() -> None:
    said = Token(text="nginx", start=0, end=5, role="field:names")
    left = Token(text="banana", start=6, end=12)
    assert Reading(reader="rules", tokens=(said, left)).leftover == (left,)


def test_names_of_secrets() -> None:
    assert placeholder("db-password") == "{{secret:db-password}}"
    assert variable("db-password") == "kiki_secret_db_password"


def test_a_silent_listener_and_an_empty_filter() -> None:
    silent(Progress(code="progress.read"))
    assert ChangeFilter() == ChangeFilter(limit=50)
