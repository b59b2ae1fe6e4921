"""``kiki logout [URL]``: end the session that ``kiki login`` began, there and here."""

import argparse
from contextlib import suppress

from kiki.cli import logins
from kiki.cli.context import Context
from kiki.cli.parser import Parser
from kiki.model.errors import UsageError
from kiki.model.exits import Exit


def flags(parser: Parser) -> None:
    """What the command takes."""
    parser.flag("url", metavar="URL", nargs="?", default="", code="url_login")


def run(args: argparse.Namespace, context: Context) -> Exit:
    """End it; one that the server ended already is only forgotten."""
    from kiki.client import HttpAgent  # noqa: PLC0415 -- lazy: http.client, 27 ms

    url = logins.address(args.url, context.settings)
    token = logins.token(context.settings, url)
    if token:
        with suppress(UsageError):
            HttpAgent(url, token).logout()
        logins.forget(context.settings, url)
    context.show(context.look.label("logged_out", url=url))
    context.json({"url": url})
    return Exit.DONE
