"""``kiki config show``: every setting and where it came from."""

import argparse

from kiki.cli.context import Context
from kiki.cli.parser import Parser, one_of
from kiki.cli.views import settings as view
from kiki.model.exits import Exit


def flags(parser: Parser) -> None:
    """What the command takes."""
    parser.flag("what", metavar="show", type=one_of("show"), code="what_config")


def run(args: argparse.Namespace, context: Context) -> Exit:
    """Show them."""
    del args
    context.show(view.human(context.settings, context.look))
    context.json(view.as_json(context.settings))
    return Exit.DONE
