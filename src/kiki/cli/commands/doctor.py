"""``kiki doctor``: what is there, what is missing, and the one command that mends each."""

import argparse

from kiki.cli.context import Context
from kiki.cli.parser import Parser
from kiki.cli.views import doctor as view
from kiki.model.exits import Exit


def flags(parser: Parser) -> None:
    """It takes none."""
    del parser


def run(args: argparse.Namespace, context: Context) -> Exit:
    """Examine this machine; the exit code says whether anything required is missing."""
    del args
    from kiki.provision.doctor import examine  # noqa: PLC0415 -- lazy: only this command needs it
    from kiki.wiring import check_engine  # noqa: PLC0415 -- lazy: as above

    checks = (*examine(config=context.settings), check_engine(context.settings))
    context.show(view.human(checks, context.look))
    context.json(view.as_json(checks, context.look))
    broken = any(not check.ok and check.level == "required" for check in checks)
    return Exit.FAILED if broken else Exit.DONE
