"""``kiki setup [ansible]``: install beforehand what would be installed on demand."""

import argparse

from kiki.cli.context import Context
from kiki.cli.parser import Parser, one_of
from kiki.model.agent import Progress
from kiki.model.exits import Exit


def flags(parser: Parser) -> None:
    """What the command takes."""
    parser.flag("what", metavar="ansible", nargs="?", default="ansible", type=one_of("ansible"),
                code="what_setup")  # fmt: skip


def run(args: argparse.Namespace, context: Context) -> Exit:
    """Install it, or find it there."""
    from kiki.provision.ansible import ensure  # noqa: PLC0415 -- lazy: only this command needs it

    def report(code: str, params: dict[str, str]) -> None:
        context.teller(Progress(code=code, params=params))

    home = ensure(report)
    context.show(context.look.label("setup_done", what=args.what, path=home.playbook))
    context.json({"what": args.what, "path": home.playbook})
    return Exit.DONE
