"""``kiki plan ID``: check and plan again."""

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
    """Plan it anew and go on from there."""
    return begin(args, context, context.agent.replan)
