"""``kiki redo ID``: the same request and reading once more, as a new change."""

import argparse

from kiki.cli.commands.again import begin, flags_again
from kiki.cli.context import Context
from kiki.cli.parser import Parser
from kiki.model.exits import Exit


def flags(parser: Parser) -> None:
    """What the command takes."""
    parser.flag("id", metavar="ID")
    flags_again(parser)


def run(args: argparse.Namespace, context: Context) -> Exit:
    """Make the new change and carry it as far as it may go."""
    return begin(args, context, context.agent.redo)
