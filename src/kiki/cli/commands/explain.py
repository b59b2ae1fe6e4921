"""``kiki explain "..."``: how a message is read, word by word. Nothing is recorded."""

import argparse

from kiki.cli.context import Context
from kiki.cli.exits import exit_of_reading
from kiki.cli.parser import Parser
from kiki.cli.requests import message_text, target_name
from kiki.cli.views import question as question_view
from kiki.cli.views import reading as view
from kiki.cli.views import tokens
from kiki.model.exits import Exit
from kiki.model.request import Request


def flags(parser: Parser) -> None:
    """What the command takes."""
    parser.flag("message", metavar="MESSAGE", code="message_explain")
    parser.flag("--target", "-t", metavar="TARGET", default="")
    parser.flag("--name", metavar="NAME", default="")
    parser.flag("--model", metavar="NAME", default="")


def run(args: argparse.Namespace, context: Context) -> Exit:
    """Explain it."""
    request = Request(
        message=message_text(args.message, context),
        target=target_name(args.target),
        name=args.name,
        lang=context.lang,
        model=args.model or context.settings.model,
    )
    agent = context.maker
    reading = agent.generate(request, strict=False).reading
    look = context.look
    context.show(tokens.human(reading, look))
    context.show(view.human(reading, "", look))
    asked = reading.question or reading.refusal
    if asked is not None:
        context.show(question_view.human(asked, look))
    ended = exit_of_reading(reading)
    context.json(
        {
            "exit": int(ended),
            "reading": view.as_json(reading, look),
            "tokens": tokens.as_json(reading),
        }
    )
    return ended
