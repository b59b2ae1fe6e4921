"""What a request that only reads was answered with: tables, texts, what has to be said beside them.

Called by the flow of a change. All text is that of hosts and clusters: nothing of it reaches the
terminal before it was made harmless, and what is very long ends with how to get the rest.
"""

from typing import Any

from kiki.cli.layout import cut, one_line, safe, table
from kiki.cli.look import Look
from kiki.cli.views import findings
from kiki.messages import known
from kiki.model.answer import Answer, Answered, Column, Excerpt, Table

ROWS, LINES = 500, 2_000  # of one table, of one text
_CELL = 60  # columns of a cell, unless more was asked for


def human(answer: Answer, look: Look, *, wide: bool = False) -> str:
    """All of it, for a terminal. *wide*: with every column, and whole cells."""
    parts = [_table(one, look, wide=wide) for one in answer.tables]
    parts += [_excerpt(one, look) for one in answer.excerpts]
    if answer.remarks:
        parts.append(findings.human(answer.remarks, look))
    return "\n\n".join(part for part in parts if part)


def _table(one: Table, look: Look, *, wide: bool) -> str:
    shown = [place for place, column in enumerate(one.columns) if wide or not column.wide]
    lines = [look.paint(one_line(one.title), "bold")] if one.title else []
    if not one.rows:
        return "\n".join([*lines, look.paint(look.label("answer_empty"), "dim")])
    heads = [look.paint(_head(one.columns[place], look), "bold") for place in shown]
    rows = [[_cell(row[place], wide=wide) for place in shown] for row in one.rows[:ROWS]]
    lines.append(table([heads, *rows]))
    if len(one.rows) > ROWS:
        count = len(one.rows) - ROWS
        lines.append(look.paint(look.label("answer_more_rows", count=count), "dim"))
    return "\n".join(lines)


def _head(column: Column, look: Look) -> str:
    code = "column." + "_".join(column.name.lower().replace("-", " ").split())
    return look.say(code) if known(code, look.lang) else one_line(column.name)


def _cell(text: str, *, wide: bool) -> str:
    shown = one_line(text)
    return shown if wide else cut(shown, _CELL)


def _excerpt(one: Excerpt, look: Look) -> str:
    """The last lines are what a person looks for: the first are left out."""
    left = len(one.lines) - LINES
    lines = [look.paint(one_line(one.title), "bold")] if one.title else []
    if left > 0:
        lines.append(look.paint(look.label("answer_more_lines", count=left), "dim"))
    if not one.lines:
        lines.append(look.paint(look.label("answer_empty"), "dim"))
    return "\n".join([*lines, *(safe(line) for line in one.lines[-LINES:])])


def record(answered: Answered, look: Look) -> str:
    """What is kept of it."""
    counts = {"rows": answered.rows, "lines": answered.lines}
    return look.label("answer_record", at=answered.at, digest=answered.digest, **counts)


def as_json(answer: Answer, look: Look) -> dict[str, Any]:
    """Keys: data (for each operation kind and data), tables (title, columns, rows), texts (title,
    lines), remarks, digest."""
    return {
        "data": answer.data,
        "tables": [
            {
                "title": one.title,
                "columns": [column.name for column in one.columns],
                "rows": [list(row) for row in one.rows],
            }
            for one in answer.tables
        ],
        "texts": [{"title": one.title, "lines": list(one.lines)} for one in answer.excerpts],
        "remarks": findings.as_json(answer.remarks, look),
        "digest": answer.digest(),
    }


def record_as_json(answered: Answered | None) -> dict[str, Any] | None:
    """Keys: at, digest, rows, lines, answers."""
    if answered is None:
        return None
    return {
        "at": answered.at,
        "digest": answered.digest,
        "rows": answered.rows,
        "lines": answered.lines,
        "answers": answered.answers,
    }
