"""Answers on a terminal and as JSON: others' text does no harm, and what is left out is said."""

import pytest

from kiki.cli.look import Look
from kiki.cli.views import answer as view
from kiki.model.answer import Answer, Column, Excerpt, Table

EVIL = "\x1b]0;x\x07a\u202eb\nc\td"
COLUMNS = (Column(name="Name"), Column(name="Odd-One", wide=True))


def table(*rows: tuple[str, ...], title: str = "") -> Answer:
    return Answer(tables=(Table(columns=COLUMNS, rows=rows, title=title),))


@pytest.mark.parametrize(
    "answer",
    [
        table((EVIL, EVIL), title=EVIL),
        Answer(tables=(Table(columns=(Column(name=EVIL),), rows=(("x",),)),)),
        Answer(excerpts=(Excerpt(title=EVIL, lines=(EVIL,)),)),
    ],
)
def test_nothing_moves_the_cursor_or_turns_the_line(answer: Answer) -> None:
    shown = view.human(answer, Look(), wide=True)
    assert not {"\x1b", "\x07", "\u202e"} & set(shown)
    assert "\\x1b" in shown


def test_a_cell_is_one_line_and_cut_unless_more_is_wanted() -> None:
    answer = table(("a\nb " + "x" * 100, "y"))
    assert "a b xx" in view.human(answer, Look())
    assert "…" in view.human(answer, Look())
    assert "x" * 100 in view.human(answer, Look(), wide=True)


def test_wide_columns_are_for_who_asks() -> None:
    answer = table(("web", "odd"))
    assert "odd" not in view.human(answer, Look())
    assert "Odd-One" in view.human(answer, Look(), wide=True)


def test_heads_are_in_the_person_s_language() -> None:
    assert view.human(table(("web", "")), Look("ko")).startswith("이름")


def test_what_is_very_long_ends_with_how_to_get_the_rest() -> None:
    rows = tuple((f"pod-{number}", "") for number in range(view.ROWS + 7))
    shown = view.human(table(*rows), Look())
    assert "7 more rows: --json" in shown and f"pod-{view.ROWS}" not in shown
    lines = tuple(f"line {number}" for number in range(view.LINES + 3))
    shown = view.human(Answer(excerpts=(Excerpt(lines=lines),)), Look())
    assert "3 earlier lines" in shown and shown.endswith(lines[-1])
    assert "\nline 2\n" not in shown


def test_nothing_there_is_said() -> None:
    assert view.human(table(), Look()) == "(nothing there)"
    assert view.human(Answer(excerpts=(Excerpt(),)), Look()) == "(nothing there)"


def test_json_has_all_of_it() -> None:
    rows = tuple((EVIL, str(number)) for number in range(view.ROWS + 1))
    made = view.as_json(table(*rows), Look())
    assert len(made["tables"][0]["rows"]) == view.ROWS + 1
    assert made["tables"][0]["rows"][0] == [EVIL, "0"]
    assert made["digest"] == table(*rows).digest()
