"""``kiki changes``: the changes that match, newest first."""

import argparse

from kiki.cli.context import Context
from kiki.cli.parser import Parser, WrongValue, one_of, positive
from kiki.cli.requests import target_name
from kiki.cli.views import changes as view
from kiki.model.agent import ChangeFilter
from kiki.model.exits import Exit

STATES = (
    "draft", "asking", "refused", "invalid", "checked", "planned", "awaiting_approval", "approved",
    "applying", "verifying", "applied", "partly_applied", "failed", "rejected", "cancelled",
    "interrupted", "stale", "undone",
)  # fmt: skip


def flags(parser: Parser) -> None:
    """What the command takes."""
    parser.flag("--state", metavar="STATE", type=one_of(*STATES))
    parser.flag("--target", "-t", metavar="TARGET", default="")
    parser.flag("--requester", metavar="NAME", default="")
    parser.flag("--project", metavar="NAME", default="", code="project_filter")
    parser.flag("--since", metavar="TIME", type=moment)
    parser.flag("--text", metavar="TEXT", default="")
    parser.flag("--limit", metavar="COUNT", type=positive, default=50, code="limit_count")


def moment(value: str) -> str:
    """A type for flags that take a time: a date, a date and time (RFC 3339), or an age such as
    ``2h`` or ``7d``; as RFC 3339 UTC."""
    from datetime import UTC, datetime, timedelta  # noqa: PLC0415 -- lazy: only with --since

    units = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
    if value[:-1].isdecimal() and value[-1] in units:
        when = datetime.now(UTC) - timedelta(**{units[value[-1]]: int(value[:-1])})
    else:
        try:
            when = datetime.fromisoformat(value).astimezone(UTC)
        except ValueError as error:
            raise WrongValue("cli.time", value=value) from error
    return when.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def run(args: argparse.Namespace, context: Context) -> Exit:
    """List them."""
    wanted = ChangeFilter(
        state=args.state or "",
        target=target_name(args.target) or "",
        requester=args.requester,
        since=args.since or "",
        text=args.text,
        limit=args.limit,
        project=args.project,
    )
    found = context.agent.find(wanted)
    context.show(view.human(found, context.look))
    context.json({"changes": view.as_json(found)})
    return Exit.DONE
