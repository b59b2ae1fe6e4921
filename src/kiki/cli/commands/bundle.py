"""``kiki bundle ID``: a zip of a change's code, logs, result and records. ``kiki bundle make FILE``
and ``kiki bundle verify FILE``: an archive from which Kiki is installed without a network."""

import argparse
import os

from kiki.cli import output
from kiki.cli.context import Context
from kiki.cli.parser import Parser
from kiki.model.errors import UsageError
from kiki.model.exits import Exit

ARCHIVES = ("make", "verify")  # no change's id: those have digits


def flags(parser: Parser) -> None:
    """What the command takes."""
    parser.flag("id", metavar="ID|make|verify", code="bundle_id")
    parser.flag("file", metavar="FILE", nargs="?", default="", code="archive_file")
    parser.flag("--out", metavar="FILE", default="", code="out_bundle")
    parser.switch("--force")
    parser.flag("--with", metavar="LIST", default="", dest="parts", code="archive_with")
    parser.flag("--model", metavar="MODEL", action="append", default=[], dest="models",
                code="archive_model")  # fmt: skip
    parser.flag("--image", metavar="IMAGE", action="append", default=[], dest="images",
                code="archive_image")  # fmt: skip


def run(args: argparse.Namespace, context: Context) -> Exit:
    """Write it."""
    if args.id in ARCHIVES:
        return _archive(args, context)
    if args.file:
        raise UsageError("cli.word_unexpected", word=args.file, command="kiki bundle")
    change = context.change(args.id)
    path = os.path.abspath(args.out or f"kiki-{change.id}.zip")  # noqa: PTH100 -- start-up time
    if not args.force:
        output.permit([path], context)
    written = context.agent.bundle(change.id, path)
    context.show(context.look.label("bundle_written", path=written))
    context.json({"id": change.id, "path": written})
    return Exit.DONE


def _archive(args: argparse.Namespace, context: Context) -> Exit:
    from kiki.cli import archives  # noqa: PLC0415 -- lazy: few bundles are archives

    path = args.file or args.out
    if not path:
        raise UsageError("archive.which", what=args.id)
    if args.id == "verify":
        return archives.verified(context, path)
    if not args.force:
        output.permit([os.path.abspath(path)], context)  # noqa: PTH100 -- as above
    return archives.made(context, path, args.parts, args.models, args.images)
