"""``kiki login [URL]`` and ``kiki logout [URL]``: a session of a server, kept in a file of one's
own.

Names and passwords come from the terminal or from stdin, never from the command line.
"""

import argparse

from kiki.cli import logins
from kiki.cli.context import Context
from kiki.cli.parser import Parser
from kiki.model.exits import Exit


def flags(parser: Parser) -> None:
    """What the command takes."""
    parser.secretive = True
    parser.flag("url", metavar="URL", nargs="?", default="", code="url_login")
    parser.switch("--first", code="first_login")
    parser.flag("--with", metavar="NAME", dest="source", default="", code="with_login")


def run(args: argparse.Namespace, context: Context) -> Exit:
    """Ask who, log in, and keep the token."""
    from kiki.cli import ask  # noqa: PLC0415 -- lazy: as all that asks
    from kiki.client import HttpAgent  # noqa: PLC0415 -- lazy: http.client, 27 ms

    url = logins.address(args.url, context.settings)
    server = HttpAgent(url)
    names: tuple[str, ...] = ("login_name", "login_password")
    if args.first:
        names = ("login_token", "login_name", "login_new_password")
    *token, name, password = ask.typed(context, names, twice=args.first)
    if args.first:
        server.first(token[0], name, password)
    made = server.login(name, password, args.source)
    logins.keep(context.settings, url, made["token"])
    name = made["about"]["account"]
    context.show(context.look.label("logged_in", name=name, url=url))
    context.json({"url": url, "name": name})
    return Exit.DONE
