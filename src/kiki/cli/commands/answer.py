"""``kiki answer ID VALUE``: answer a change's open question and go on."""

import argparse

from kiki.cli.commands.again import begin, flags_again
from kiki.cli.context import Context
from kiki.cli.parser import Parser
from kiki.cli.views.question import chosen
from kiki.model.agent import Listener
from kiki.model.change import Change
from kiki.model.exits import Exit


def flags(parser: Parser) -> None:
    """What the command takes."""
    parser.flag("id", metavar="ID")
    parser.flag("value", metavar="VALUE")
    flags_again(parser)


def run(args: argparse.Namespace, context: Context) -> Exit:
    """Answer it."""

    def act(change_id: str, listener: Listener, password: str | None) -> Change:
        asked = context.agent.get(change_id).reading
        question = asked.question if asked else None
        value = chosen(question, args.value) if question else args.value
        return context.agent.answer(change_id, value, listener, password)

    return begin(args, context, act)
