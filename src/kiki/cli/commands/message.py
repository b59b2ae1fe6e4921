"""``kiki --message "..."``: words become a change; with ``--out`` or "print only the YAML", code.

Called by the dispatcher when the line starts with a flag.
"""

import argparse

from kiki.cli.context import Context
from kiki.cli.flow import Flow
from kiki.cli.generation import produce
from kiki.cli.parser import (
    Parser,
    add_code_flags,
    add_ignored,
    batch,
    ignored,
    one_of,
    percent,
    positive,
)
from kiki.cli.requests import from_message
from kiki.model.change import Change
from kiki.model.errors import UsageError
from kiki.model.exits import Exit
from kiki.model.request import Request
from kiki.model.rollout import FIRST


def flags(parser: Parser) -> None:
    """What the command takes."""
    parser.flag("--message", metavar="TEXT")
    parser.flag("--target", "-t", metavar="TARGET", default="")
    parser.flag("--name", metavar="NAME", default="")
    parser.flag("--model", metavar="NAME", default="")
    add_code_flags(parser)
    _scope_flags(parser)
    add_ignored(parser)
    parser.flag("words", nargs="*", help=argparse.SUPPRESS)


def _scope_flags(parser: Parser) -> None:
    parser.flag("--inventory", "-i", metavar="INVENTORY")
    parser.flag("--inventory-file", metavar="FILE", default="")
    parser.flag("--context", metavar="NAME", default="")
    parser.flag("--kubeconfig", metavar="FILE", default="")
    parser.flag("--cloud", metavar="NAME", default="")
    parser.flag("--clouds-file", metavar="FILE", default="")
    parser.flag("--region", metavar="NAME", default="")
    parser.switch("--take-over")
    parser.switch("--create-only")
    parser.flag("--project", metavar="NAME", default="", code="project_new")
    parser.flag("--limit", metavar="PATTERN", default="")
    parser.flag("--tags", metavar="TAG,...", action="append", default=[])
    parser.flag("--extra-vars", "-e", metavar="VARS", action="append", default=[])
    parser.flag("--extra-vars-file", metavar="FILE", action="append", default=[])
    parser.flag("--user", "-u", metavar="USER", default="")
    parser.flag("--ssh-key", metavar="FILE", default="")
    parser.switch("--ask-become-pass", "-K")
    parser.flag("--verify", metavar="none|syntax|all", type=one_of("none", "syntax", "all"),
                default="all")  # fmt: skip
    parser.flag("--canary", metavar="[HOST]", nargs="?", const=FIRST, default="")
    parser.flag("--batch", metavar="N|N%", type=batch, default=None)
    parser.flag("--max-fail", metavar="PERCENT", type=percent, default=0)
    parser.flag("--timeout", metavar="SECONDS", type=positive, default=0)
    parser.switch("--yes", "-y")
    parser.switch("--no-follow")
    parser.switch("--watch", "-w")
    parser.switch("--wide")


def run(args: argparse.Namespace, context: Context) -> Exit:
    """Make the change and carry it as far as it may go."""
    _place_words(args)
    request = from_message(args, context)
    for flag in ignored(args):
        context.note("cli.flag_ignored", flag=flag)
    context.teller.follow = not args.no_follow
    if args.out or context.maker.asks_for_code_only(request):
        return _code_only(request, args, context)

    def submit(password: str | None) -> Change:
        context.submitting = _now()
        return context.agent.submit(request, context.teller, password)

    wanted = args.ask_become_pass and request.scope.inventory is not None
    flow = Flow(context, yes=args.yes, wide=args.wide, watch=args.watch)
    return flow.begin(submit, ask_password=wanted)


def _now() -> str:
    from datetime import UTC, datetime  # noqa: PLC0415 -- lazy: code alone needs no time

    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _place_words(args: argparse.Namespace) -> None:
    """The prototype's ``ansible-ai "..."`` has its message without a flag."""
    if args.words and args.message is None and args.positional_message:
        args.message = args.words.pop(0)
    if args.words:
        raise UsageError("cli.word_unexpected", word=args.words[0], command="kiki")


def _code_only(request: Request, args: argparse.Namespace, context: Context) -> Exit:
    from kiki.cli import output  # noqa: PLC0415 -- lazy: a change writes no file

    return produce(request, context.maker, context, output.delivery(args, context), strict=True)
