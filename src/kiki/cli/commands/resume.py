"""``kiki resume ID``: plan the same change again, for the hosts that its last apply left."""

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
    """Plan it for those hosts and go on from there."""
    return begin(args, context, context.agent.resume)
