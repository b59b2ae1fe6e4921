"""An emergency freeze: while it lasts, nothing new is applied.

Made by ``service.freezing`` from the ledger, which is the only place where it is kept; shown by
``kiki freeze`` and sent over HTTP."""

from kiki.model.records import Record


class Freeze(Record, frozen=True):
    """Whether applies are halted. *by*, *at* and *reason* say who did that, when and why; *until*
    is when it ends by itself (RFC 3339 UTC; empty: when somebody ends it). Of none that holds all
    are empty."""

    frozen: bool = False
    by: str = ""
    at: str = ""
    reason: str = ""
    until: str = ""
