"""``kiki login [URL]`` and ``kiki logout [URL]``: a session of a server, kept in a file of one's
own.

Names and passwords come from the terminal or from stdin, never from the command line.
"""

import argparse
from typing import TYPE_CHECKING, Any

from kiki.cli import logins
from kiki.cli.context import Context
from kiki.cli.parser import Parser
from kiki.model.exits import Exit

if TYPE_CHECKING:
    from kiki.client import HttpAgent


def flags(parser: Parser) -> None:
    """What the command takes."""
    parser.secretive = True
    parser.flag("url", metavar="URL", nargs="?", default="", code="url_login")
    parser.switch("--first", code="first_login")
    parser.flag("--with", metavar="NAME", dest="source", default="", code="with_login")
    parser.switch("--device", code="device_login")


def run(args: argparse.Namespace, context: Context) -> Exit:
    """Ask who, log in, and keep the token."""
    from kiki.cli import ask  # noqa: PLC0415 -- lazy: as all that asks
    from kiki.client import HttpAgent  # noqa: PLC0415 -- lazy: http.client, 27 ms

    url = logins.address(args.url, context.settings)
    server = HttpAgent(url)
    if args.source:
        _keep(url, _elsewhere(server, args, context), context)
        return Exit.DONE
    names: tuple[str, ...] = ("login_name", "login_password")
    if args.first:
        names = ("login_token", "login_name", "login_new_password")
    *token, name, password = ask.typed(context, names, twice=args.first)
    if args.first:
        server.first(token[0], name, password)
    _keep(url, server.login(name, password), context)
    return Exit.DONE


def _elsewhere(server: "HttpAgent", args: argparse.Namespace, context: Context) -> dict[str, Any]:
    """A session by a login source of the server: with its page, or with a name and password."""
    from kiki.cli import ask, browsing  # noqa: PLC0415 -- lazy: as all that asks

    sources = server.call("GET", "login")["sources"]
    if sources.get(args.source) == "oidc":
        return browsing.login(server, args.source, context, device=args.device)
    name, password = ask.typed(context, ("login_name", "login_password"))
    return server.login(name, password, args.source)


def _keep(url: str, made: dict[str, Any], context: Context) -> None:
    logins.keep(context.settings, url, made["token"])
    name = made["about"]["account"]
    context.show(context.look.label("logged_in", name=name, url=url))
    context.json({"url": url, "name": name})
