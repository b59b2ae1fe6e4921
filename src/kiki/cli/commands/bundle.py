"""``kiki bundle ID``: a zip of the change's code, logs, result and records."""

import argparse
import os

from kiki.cli import output
from kiki.cli.context import Context
from kiki.cli.parser import Parser
from kiki.model.exits import Exit


def flags(parser: Parser) -> None:
    """What the command takes."""
    parser.flag("id", metavar="ID")
    parser.flag("--out", metavar="FILE", default="", code="out_bundle")
    parser.switch("--force")


def run(args: argparse.Namespace, context: Context) -> Exit:
    """Write it."""
    change = context.agent.get(args.id)
    path = os.path.abspath(args.out or f"kiki-{change.id}.zip")  # noqa: PTH100 -- start-up time
    if not args.force:
        output.permit([path], context)
    written = context.agent.bundle(change.id, path)
    context.show(context.look.label("bundle_written", path=written))
    context.json({"id": change.id, "path": written})
    return Exit.DONE
