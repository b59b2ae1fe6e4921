"""``kiki audit verify|log``: prove the record, or list it."""

import argparse

from kiki.cli.context import Context
from kiki.cli.parser import Parser, one_of, positive
from kiki.cli.views import faults, history
from kiki.model.exits import Exit


def flags(parser: Parser) -> None:
    """What the command takes."""
    parser.flag("what", metavar="verify|log", type=one_of("verify", "log"), code="what_audit")
    parser.flag("--limit", metavar="COUNT", type=positive, default=100, code="limit_count")


def run(args: argparse.Namespace, context: Context) -> Exit:
    """Verify or list."""
    if args.what == "log":
        records = context.agent.ledger(args.limit)
        context.show(history.human(records, context.look, subjects=True))
        context.json({"records": history.as_json(records)})
        return Exit.DONE
    found = context.agent.audit()
    context.show(faults.human(found, context.look))
    context.json(faults.as_json(found, context.look))
    return Exit.RECORD_INVALID if found else Exit.DONE
