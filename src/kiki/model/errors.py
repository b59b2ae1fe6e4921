"""The exceptions that Kiki raises. Each holds a code and parameters, never prose.

::

    KikiError
    ├── PermanentError          the same call fails again
    │   ├── UsageError          flags, files or names that the user gave
    │   ├── RefusedError        policy says no
    │   ├── ApprovalNeeded      nobody has approved it yet
    │   ├── CheckError          the artifact has error findings
    │   ├── StaleError          what was approved is not what is there now
    │   ├── StateError          the change is not in a state for this
    │   ├── NotFoundError       no such change, record or secret
    │   ├── RecordError         the ledger does not verify
    │   └── CancelledError      the user stopped it
    └── TemporaryError          the same call may pass later

Prose is made from the code by ``kiki.messages`` in the request's language. Called by every layer.
"""

from typing import ClassVar

from kiki.model.exits import Exit


class KikiError(Exception):
    """A failure that the user can understand: *code* names its text, *params* fill it.

    *change_id* is set when a change was stored before it happened.
    """

    exit: ClassVar[Exit] = Exit.FAILED

    def __init__(self, code: str, **params: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.change_id = ""
        self.params: dict[str, str | int] = params

    def __str__(self) -> str:
        inside = ", ".join(f"{key}={value}" for key, value in sorted(self.params.items()))
        return f"{self.code}({inside})"


class PermanentError(KikiError):
    """Trying again without a change fails again."""


class TemporaryError(KikiError):
    """May pass later: unreachable host, engine or server down, disk full."""

    exit = Exit.TEMPORARY


class UsageError(PermanentError):
    """The command or a file it names is wrong."""

    exit = Exit.USAGE


class RefusedError(PermanentError):
    """Policy forbids it."""

    exit = Exit.REFUSED


class ApprovalNeeded(PermanentError):  # noqa: N818 -- not a mistake of anybody
    """The change waits for a person's approval."""

    exit = Exit.AWAITING_APPROVAL


class CheckError(PermanentError):
    """The artifact has error findings."""

    exit = Exit.CHECK_FAILED


class StaleError(PermanentError):
    """Something that decides what runs has moved since the plan or the approval."""

    exit = Exit.STALE


class StateError(PermanentError):
    """The change is in a state in which this can't be done."""

    exit = Exit.USAGE


class NotFoundError(PermanentError):
    """Nothing has that name or id."""

    exit = Exit.USAGE


class RecordError(PermanentError):
    """The ledger was altered."""

    exit = Exit.RECORD_INVALID


class CancelledError(PermanentError):
    """The user stopped it."""

    exit = Exit.CANCELLED
