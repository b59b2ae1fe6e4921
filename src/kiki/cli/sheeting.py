"""``kiki hosts import``: a spreadsheet of hosts becomes a YAML inventory.

Called by ``commands.hosts``. Nothing is written over what somebody wrote by hand.
"""

import argparse
import difflib
import os

from kiki.cli import output
from kiki.cli.context import Context
from kiki.cli.exits import exit_of_findings
from kiki.cli.views import findings as findings_view
from kiki.cli.views import plan as plan_view
from kiki.documents import hostsheet, sheets
from kiki.model.errors import UsageError
from kiki.model.exits import Exit

_OUT = "./hosts.yml"


def imported(args: argparse.Namespace, context: Context) -> Exit:
    """Read the sheet, say what is wrong with it, show what would change, ask, and write."""
    shown, out = args.names[0], args.out or _OUT
    sheet = sheets.read(_bytes(shown), shown, args.sheet)
    found = hostsheet.read(sheet, shown, keep_columns=args.keep_columns)
    _tell(found, sheet, context)
    ended = exit_of_findings(found.findings)
    written, diff = False, ""
    if ended == Exit.DONE:
        text = hostsheet.to_inventory(found.hosts, os.path.basename(shown))  # noqa: PTH119
        before = _before(out, force=args.force)
        diff = _diff(before, text, out)
        context.show(_shown(diff, context))
        written = bool(diff) and not args.dry_run and _agreed(args, context, out, before)
        if written:
            output.save(out, text.encode())
            context.note("cli.written", path=out)
        elif diff and not args.dry_run:
            ended = Exit.CANCELLED
    context.json({
        "exit": int(ended), "path": out, "written": written, "diff": diff, "left": list(found.left),
        "findings": findings_view.as_json(found.findings, context.look),
        "hosts": [{"name": host.name, "groups": list(host.groups), "variables": host.variables}
                  for host in found.hosts],
    })  # fmt: skip
    return ended


def _bytes(path: str) -> bytes:
    try:
        with open(path, "rb") as file:  # noqa: PTH123 -- as elsewhere in the CLI
            return file.read()
    except OSError as error:
        why = error.strerror or str(error)
        raise UsageError("cli.file_unreadable", path=path, why=why) from error


def _tell(found: hostsheet.Imported, sheet: sheets.Sheet, context: Context) -> None:
    if sheet.encoding and sheet.encoding != "utf-8":
        context.note("hosts.sheet_encoding", encoding=sheet.encoding.upper())
    if found.left:
        context.note("hosts.sheet_left", headings=", ".join(found.left))
    if found.findings:
        context.show(findings_view.human(found.findings, context.look))


def _before(out: str, *, force: bool) -> str:
    """The text that is there. UsageError ``hosts.not_imported`` when it is not an import's own."""
    try:
        with open(out, encoding="utf-8") as file:  # noqa: PTH123 -- as above
            before = file.read()
    except FileNotFoundError:
        return ""
    except UnicodeDecodeError as error:
        raise UsageError("hosts.not_imported", path=out) from error
    except OSError as error:
        why = error.strerror or str(error)
        raise UsageError("cli.file_unreadable", path=out, why=why) from error
    if before.strip() and not force and not hostsheet.own(before):
        raise UsageError("hosts.not_imported", path=out)
    return before


def _diff(before: str, after: str, out: str) -> str:
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), out, out, "", "", n=2,
                                 lineterm="")  # fmt: skip
    return "\n".join(lines)


def _shown(diff: str, context: Context) -> str:
    return plan_view.diff(diff, context.look) if diff else context.look.label("hosts_same_file")


def _agreed(args: argparse.Namespace, context: Context, out: str, before: str) -> bool:
    """A new file needs no question; one that is there does, as hosts may go from it."""
    if args.yes or not before:
        return True
    if not context.interactive:
        raise UsageError("hosts.import_needs_yes", path=out)
    from kiki.cli import ask  # noqa: PLC0415 -- lazy: only on a terminal

    return ask.yes(context, "prompt_overwrite", path=out)
