"""``kiki token list|new|remove [ID]``: API tokens of one's own, for scripts and other programs."""

import argparse
from urllib.parse import quote

from kiki.cli import logins
from kiki.cli.context import Context
from kiki.cli.layout import one_line, table
from kiki.cli.parser import Parser, one_of, positive
from kiki.model.errors import UsageError
from kiki.model.exits import Exit
from kiki.model.people import RIGHTS

WHAT = ("list", "new", "remove")


def flags(parser: Parser) -> None:
    """What the command takes."""
    parser.flag("what", metavar="|".join(WHAT), type=one_of(*WHAT), code="what_token")
    parser.flag("id", metavar="ID", nargs="?", default="", code="id_token")
    parser.flag("--scopes", metavar="SCOPES", default="read", code="scopes_token")
    parser.flag("--projects", metavar="PROJECTS", default="", code="projects_token")
    parser.flag("--days", metavar="N", type=positive, default=90, code="days_token")
    parser.flag("--note", metavar="TEXT", default="", code="note_token")


def run(args: argparse.Namespace, context: Context) -> Exit:
    """Do what the first word says."""
    server = logins.server(context.settings)
    if args.what == "new":
        made = server.call("POST", "tokens", _wanted(args))
        context.show(made["token"])
        context.json(made)
    elif args.what == "list":
        found = server.call("GET", "tokens")["tokens"]
        context.show(table([_row(one) for one in found]))
        context.json({"tokens": found})
    else:
        if not args.id:
            raise UsageError("cli.argument_missing", names="ID", command="kiki token remove")
        server.call("DELETE", f"tokens/{quote(args.id, safe='')}")
        context.show(context.look.label("token_removed", id=args.id))
        context.json({"id": args.id})
    return Exit.DONE


def _wanted(args: argparse.Namespace) -> dict[str, object]:
    scopes = [one.strip() for one in args.scopes.split(",") if one.strip()]
    for scope in scopes or [""]:
        if scope not in RIGHTS:
            known = ", ".join(RIGHTS)
            raise UsageError("cli.choice", flag="--scopes", value=scope, choices=known)
    wanted: dict[str, object] = {"scopes": scopes, "days": args.days, "note": args.note}
    projects = [one.strip() for one in args.projects.split(",") if one.strip()]
    return wanted | ({"projects": projects} if projects else {})


def _row(one: dict[str, object]) -> tuple[str, ...]:
    scopes = one["scopes"]
    assert isinstance(scopes, list)
    kind, note = str(one["kind"]), one_line(str(one.get("note", "")))
    return str(one["id"]), kind, ", ".join(scopes), str(one["expires"]), note
