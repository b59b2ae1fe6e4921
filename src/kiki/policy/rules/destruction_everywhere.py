"""Taking something away from every host of an inventory at once is high.

``--limit`` with names or groups says that the hosts were chosen; ``all`` and ``*`` say nothing.
"""

from kiki.policy.case import Case, Concern, Opinion
from kiki.policy.fields import plain, verb

DESTRUCTIVE = frozenset({"remove", "delete", "stop", "disable", "close", "purge", "drop", "wipe"})
_EVERYWHERE = frozenset({"", "all", "*", "all:*"})


def judge(case: Case) -> tuple[Opinion, ...]:
    """A concern for each destructive operation when nothing limits it."""
    if len(case.hosts) < 2 or plain(case.scope.limit) not in _EVERYWHERE:
        return ()
    return tuple(
        Concern(
            code="policy.destruction_everywhere",
            risk="high",
            params={"kind": operation.kind, "count": str(len(case.hosts))},
        )
        for operation in case.intent.operations
        if verb(operation) in DESTRUCTIVE
    )
