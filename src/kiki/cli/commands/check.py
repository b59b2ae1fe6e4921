"""``kiki check FILE...``: anybody's playbooks, manifests and templates, checked."""

import argparse

from kiki.cli.context import Context
from kiki.cli.exits import exit_of_findings
from kiki.cli.parser import Parser
from kiki.cli.requests import target_name
from kiki.cli.views import findings as view
from kiki.model.artifact import File
from kiki.model.errors import UsageError
from kiki.model.exits import Exit


def flags(parser: Parser) -> None:
    """What the command takes."""
    parser.flag("files", metavar="FILE", nargs="+", code="files_check")
    parser.flag("--target", "-t", metavar="TARGET", default="", code="target_check")


def run(args: argparse.Namespace, context: Context) -> Exit:
    """Check each file by itself."""
    target = target_name(args.target) or ""
    agent = context.agent if context.remote else context.generator
    found = [
        finding for path in args.files for finding in agent.check(target, (_file(path, context),))
    ]
    context.show(view.human(found, context.look))
    ended = exit_of_findings(found)
    context.json({"exit": int(ended), "findings": view.as_json(found, context.look)})
    return ended


def _file(path: str, context: Context) -> File:
    if path == "-":
        return File(path="-", text=context.screen.read_all())
    try:
        with open(path, encoding="utf-8-sig") as file:  # noqa: PTH123 -- as elsewhere in the CLI
            return File(path=path, text=file.read())
    except UnicodeDecodeError as error:
        raise UsageError("documents.binary", file=path, offset=error.start) from error
    except OSError as error:
        why = error.strerror or str(error)
        raise UsageError("cli.file_unreadable", path=path, why=why) from error
