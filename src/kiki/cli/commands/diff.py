"""``kiki diff ID``: what a change's plan would change, as diffs."""

import argparse

from kiki.cli.context import Context
from kiki.cli.parser import Parser
from kiki.cli.views import plan as view
from kiki.model.errors import StateError
from kiki.model.exits import Exit


def flags(parser: Parser) -> None:
    """What the command takes."""
    parser.flag("id", metavar="ID")


def run(args: argparse.Namespace, context: Context) -> Exit:
    """Show the actions and their diffs."""
    change = context.change(args.id)
    plan = change.stages[0].plan if change.stages else None
    if plan is None:
        raise StateError("cli.no_plan", id=change.id)
    look = context.look
    parts = (view.actions(plan, look), view.diffs(plan.changes, look))
    context.show("\n".join(part for part in parts if part))
    context.json({"id": change.id, "plan": view.as_json(change.stage, look)})
    return Exit.DONE
