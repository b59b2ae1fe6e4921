"""``kiki backup [restore] FILE``: the whole record into one archive, and back."""

import argparse
import os

from kiki.cli.context import Context
from kiki.cli.parser import Parser
from kiki.cli.views import faults
from kiki.model.errors import UsageError
from kiki.model.exits import Exit

_RESTORE = "restore"


def flags(parser: Parser) -> None:
    """What the command takes."""
    parser.flag("word", metavar="[restore] FILE", nargs="+", code="word_backup")
    parser.switch("--force")


def run(args: argparse.Namespace, context: Context) -> Exit:
    """Write an archive, or put one back."""
    if context.remote:
        raise UsageError("ledger.local_only", url=context.settings.base_url)
    first, *others = args.word
    back = first == _RESTORE
    if len(others) != int(back):
        raise UsageError("cli.backup_words")
    path = os.path.abspath(args.word[-1])  # noqa: PTH100 -- start-up time
    return _restore(path, context) if back else _write(path, args.force, context)


def _write(path: str, force: bool, context: Context) -> Exit:
    from kiki.wiring import backup  # noqa: PLC0415 -- lazy: only this command needs it

    made = backup(context.settings, path, overwrite=force)
    count, records = len(made.files), made.head.sequence if made.head else 0
    context.show(context.look.label("backup_written", path=path, records=records, count=count))
    if made.left_out:
        context.show(context.look.label("backup_left_out", count=made.left_out))
    key = context.settings.master_key or f"{context.settings.state_dir}/keys/data.key"
    context.show(context.look.label("backup_needs_key", key=key))
    context.json({"path": path, "records": records, "files": count, "left_out": made.left_out})
    return Exit.DONE


def _restore(path: str, context: Context) -> Exit:
    from kiki.wiring import restore  # noqa: PLC0415 -- lazy: only this command needs it

    made, found = restore(context.settings, path)
    records = made.head.sequence if made.head else 0
    shown = {"path": path, "records": records, "created": made.created}
    context.show(context.look.label("backup_restored", **shown))
    context.show(faults.human(found, context.look))
    context.json(
        {"records": records, "created": made.created} | faults.as_json(found, context.look)
    )
    return Exit.RECORD_INVALID if found else Exit.DONE
