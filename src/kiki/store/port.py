"""The store ports.

Called by ``service``. Adapters: ``store.sqlite`` modules and ``store.memory`` (the shipped fakes);
one contract suite runs over both. Every write is atomic and durable when the call returns.
"""

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple, Protocol

from kiki.model.agent import ChangeFilter, Progress
from kiki.model.change import Change
from kiki.model.job import By, Failure, Job, JobFilter, JobState, Owner
from kiki.model.ledger import LedgerExport, LedgerFault, LedgerFilter, LedgerHead, LedgerRecord
from kiki.model.people import Account, Token
from kiki.model.secret import MasterRotation, SecretVersion


class Held(NamedTuple):
    """A lock that another change holds: its name and that change's id."""

    name: str
    change_id: str


class Changes(Protocol):
    """Changes and their ledger, written together: a change never moves without its record."""

    def create(self, change: Change, actor: str, event: str, data: dict[str, Any]) -> Change:
        """Store a new change and append its first ledger record, in one transaction."""
        ...

    def save(self, change: Change, actor: str, event: str, data: dict[str, Any]) -> Change:
        """Compare-and-set on ``change.version``: store it with version + 1 and append a record,
        in one transaction. StateError ``change.moved`` when somebody else wrote first."""
        ...

    def get(self, change_id: str) -> Change:
        """By id or unique prefix. NotFoundError ``change.unknown`` / ``change.ambiguous``."""
        ...

    def find(self, wanted: ChangeFilter) -> tuple[Change, ...]:
        """Matching changes, newest first."""
        ...

    def running(self) -> tuple[Change, ...]:
        """Changes in a RUNNING state, oldest first."""
        ...

    def lock(self, names: Collection[str], change_id: str) -> Held | None:
        """Take all of the named locks (hosts) for a change, or none of them, in one transaction.
        None when it holds them all now, also those that it had before; else the first by name
        that another change holds."""
        ...

    def unlock(self, change_id: str) -> None:
        """Give back every lock that this change holds."""
        ...

    def holder(self, name: str) -> str:
        """The id of the change that holds the lock, or an empty string."""
        ...


class Ledger(Protocol):
    """The append-only record. Appending for changes goes through ``Changes``."""

    def append(self, actor: str, event: str, subject: str, data: dict[str, Any]) -> LedgerRecord:
        """Append one record and sign the new head."""
        ...

    def records(self, subject: str = "", last: int = 0) -> tuple[LedgerRecord, ...]:
        """All records, or those about *subject*, in order; with *last* only that many, the
        newest."""
        ...

    def head(self) -> LedgerHead | None:
        """The signed head; None for an empty ledger."""
        ...

    def search(self, wanted: LedgerFilter) -> tuple[LedgerRecord, ...]:
        """The records by this person, of this time and with this text, in order. *target*,
        *object* and *limit* are not looked at."""
        ...

    def export(self) -> LedgerExport:
        """All records with their hashes and the head, of one moment. RecordError
        ``ledger.unreadable``."""
        ...

    def verify(self) -> tuple[LedgerFault, ...]:
        """Recompute the chain and check the head's signature; name every fault found."""
        ...


class Secrets(Protocol):
    """Secret values, encrypted at rest. Values leave only through ``value``."""

    def put(self, name: str, value: str, actor: str = "") -> str:
        """Store a new version; its version id. With an *actor* a record ``secret_set`` is appended
        in the same transaction."""
        ...

    def current(self, name: str) -> str:
        """The version id in force; NotFoundError ``secret.unknown``."""
        ...

    def value(self, name: str, version: str) -> str:
        """The value; for the executor only."""
        ...

    def names(self) -> tuple[str, ...]:
        """All names, sorted."""
        ...

    def versions(self, name: str = "") -> tuple[SecretVersion, ...]:
        """All versions, or those of one name: by name, oldest first. ``used_by`` is left empty."""
        ...

    def remove(self, name: str, actor: str, version: str = "") -> tuple[str, ...]:
        """Remove all versions of a name, or one, with a record ``secret_removed`` for each; the ids
        that are gone, oldest first. NotFoundError ``secret.unknown``,
        ``secret.version_unknown``."""
        ...

    def rotate_master(self, to: str, actor: str) -> MasterRotation:
        """Bring everything under the master key that *to* names (the state folder's own file under
        a new key when it is empty), with a record ``master_key``. UsageError
        ``store.master_key_same``, ``store.master_key_unknown``, ``store.master_key_elsewhere``."""
        ...


class Claim(NamedTuple):
    """A job that was handed out, and the number under which its worker owns the change."""

    job: Job
    fence: int


