"""``kiki worker``: do queued jobs, on this machine or on any other that reaches the same record.

This process becomes the worker, in the environment that the server has, too."""

import argparse
import os
import sys

from kiki.cli.context import Context
from kiki.cli.parser import Parser, positive
from kiki.model.agent import Progress
from kiki.model.exits import Exit


def flags(parser: Parser) -> None:
    """What the command takes."""
    parser.flag("--slots", metavar="COUNT", type=positive, default=2)


def run(args: argparse.Namespace, context: Context) -> Exit:
    """Become the worker; this returns only when that fails."""
    from kiki.provision import places, runtimes  # noqa: PLC0415 -- lazy: only this command

    def report(code: str, params: dict[str, str]) -> None:
        context.teller(Progress(code=code, params=params))

    python = str(runtimes.ensure("server", report))
    script = str(places.PACKAGE / "server" / "__main__.py")
    environ = {**os.environ, "KIKI_LANG": context.lang}
    sys.stdout.flush()
    context.screen.close()
    os.execve(python, [python, "-I", script, "worker", "--slots", str(args.slots)], environ)  # noqa: S606
