"""``kiki reject ID``: say no for good."""

import argparse

from kiki.cli.context import Context
from kiki.cli.flow import Flow
from kiki.cli.parser import Parser
from kiki.cli.views import change as view
from kiki.model.exits import Exit


def flags(parser: Parser) -> None:
    """What the command takes."""
    parser.flag("id", metavar="ID")
    parser.flag("--reason", metavar="TEXT", default="")


def run(args: argparse.Namespace, context: Context) -> Exit:
    """Reject it."""
    change = context.agent.reject(context.change(args.id).id, args.reason)
    context.show(view.head(change, context.look))
    Flow(context).end(change)
    return Exit.DONE
