"""Work on a change that waits in the queue, and who owns a change. Pure data.

Made by ``service.queueing``, kept by ``store.queue``, done by ``jobs.worker``. A job points at a
change and decides nothing: what happens is what the change's row allows when its turn comes.
"""

from typing import Literal

from kiki.model import errors
from kiki.model.errors import KikiError, PermanentError
from kiki.model.records import Record

JobKind = Literal["run", "plan", "resume"]
JobState = Literal["queued", "running", "done", "failed", "cancelled", "interrupted"]
Priority = Literal["low", "normal", "high"]
OPEN: frozenset[JobState] = frozenset({"queued", "running"})
RANKS: dict[Priority, int] = {"low": 0, "normal": 1, "high": 2}
MOST_ATTEMPTS = 20
"""How many workers may die of a job before it fails."""


class Failure(Record, frozen=True):
    """An error as a job keeps it: *kind* is the name of a class in ``model.errors``."""

    code: str
    kind: str
    params: dict[str, str | int] = {}
    change: str = ""

    def error(self) -> KikiError:
        """The error again, for whoever follows the job."""
        kind = getattr(errors, self.kind, PermanentError)
        error: KikiError = kind(self.code, **self.params)
        error.change_id = self.change
        return error


class Job(Record, frozen=True):
    """One piece of work. *actor* is in whose name; *pinned* what it was queued for (the approval of
    a ``run``, else the change's version); *place* stands for the hosts, of which no two jobs are
    handed out at once. *worker* and *machine* are whose it is, or was last; *lost* is true when
    that one does not answer any more. Times are RFC 3339 UTC."""

    id: str
    change: str
    kind: JobKind
    actor: str
    created: str
    priority: Priority = "normal"
    state: JobState = "queued"
    place: str = ""
    pinned: str = ""
    override: str = ""
    started: str = ""
    ended: str = ""
    attempts: int = 0
    worker: str = ""
    machine: str = ""
    lost: bool = False
    error: Failure | None = None


class JobFilter(Record, frozen=True):
    """Which jobs to list; *open* means that queued and running ones are wanted."""

    state: str = ""
    change: str = ""
    open: bool = False
    limit: int = 100


class By(Record, frozen=True):
    """A process that owns changes: *node* is the state folder that its run folders are in,
    *machine* how people call where that is."""

    worker: str
    node: str
    machine: str


class Owner(Record, frozen=True):
    """Who works on a change. *fence* grows with every owner; *expired* is by the database's
    clock; *job* is empty for work that did not wait in the queue."""

    fence: int
    change: str
    by: By
    job: str = ""
    expired: bool = False


def failure(error: KikiError) -> Failure:
    """What a job keeps of *error*."""
    kind = type(error).__name__
    return Failure(code=error.code, kind=kind, params=error.params, change=error.change_id)
