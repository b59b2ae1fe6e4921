"""``kiki people list|set|remove [NAME]``: the accounts of a server, for its admins."""

import argparse
from urllib.parse import quote

from kiki.cli import ask, logins
from kiki.cli.context import Context
from kiki.cli.layout import one_line, table
from kiki.cli.parser import Parser, one_of
from kiki.model.errors import UsageError
from kiki.model.exits import Exit
from kiki.model.people import ROLES, placed

WHAT = ("list", "set", "remove")


def flags(parser: Parser) -> None:
    """What the command takes."""
    parser.flag("what", metavar="|".join(WHAT), type=one_of(*WHAT), code="what_people")
    parser.flag("name", metavar="NAME", nargs="?", default="", code="name_people")
    parser.flag("--roles", metavar="ROLES", default="", code="roles_people")
    parser.switch("--new-password", code="new_password_people")


def run(args: argparse.Namespace, context: Context) -> Exit:
    """Do what the first word says."""
    server = logins.server(context.settings)
    if args.what == "list":
        found = server.call("GET", "people")["people"]
        rows = [(one_line(one["name"]), ", ".join(one["roles"]), one["created"]) for one in found]
        context.show(table(rows))
        context.json({"people": found})
        return Exit.DONE
    if not args.name:
        command = f"kiki people {args.what}"
        raise UsageError("cli.argument_missing", names="NAME", command=command)
    path = f"people/{quote(args.name, safe='')}"
    if args.what == "remove":
        server.call("DELETE", path)
    else:
        server.call("PUT", path, _wanted(args, context))
    context.show(context.look.label(f"people_{args.what}", name=args.name))
    context.json({"name": args.name})
    return Exit.DONE


def _wanted(args: argparse.Namespace, context: Context) -> dict[str, object]:
    roles = [one.strip() for one in args.roles.split(",") if one.strip()]
    for role in roles or [""]:
        if placed(role)[0] not in ROLES:
            known = ", ".join(ROLES)
            raise UsageError("cli.choice", flag="--roles", value=role, choices=known)
    wanted: dict[str, object] = {"roles": roles}
    if args.new_password:
        wanted["password"] = ask.typed(context, ("login_new_password",), twice=True)[0]
    return wanted
