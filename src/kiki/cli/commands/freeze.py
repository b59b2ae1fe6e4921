"""``kiki freeze [on|off]``: halt all new applies at once, end that, or say whether it is so."""

import argparse
from datetime import UTC, datetime, timedelta

from kiki.cli.context import Context
from kiki.cli.parser import Parser, WrongValue, one_of
from kiki.cli.views import freeze as view
from kiki.model.errors import UsageError
from kiki.model.exits import Exit

_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def flags(parser: Parser) -> None:
    """What the command takes."""
    parser.flag("what", metavar="on|off", nargs="?", type=one_of("on", "off"), code="what_freeze")
    parser.flag("--reason", metavar="TEXT", default="")
    parser.flag("--until", metavar="TIME", type=later, code="until_freeze")


def later(value: str) -> str:
    """A type for flags that take a time to come: from now (``2h``, ``1d``), an hour of today
    (``18:00``), or a date and time; without a zone this machine's. As RFC 3339 UTC."""
    here = datetime.now(UTC).astimezone()
    try:
        if value[:-1].isdecimal() and value[-1] in _UNITS:
            when = here + timedelta(**{_UNITS[value[-1]]: int(value[:-1])})
        elif len(value) == len("18:00"):
            when = datetime.fromisoformat(f"{here.date()}T{value}").astimezone(UTC)
        else:
            when = datetime.fromisoformat(value).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise WrongValue("cli.time_later", value=value) from error
    return when.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def run(args: argparse.Namespace, context: Context) -> Exit:
    """Do what the first word says."""
    if args.what != "on" and (args.reason or args.until):
        raise UsageError("freeze.only_on")
    if args.what == "on":
        found = context.agent.freeze(args.reason, args.until or "")
    elif args.what == "off":
        found = context.agent.thaw()
    else:
        found = context.agent.frozen()
    context.show(view.human(found, context.look))
    context.json(view.as_json(found))
    return Exit.DONE
