"""``kiki setup [WHAT]``: install beforehand what would be installed on demand."""

import argparse
from collections.abc import Callable
from typing import cast

from kiki.cli.context import Context
from kiki.cli.parser import Parser, one_of
from kiki.model.agent import Progress
from kiki.model.exits import Exit

PARTS = ("ansible", "llama", "openvino", "openstack", "kubernetes", "server")


def flags(parser: Parser) -> None:
    """What the command takes."""
    parser.flag("what", metavar="|".join(PARTS), nargs="?", default="ansible", type=one_of(*PARTS),
                code="what_setup")  # fmt: skip


def run(args: argparse.Namespace, context: Context) -> Exit:
    """Install it, or find it there."""

    def report(code: str, params: dict[str, str]) -> None:
        context.teller(Progress(code=code, params=params))

    path = _ensured(args.what, report)
    context.show(context.look.label("setup_done", what=args.what, path=path))
    context.json({"what": args.what, "path": path})
    return Exit.DONE


def _ensured(what: str, report: Callable[[str, dict[str, str]], None]) -> str:
    """The path of what was installed, or was there."""
    if what == "ansible":
        from kiki.provision.ansible import ensure  # noqa: PLC0415 -- lazy: only this command needs it

        return ensure(report).playbook
    from kiki.provision import runtimes  # noqa: PLC0415 -- lazy: only this command needs it

    return str(runtimes.ensure(cast(runtimes.Runtime, what), report))
