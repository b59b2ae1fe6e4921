"""``kiki audit verify|log|export|search|anchor``: prove the record, list it, hand it on, search it,
keep its head elsewhere."""

import argparse
import os
from pathlib import Path

from kiki.cli import output
from kiki.cli.commands.changes import moment
from kiki.cli.context import Context
from kiki.cli.parser import Parser, one_of, positive
from kiki.cli.views import faults, history
from kiki.model.errors import UsageError
from kiki.model.exits import Exit
from kiki.model.ledger import LedgerFilter, LedgerRecord

WHAT = ("verify", "log", "export", "search", "anchor")


def flags(parser: Parser) -> None:
    """What the command takes."""
    parser.flag("what", metavar="|".join(WHAT), type=one_of(*WHAT), code="what_audit")
    parser.flag("word", metavar="FILE|TEXT", nargs="?", default="", code="word_audit")
    parser.flag("--limit", metavar="COUNT", type=positive, default=100, code="limit_count")
    parser.flag("--who", metavar="NAME", default="", code="who_audit")
    parser.flag("--target", "-t", metavar="TARGET", default="", code="target_audit")
    parser.flag("--object", metavar="NAME", default="", code="object_audit")
    parser.flag("--project", metavar="NAME", default="", code="project_filter")
    parser.flag("--since", metavar="TIME", type=moment)
    parser.flag("--until", metavar="TIME", type=moment, code="until_audit")
    parser.flag("--format", metavar="json|csv", type=one_of("json", "csv"), default="json",
                code="format_audit")  # fmt: skip
    parser.flag("--out", metavar="FILE", default="", code="out_audit")
    parser.switch("--force")
    parser.flag("--key", metavar="KEY", default="", code="key_audit")


def run(args: argparse.Namespace, context: Context) -> Exit:
    """Do what the first word says."""
    if args.word and args.what in ("log", "export", "anchor"):
        raise UsageError("cli.word_unexpected", word=args.word, command=f"kiki audit {args.what}")
    if args.what == "log":
        return _list(context.agent.ledger(args.limit), "nothing_recorded", context)
    if args.what == "search":
        return _list(context.agent.search(_filter(args)), "no_records", context)
    if args.what == "export":
        return _export(args, context)
    if args.what == "anchor":
        return _anchor(context)
    return _verify_file(args, context) if args.word else _verify(context)


def _filter(args: argparse.Namespace) -> LedgerFilter:
    from kiki.cli.requests import target_name  # noqa: PLC0415 -- lazy: only to search

    return LedgerFilter(
        who=args.who,
        target=target_name(args.target) or args.target,
        object=args.object,
        since=args.since or "",
        until=args.until or "",
        text=args.word,
        limit=args.limit,
        project=args.project,
    )


def _list(records: tuple[LedgerRecord, ...], nothing: str, context: Context) -> Exit:
    """Show *records*, or the label *nothing* where there are none."""
    look = context.look
    context.show(history.human(records, look, subjects=True) if records else look.label(nothing))
    context.json({"records": history.as_json(records)})
    return Exit.DONE


def _verify(context: Context) -> Exit:
    found = context.agent.audit()
    context.show(faults.human(found, context.look))
    context.json(faults.as_json(found, context.look))
    return Exit.RECORD_INVALID if found else Exit.DONE


def _export(args: argparse.Namespace, context: Context) -> Exit:
    """On stdout, where --json wants JSON, or in a file."""
    from kiki.wiring import export_text  # noqa: PLC0415 -- lazy: only to export

    path = os.path.abspath(args.out) if args.out else ""  # noqa: PTH100 -- start-up time
    if path and not args.force:
        output.permit([path], context)
    export = context.agent.export()
    text = export_text(export, "json" if context.as_json and not path else args.format)
    if not path:
        context.screen.raw(text)
        return Exit.DONE
    output.save(path, text.encode())
    count = len(export.records)
    context.show(context.look.label("ledger_written", path=path, count=count))
    context.json({"path": path, "count": count})
    return Exit.DONE


def _anchor(context: Context) -> Exit:
    """Keep the head where the setting says, now."""
    if context.remote:
        raise UsageError("ledger.local_only", url=context.settings.base_url)
    if not context.settings.ledger_anchors:
        raise UsageError("ledger.no_anchors")
    from kiki.wiring import anchor  # noqa: PLC0415 -- lazy: only to anchor

    head, places = anchor(context.settings)
    sequence = head.sequence if head else 0
    context.show(context.look.label("head_kept", sequence=sequence, places=", ".join(places)))
    context.json({"sequence": sequence, "hash": head.hash if head else "", "places": list(places)})
    return Exit.DONE


def _verify_file(args: argparse.Namespace, context: Context) -> Exit:
    """Of an export, with no state folder; the key is shown, as only a person can know it."""
    from kiki.wiring import export_faults  # noqa: PLC0415 -- lazy: only for an export

    try:
        data = Path(args.word).read_bytes()
    except OSError as error:
        reason = error.strerror or str(error)
        raise UsageError("ledger.export_away", path=args.word, reason=reason) from error
    found, export = export_faults(data, args.key)
    context.show(faults.human(found, context.look))
    head = export.head
    if head is not None and not found:
        shown = {"count": len(export.records), "hash": head.hash, "key": head.key}
        context.show(context.look.label("export_signed" if args.key else "export_key", **shown))
    about = {"count": len(export.records), "key": head.key if head else ""}
    context.json(faults.as_json(found, context.look) | about)
    return Exit.RECORD_INVALID if found else Exit.DONE
