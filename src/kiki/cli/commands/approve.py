"""``kiki approve ID``: grant exactly what the plan shows."""

import argparse

from kiki.cli.context import Context
from kiki.cli.flow import Flow
from kiki.cli.parser import Parser
from kiki.cli.views import change as change_view
from kiki.cli.views import plan as plan_view
from kiki.model.change import Change
from kiki.model.errors import UsageError
from kiki.model.exits import Exit

_SHORTEST = len("sha256:") + 8


def flags(parser: Parser) -> None:
    """What the command takes."""
    parser.flag("id", metavar="ID")
    parser.flag("--digest", metavar="DIGEST", default=None)
    parser.flag("--context", "--cloud", metavar="NAME", default="", code="context_approve")
    parser.flag("--note", metavar="TEXT", default="")
    parser.flag("--ticket", metavar="TICKET", default="", code="ticket_approve")
    parser.flag("--break-glass", metavar="REASON", default="")
    parser.switch("--yes", "-y")


def run(args: argparse.Namespace, context: Context) -> Exit:
    """Show the plan, and grant it; a high risk is asked about on a terminal."""
    change = context.change(args.id)
    if change.stages:
        context.show(plan_view.human(change.stage, context.look))
        if change.later:
            context.show(change_view.later(change, context.look))
    if not _sure(change, args, context):
        context.note("cli.approve_later", id=change.id)
        return Exit.AWAITING_APPROVAL
    granted = context.agent.approve(
        change.id,
        _digest(change, args.digest),
        args.note,
        name=args.context or _typed(change),
        break_glass=args.break_glass,
        ticket=args.ticket,
    )
    context.show(change_view.head(granted, context.look))
    if granted.state != "approved":
        context.note("cli.more_approvals", id=change.id, count=len(granted.granted))
    elif not context.as_json:
        context.note("cli.run_next", id=change.id)
    Flow(context).end(granted)
    return Exit.DONE if granted.state == "approved" else Exit.AWAITING_APPROVAL


def _typed(change: Change) -> str:
    """The name that the person typed to come here; empty where none was asked for."""
    from kiki.cli import ask  # noqa: PLC0415 -- lazy: only with a plan

    return ask.guarded(change)


def _digest(change: Change, given: str | None) -> str:
    """The digest to grant: the change's own, also when *given* is enough of its beginning."""
    mine = change_view.digest(change)
    if given is None or (len(given) >= _SHORTEST and mine.startswith(given)):
        return mine
    return given


def _sure(change: Change, args: argparse.Namespace, context: Context) -> bool:
    plan = change.stages[0].plan if change.stages else None
    from kiki.cli import ask  # noqa: PLC0415 -- lazy: only with a plan

    name = ask.guarded(change)
    if name and change.state == "awaiting_approval":
        return _named(name, change, args, context)
    high = plan is not None and plan.risk == "high" and change.state == "awaiting_approval"
    if not high or args.yes or args.digest is not None or not context.interactive:
        return True
    return ask.decision(change, context) == "yes"


def _named(name: str, change: Change, args: argparse.Namespace, context: Context) -> bool:
    """Whether the production context, and what the site's rules want, was named: by ``--context``,
    or typed now. UsageError ``approval.other_context``, ``approval.other_word``."""
    from kiki.cli import ask  # noqa: PLC0415 -- lazy: as above

    ruling = change.stages[0].ruling
    what = "word" if ruling is not None and ruling.words else "context"
    if args.context and args.context != name:
        raise UsageError(f"approval.other_{what}", given=args.context, context=name)
    if args.context:
        return True
    if not context.interactive:
        context.note(f"approval.{what}_unsaid", context=name, id=change.id)
        return False
    return ask.decision(change, context) == "yes"
