"""``kiki answer ID VALUE``: answer a change's open question and go on."""

import argparse

from kiki.cli.commands.again import begin, flags_again
from kiki.cli.context import Context
from kiki.cli.parser import Parser
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
        return context.agent.answer(change_id, args.value, listener, password)

    return begin(args, context, act)
