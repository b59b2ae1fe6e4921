"""The exit codes of the command line. They are a promise: never renumber one.

Called by ``errors`` and the CLI; documented in docs/exit-codes.md, which a test compares with this.
"""

from enum import IntEnum


class Exit(IntEnum):
    """How a command ended."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    QUESTION = 3
    REFUSED = 4
    CHECK_FAILED = 5
    AWAITING_APPROVAL = 6
    REJECTED = 7
    STALE = 8
    TEMPORARY = 9
    PARTLY = 10
    CANCELLED = 11
    RECORD_INVALID = 12
