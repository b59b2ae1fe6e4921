"""What ``plan``, ``resume``, ``redo``, ``undo`` and ``answer`` share: each sets a change going from
an id."""

import argparse
from collections.abc import Callable

from kiki.cli.context import Context
from kiki.cli.flow import Flow
from kiki.cli.parser import Parser
from kiki.model.agent import Listener
from kiki.model.change import Change
from kiki.model.exits import Exit

Act = Callable[[str, Listener, str | None], Change]


def flags_again(parser: Parser) -> None:
    """The flags of all of them."""
    parser.switch("--yes", "-y")
    parser.switch("--ask-become-pass", "-K")
    parser.switch("--no-follow")


def begin(args: argparse.Namespace, context: Context, act: Act) -> Exit:
    """Do *act* with the change named on the line, and carry what it gives on."""
    context.teller.follow = not args.no_follow
    before = context.change(args.id)
    scope = before.request.scope
    wanted = scope.inventory is not None and (args.ask_become_pass or scope.ask_become_pass)
    return Flow(context, yes=args.yes).begin(
        lambda password: act(before.id, context.teller, password), ask_password=wanted
    )
