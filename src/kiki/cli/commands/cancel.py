"""``kiki cancel ID``: stop a change, whatever it is doing."""

import argparse

from kiki.cli.context import Context
from kiki.cli.flow import Flow
from kiki.cli.parser import Parser
from kiki.cli.views import change as view
from kiki.model.exits import Exit


def flags(parser: Parser) -> None:
    """What the command takes."""
    parser.flag("id", metavar="ID")


def run(args: argparse.Namespace, context: Context) -> Exit:
    """Cancel it."""
    change = context.agent.cancel(context.change(args.id).id)
    context.show(view.head(change, context.look))
    Flow(context).end(change)
    return Exit.DONE
