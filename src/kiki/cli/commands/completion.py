"""``kiki completion bash|zsh|fish``: the shell code that makes Tab work."""

import argparse

from kiki.cli.context import Context
from kiki.cli.parser import Parser, one_of
from kiki.model.exits import Exit

SHELLS = ("bash", "zsh", "fish")


def flags(parser: Parser) -> None:
    """What the command takes."""
    parser.flag("shell", metavar="bash|zsh|fish", type=one_of(*SHELLS))


def run(args: argparse.Namespace, context: Context) -> Exit:
    """Write it."""
    from argcomplete.shell_integration import shellcode  # noqa: PLC0415 -- lazy: only this command needs it

    shell = "bash" if args.shell == "zsh" else args.shell  # one script serves both
    script = shellcode(["kiki", "kiki.py"], shell=shell)
    context.json({"shell": args.shell, "script": script})
    if not context.as_json:
        context.screen.out(script)
    return Exit.DONE
