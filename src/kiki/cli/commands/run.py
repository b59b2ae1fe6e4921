"""``kiki run ID``: apply what was approved, and verify it."""

import argparse

from kiki.cli.context import Context
from kiki.cli.flow import Flow
from kiki.cli.parser import Parser
from kiki.model.exits import Exit


def flags(parser: Parser) -> None:
    """What the command takes."""
    parser.flag("id", metavar="ID")
    parser.switch("--ask-become-pass", "-K")
    parser.switch("--no-follow")
    parser.flag("--override-window", metavar="REASON", default="")


def run(args: argparse.Namespace, context: Context) -> Exit:
    """Run it."""
    context.teller.follow = not args.no_follow
    change = context.agent.get(args.id)
    context.watched = change.id
    password = None
    if change.state == "approved" and (
        args.ask_become_pass or change.request.scope.ask_become_pass
    ):
        from kiki.cli import ask  # noqa: PLC0415 -- lazy: rarely asked for

        password = ask.become_password(context)
    flow = Flow(context)
    return flow.end(flow.apply(change, password, args.override_window))
