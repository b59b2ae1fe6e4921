"""Completion of what changes: ids of changes, names of secrets, files, values inside quotes.

Called by ``main`` for what ``completing`` can't answer. Slower: builds every parser, and may open
the database.
"""

import argparse
import os
from typing import TYPE_CHECKING, Any

import argcomplete

from kiki.cli import route
from kiki.cli.dispatch import module_of
from kiki.cli.parser import Parser, add_globals
from kiki.model.errors import KikiError

if TYPE_CHECKING:
    from kiki.model.agent import Agent


def complete() -> int:
    """Answer the shell; argcomplete ends the process with its own exit code."""
    argcomplete.autocomplete(whole_parser())
    return 0


def whole_parser() -> Parser:
    """Every command under one parser, as argcomplete needs it."""
    parser = Parser(prog="kiki")
    module_of("kiki").flags(parser)
    _drop_words(parser)
    add_globals(parser)
    commands = parser.add_subparsers(dest="command", parser_class=Parser)
    for name in route.COMMANDS:
        command = commands.add_parser(name)
        module_of(name).flags(command)
        add_globals(command)
        _complete_ids(command)
    return parser


def _drop_words(parser: Parser) -> None:
    """Free words of the bare form would be taken for the command."""
    for action in list(parser._actions):
        if action.dest == "words":
            parser._remove_action(action)


def _complete_ids(command: Parser) -> None:
    for action in command._actions:
        if action.dest == "id" and not action.option_strings:
            action.completer = _ids  # type: ignore[attr-defined]
        if action.dest == "name" and not action.option_strings:
            action.completer = _secrets  # type: ignore[attr-defined]
        if action.dest == "value" and not action.option_strings:
            action.completer = _answers  # type: ignore[attr-defined]
        choices = getattr(action.type, "choices", None)
        if choices:
            action.completer = argcomplete.ChoicesCompleter(choices)  # type: ignore[attr-defined]


def _ids(prefix: str, parsed_args: argparse.Namespace, **_: Any) -> dict[str, str]:
    """Ids of recent changes and what they asked, by prefix; nothing when they can't be had."""
    from kiki.cli.views.changes import title  # noqa: PLC0415 -- lazy: only for ids
    from kiki.model.agent import ChangeFilter  # noqa: PLC0415 -- lazy: only for ids

    try:
        found = _agent(parsed_args).find(ChangeFilter(limit=200))
    except KikiError:
        return {}
    return {change.id: title(change) for change in found if change.id.startswith(prefix)}


def _answers(prefix: str, parsed_args: argparse.Namespace, **_: Any) -> list[str]:
    """The choices of a change's open question, as they were offered; no system is asked again."""
    try:
        change = _agent(parsed_args).get(getattr(parsed_args, "id", ""))
    except KikiError:
        return []
    question = change.reading.question if change.reading else None
    values = [choice.value for choice in question.choices] if question else []
    return [value for value in values if value.startswith(prefix)]


def _secrets(prefix: str, parsed_args: argparse.Namespace, **_: Any) -> list[str]:
    """Names of secrets by prefix; nothing when they can't be had."""
    try:
        names = {one.name for one in _agent(parsed_args).secrets()}
    except KikiError:
        return []
    return sorted(name for name in names if name.startswith(prefix))


def _agent(parsed_args: argparse.Namespace) -> "Agent":
    from kiki.cli.context import agent_for  # noqa: PLC0415 -- lazy: only for what is stored
    from kiki.model.agent import silent  # noqa: PLC0415 -- lazy: only for what is stored
    from kiki.settings import load  # noqa: PLC0415 -- lazy: only for what is stored

    given = {"base_url": getattr(parsed_args, "base_url", "") or ""}
    settings = load(given, os.environ, os.getcwd())  # noqa: PTH109 -- as in the dispatcher
    return agent_for(settings, silent)
