"""``kiki agent``: serve several people over HTTP, from this machine's state folder.

This process becomes the server: the Python of an environment of its own, which is made when it is
not there."""

import argparse
import os
import sys

from kiki.cli.context import Context
from kiki.cli.parser import Parser, WrongValue, number
from kiki.model.agent import Progress
from kiki.model.errors import UsageError
from kiki.model.exits import Exit


def flags(parser: Parser) -> None:
    """What the command takes."""
    parser.flag("--host", metavar="ADDRESS", default="127.0.0.1", code="host_agent")
    parser.flag("--port", metavar="PORT", type=port, default=8082, code="port_agent")
    parser.flag("--slots", metavar="COUNT", type=number, default=2, code="slots_agent")
    parser.flag("--tls-cert", metavar="FILE", default="")
    parser.flag("--tls-key", metavar="FILE", default="")


def port(value: str) -> int:
    """A type for flags that take a port."""
    if not (value.isascii() and value.isdecimal()) or not 1 <= int(value[:6]) <= 65535:
        raise WrongValue("cli.number", value=value)
    return int(value)


def run(args: argparse.Namespace, context: Context) -> Exit:
    """Become the server; this returns only when that fails."""
    from kiki.provision import places, runtimes  # noqa: PLC0415 -- lazy: only this command

    if bool(args.tls_cert) != bool(args.tls_key):
        raise UsageError("server.tls_pair")

    def report(code: str, params: dict[str, str]) -> None:
        context.teller(Progress(code=code, params=params))

    python = str(runtimes.ensure("server", report))
    script = str(places.PACKAGE / "server" / "__main__.py")
    given = ["--host", args.host, "--port", str(args.port), "--slots", str(args.slots)]
    if args.tls_cert:
        given += ["--tls-cert", args.tls_cert, "--tls-key", args.tls_key]
    environ = {**os.environ, "KIKI_LANG": context.lang}
    sys.stdout.flush()
    context.screen.close()
    os.execve(python, [python, "-I", script, *given], environ)  # noqa: S606
