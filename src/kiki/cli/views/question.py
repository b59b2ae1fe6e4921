"""An open question, and a refusal to read on.

Called by the flow of a change and by ``gen``, ``explain`` and ``show``.
"""

from typing import Any

from kiki.cli.layout import one_line
from kiki.cli.look import Look
from kiki.messages import known
from kiki.model.intent import Choice, Question


def human(question: Question, look: Look) -> str:
    """The question, its choices with their numbers, and what helps to answer."""
    found = look.message(question.code, **question.params)
    lines = [found.text]
    lines += [
        f"  {number}) {choice_text(choice, look)}" for number, choice in enumerate_choices(question)
    ]
    if found.help:
        lines.append(f"  {found.help}")
    return "\n".join(lines)


def chosen(question: Question, typed: str) -> str:
    """The value that *typed* means: a choice as it is written, else the choice with that number,
    else the text itself."""
    if any(choice.value == typed for choice in question.choices):
        return typed
    numbered = {str(number): choice.value for number, choice in enumerate_choices(question)}
    return numbered.get(typed, typed)


def enumerate_choices(question: Question) -> list[tuple[int, Choice]]:
    """The choices with the numbers that a person may type."""
    return list(enumerate(question.choices, 1))


def choice_text(choice: Choice, look: Look) -> str:
    """A choice's value, and its label where it says more."""
    value, label = one_line(choice.value), one_line(_label(choice, look))
    return f"{value}  {label}" if label and label != value else value


def _label(choice: Choice, look: Look) -> str:
    """The label in words: it may be a code."""
    return look.say(choice.label) if known(choice.label, look.lang) else choice.label


def as_json(question: Question, look: Look) -> dict[str, Any]:
    """Keys: code, field, params, text, help, choices, start, end."""
    found = look.message(question.code, **question.params)
    return {
        "code": question.code,
        "field": question.field,
        "params": question.params,
        "text": found.text,
        "help": found.help,
        "choices": [{"value": c.value, "label": _label(c, look)} for c in question.choices],
        "start": question.start,
        "end": question.end,
    }
