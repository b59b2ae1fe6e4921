"""``kiki show ID``: everything about one change; ``--files`` or ``--yaml`` for its code alone."""

import argparse

from kiki.cli import output
from kiki.cli.context import Context
from kiki.cli.parser import Parser
from kiki.cli.views import change as view
from kiki.cli.views import code
from kiki.model.artifact import Artifact
from kiki.model.change import Change
from kiki.model.errors import StateError
from kiki.model.exits import Exit


def flags(parser: Parser) -> None:
    """What the command takes."""
    parser.flag("id", metavar="ID")
    parser.switch("--files")
    parser.switch("--yaml")


def run(args: argparse.Namespace, context: Context) -> Exit:
    """Show it."""
    change = context.change(args.id)
    if args.yaml and not context.as_json:
        context.screen.raw(output.stream(artifact_of(change)))
    elif args.files:
        context.show(code.human(artifact_of(change), context.look))
        context.json({"artifact": code.as_json(artifact_of(change))})
    else:
        records = context.agent.history(change.id)
        context.show(view.human(change, records, context.look))
        context.json({"change": view.as_json(change, context.look, records)})
    return Exit.DONE


def artifact_of(change: Change) -> Artifact:
    """The change's code; StateError ``cli.no_code`` when it never had any."""
    artifact = change.stages[0].artifact if change.stages else None
    if artifact is None:
        raise StateError("cli.no_code", id=change.id)
    return artifact
