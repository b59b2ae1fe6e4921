"""``kiki check FILE...``: anybody's playbooks, manifests, templates and whole folders, checked."""

import argparse
import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager

from kiki.cli import gathering
from kiki.cli.context import Context
from kiki.cli.exits import exit_of_findings
from kiki.cli.parser import Parser, add_kube_version
from kiki.cli.requests import target_name
from kiki.cli.views import findings as view
from kiki.model.artifact import File
from kiki.model.errors import UsageError
from kiki.model.exits import Exit
from kiki.model.finding import Finding


def flags(parser: Parser) -> None:
    """What the command takes."""
    parser.flag("files", metavar="FILE", nargs="+", code="files_check")
    parser.flag("--target", "-t", metavar="TARGET", default="", code="target_check")
    add_kube_version(parser)
    parser.switch("--trusted", code="trusted_check")
    parser.switch("--sarif", code="sarif_check")


def run(args: argparse.Namespace, context: Context) -> Exit:
    """Check each file with what lies around it, and each folder as a whole."""
    target = target_name(args.target) or ""
    with _nothing_collected():
        found = [
            finding
            for path in args.files
            for finding in _checked(path, target, args.kube_version, context)
        ]
    if args.trusted:
        from kiki.cli.linting import linted  # noqa: PLC0415 -- lazy: only for what is trusted

        found += linted(args.files, context)
    found = _once(found)
    ended = exit_of_findings(found)
    if args.sarif:
        from kiki.cli.views.sarif import document  # noqa: PLC0415 -- lazy: only for programs

        context.screen.out(document(found, context.look))
        return ended
    context.show(view.human(found, context.look))
    context.json({"exit": int(ended), "findings": view.as_json(found, context.look)})
    return ended


@contextmanager
def _nothing_collected() -> Iterator[None]:
    """Without looking for garbage: what is read from files is kept until they are checked."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _once(found: list[Finding]) -> list[Finding]:
    """*found* without what two of the files brought in both."""
    kept: list[Finding] = []
    seen = set()
    for one in found:
        key = (one.code, one.file, one.line, one.column, tuple(sorted(one.params.items())))
        if key not in seen:
            seen.add(key)
            kept.append(one)
    return kept


def _checked(path: str, target: str, version: str, context: Context) -> tuple[Finding, ...]:
    agent = context.maker
    if os.path.isdir(path):  # noqa: PTH112 -- start-up time
        files, unread = gathering.project(path)
        return (*unread, *(agent.check(target, files, "", version) if files else ()))
    file = read_file(path, context)
    if not target and ("\n" + file.text[:4000]).find("\nvdc:") >= 0:
        from kiki.vdc.reading import read  # noqa: PLC0415 -- lazy: only for such a definition

        return read(file).findings
    files = (file,) if path == "-" else gathering.around(file)
    return agent.check(target, files, path, version)


def read_file(path: str, context: Context) -> File:
    """The file at *path*, ``-`` for stdin. UsageError for what is no text, or can't be read."""
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
