"""Code without a record: read, render, check, and the question when something is missing.

Called by ``gen``, by ``explain``, and by the bare flags form for ``--out`` and "print only the
YAML".
"""

from collections.abc import Callable
from typing import Protocol

from msgspec.structs import replace

from kiki.cli.context import Context
from kiki.cli.exits import exit_of_findings, exit_of_reading
from kiki.model.agent import Generated
from kiki.model.artifact import Artifact
from kiki.model.exits import Exit
from kiki.model.request import Request


class Generator(Protocol):
    """The part of an agent that is used here."""

    def generate(self, raw: Request, *, strict: bool) -> Generated:
        """See ``model.agent.Agent``."""
        ...


Deliver = Callable[[Artifact], None]


def produce(
    request: Request, generator: Generator, context: Context, deliver: Deliver, *, strict: bool
) -> Exit:
    """Generate, hand good code to *deliver*, and say everything else on stderr."""
    made = generate(request, generator, context, strict=strict)
    if made.artifact is None:
        _unread(made, context)
        return exit_of_reading(made.reading)
    ended = exit_of_findings(made.findings) if made.findings else Exit.DONE
    if made.findings:
        from kiki.cli.views import findings  # noqa: PLC0415 -- lazy: gen usually finds nothing

        context.screen.err(findings.human(made.findings, context.look_err))
    _assumptions(made, context)
    if ended == Exit.DONE:
        deliver(made.artifact)
    _json(made, context, ended)
    return ended


def generate(
    request: Request, generator: Generator, context: Context, *, strict: bool
) -> Generated:
    """Generate; while something is missing and somebody is there, ask and go on."""
    made = generator.generate(request, strict=strict)
    while made.reading.question is not None and context.interactive:
        from kiki.cli import ask  # noqa: PLC0415 -- lazy: only on a terminal

        question = made.reading.question
        value = ask.answer(question, context)
        if value is None:
            break
        request = replace(request, answers=request.answers | {question.field: value})
        made = generator.generate(request, strict=strict)
    return made


def _unread(made: Generated, context: Context) -> None:
    from kiki.cli.views import question, reading  # noqa: PLC0415 -- lazy: not on gen's path

    look = context.look_err
    shown = reading.human(made.reading, "", look)
    asked = made.reading.question or made.reading.refusal
    if shown:
        context.screen.err(shown)
    if asked is not None and not (made.reading.question and context.interactive):
        context.screen.err(question.human(asked, look))
    if made.reading.question is not None:
        context.note("cli.answer_again")
    _json(made, context, exit_of_reading(made.reading))


def _assumptions(made: Generated, context: Context) -> None:
    intent = made.reading.intent
    for item in intent.assumptions if intent else ():
        context.note(item.code, **item.params)


def _json(made: Generated, context: Context, ended: Exit) -> None:
    if not context.as_json:
        return
    from kiki.cli.views import generated  # noqa: PLC0415 -- lazy: not on gen's path

    context.json(generated.as_json(made, ended, context.look))