class Queue(Protocol):
    """Jobs, who owns which change, and what is told of work that goes on. Leases are by the
    database's clock. What is done with a *fence* is done only while that ownership is there."""

    def add(self, job: Job) -> Job:
        """Put a job at the end of its priority, with a ledger record ``queue`` that names
        the change's project. StateError ``job.queued`` while the change has another open one."""
        ...

    def get(self, job_id: str) -> Job:
        """NotFoundError ``job.unknown``."""
        ...

    def find(self, wanted: JobFilter) -> tuple[Job, ...]:
        """Matching jobs: open ones as they will be handed out, then the others, newest first."""
        ...

    def claim(self, by: By, lease_s: float, most_runs: int = 0) -> Claim | None:
        """Own the change of the first job whose turn it is: highest priority, then oldest, of a
        change that nobody owns and of a place where no job is running; no ``run`` while
        *most_runs* are running (0: any number)."""
        ...

    def own(self, change_id: str, by: By, lease_s: float) -> int:
        """Own a change without a job; its fence, 0 while anybody else owns it."""
        ...

    def owners(self, change_id: str = "") -> tuple[Owner, ...]:
        """All owners, or that of one change."""
        ...

    def renew(self, fences: Collection[int], lease_s: float) -> frozenset[int]:
        """Have the leases end later; those that are still held. One that has ended stays so."""
        ...

    def holds(self, fence: int) -> bool:
        """Whether this ownership is there and its lease has not ended."""
        ...

    def expire(self, fence: int) -> None:
        """End the lease now; the owner is gone for all others."""
        ...

    def take_over(self, fence: int, by: By, lease_s: float) -> int:
        """Own, in place of one who is gone, its change and its job; the new fence, 0 when that
        ownership is not there any more."""
        ...

    def end(
        self,
        fence: int,
        state: JobState,
        error: Failure | None = None,
        following: Job | None = None,
    ) -> bool:
        """End an ownership, and its job, if there is one, in *state*; in the same transaction the
        job that is to follow it is added. Host locks are given back with ``unlock`` before."""
        ...

    def put_back(self, fence: int, pinned: str, wait_s: float = 0.0) -> bool:
        """End an ownership, and have its job wait for another turn, not before *wait_s* from now.
        A turn that had to wait is no attempt. Host locks stay, as with ``end``."""
        ...

    def unlock(self, fence: int) -> bool:
        """Give back the host locks of the change that is owned so."""
        ...

    def drop(self, change_id: str) -> tuple[Job, ...]:
        """Cancel the change's queued jobs; those."""
        ...

    def cancelled(self, fences: Collection[int]) -> frozenset[int]:
        """Those whose change was cancelled."""
        ...

    def tell(self, change_id: str, steps: Sequence[Progress]) -> None:
        """Keep what work on a change tells, for whoever follows it elsewhere; for a while."""
        ...

    def told(self, change_id: str, after: int = 0) -> tuple[tuple[int, Progress], ...]:
        """What was told of a change, after the number of what was heard last."""
        ...

    def tidy(self) -> None:
        """Remove what was told more than ten minutes ago."""
        ...


class People(Protocol):
    """Accounts and tokens, for the server. Every write but that of a first token has its ledger
    record."""

    def account(self, name: str) -> Account | None:
        """The account of this name."""
        ...

    def accounts(self) -> tuple[Account, ...]:
        """All of them, by name."""
        ...

    def elsewhere(self, now: str) -> tuple[Account, ...]:
        """People from other sources who have a token now: they have no account here."""
        ...

    def put(self, account: Account, actor: str) -> None:
        """Make or change an account; its tokens end when the password is another one. StateError
        ``server.last_admin`` when nobody would be left who can make accounts."""
        ...

    def put_first(self, account: Account, hashed: str, now: str) -> None:
        """Make the first account with the one-time token whose hash is *hashed*. StateError
        ``server.not_first``, NotFoundError ``server.first_token``."""
        ...

    def remove(self, name: str, actor: str) -> None:
        """Remove an account and its tokens, of somebody from elsewhere the tokens. NotFoundError
        ``server.no_account``, StateError as above."""
        ...

    def token(self, hashed: str) -> Token | None:
        """The token with this hash, whether it has ended or not."""
        ...

    def tokens(self, account: str) -> tuple[Token, ...]:
        """The tokens of one account, oldest first."""
        ...

    def add_token(self, token: Token, event: str) -> None:
        """Keep a token, with a record *event* unless that is empty; those that ended go. The roles
        of somebody from elsewhere count for all of their tokens from now on."""
        ...

    def remove_token(self, account: str, token_id: str, event: str) -> None:
        """End one token of an account; NotFoundError ``server.no_token``."""
        ...
