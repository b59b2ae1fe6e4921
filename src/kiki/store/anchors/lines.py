"""A head as one line of text, and heads out of any text that has such lines.

Called by ``store.anchors.keeping`` and the places. What stands before the mark (a time, a log's own
columns) is nobody's business; a line that can't be read is no head.
"""

from collections.abc import Iterable, Iterator

import msgspec

from kiki.model.ledger import LedgerHead
from kiki.model.records import canonical

MARK = "kiki-ledger-head "


def line(head: LedgerHead) -> str:
    """The head, without an end of line."""
    return MARK + canonical(head).decode()


def heads(text: Iterable[str]) -> Iterator[LedgerHead]:
    """The heads of all lines that have one."""
    for one in text:
        _, mark, rest = one.partition(MARK)
        if not mark:
            continue
        try:
            yield msgspec.json.decode(rest.strip(), type=LedgerHead)
        except msgspec.MsgspecError:
            continue
