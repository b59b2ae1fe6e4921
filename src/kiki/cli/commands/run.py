"""``kiki run ID``: apply what was approved, and verify it."""

import argparse

from kiki.cli.context import Context
from kiki.cli.flow import Flow
from kiki.cli.parser import Parser, one_of
from kiki.cli.views import jobs as view
from kiki.model.change import Change
from kiki.model.exits import Exit
from kiki.model.job import Priority


def flags(parser: Parser) -> None:
    """What the command takes."""
    parser.flag("id", metavar="ID")
    parser.switch("--ask-become-pass", "-K")
    parser.switch("--no-follow")
    parser.flag("--override-window", metavar="REASON", default="")
    parser.switch("--queue")
    parser.flag("--priority", metavar="low|normal|high", type=one_of("low", "normal", "high"))


def run(args: argparse.Namespace, context: Context) -> Exit:
    """Run it."""
    context.teller.follow = not args.no_follow
    change = context.change(args.id)
    context.watched = change.id
    if args.queue or args.priority:
        return _queued(args, context, change)
    password = None
    if change.state == "approved" and (
        args.ask_become_pass or change.request.scope.ask_become_pass
    ):
        from kiki.cli import ask  # noqa: PLC0415 -- lazy: rarely asked for

        password = ask.become_password(context)
    flow = Flow(context)
    return flow.end(flow.apply(change, password, args.override_window))


def _queued(args: argparse.Namespace, context: Context, change: Change) -> Exit:
    """Have a worker do it."""
    priority: Priority = args.priority or "normal"
    job = context.agent.enqueue(change.id, "run", priority, override=args.override_window)
    context.show(view.added(job, context.look))
    context.json({"job": view.as_json(job)})
    return Exit.DONE
