"""``kiki jobs``: what waits in the queue, what workers do, and what they have done."""

import argparse

from kiki.cli.context import Context
from kiki.cli.parser import Parser, one_of, positive
from kiki.cli.views import jobs as view
from kiki.model.exits import Exit
from kiki.model.job import JobFilter

STATES = ("queued", "running", "done", "failed", "cancelled", "interrupted")


def flags(parser: Parser) -> None:
    """What the command takes."""
    parser.flag("id", metavar="ID", nargs="?", default="", code="id_jobs")
    parser.switch("--all", code="all_jobs")
    parser.flag("--state", metavar="STATE", type=one_of(*STATES), code="state_jobs")
    parser.flag("--limit", metavar="COUNT", type=positive, default=100, code="limit_count")


def run(args: argparse.Namespace, context: Context) -> Exit:
    """List them: the open ones, unless more is asked for."""
    change = context.change(args.id).id if args.id else ""
    every = args.all or bool(change) or bool(args.state)
    wanted = JobFilter(state=args.state or "", change=change, open=not every, limit=args.limit)
    found = context.agent.jobs(wanted)
    context.show(view.human(found, context.look))
    context.json({"jobs": [view.as_json(one) for one in found]})
    return Exit.DONE
