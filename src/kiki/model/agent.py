"""Everything that a user can have done: the methods that the service has and the client repeats.

``service`` implements it in this process and ``client`` over HTTP; the CLI knows only this.
Every method raises KikiError subclasses and nothing else.
"""

from collections.abc import Callable
from typing import Any, Protocol

from kiki.model.answer import Answer
from kiki.model.artifact import Artifact, File
from kiki.model.change import Change
from kiki.model.finding import Finding
from kiki.model.freeze import Freeze
from kiki.model.intent import Reading
from kiki.model.ledger import LedgerExport, LedgerFault, LedgerFilter, LedgerRecord
from kiki.model.records import Record
from kiki.model.request import Request
from kiki.model.secret import MasterRotation, SecretVersion


class Progress(Record, frozen=True):
    """One step of work under way: *code* names its text (``progress.<step>``). *host*, *task*
    and *status* are set for events of a run. *answer* is set for what a request that only reads is
    answered with (``progress.answer``): it is kept nowhere else."""

    code: str
    params: dict[str, str] = {}
    host: str = ""
    task: str = ""
    status: str = ""
    answer: Answer | None = None


Listener = Callable[[Progress], None]


def silent(_: Progress) -> None:
    """A listener that drops everything."""


class Generated(Record, frozen=True):
    """Code without a record: what ``gen`` and ``print only the YAML`` give."""

    reading: Reading
    artifact: Artifact | None = None
    findings: tuple[Finding, ...] = ()


class Sight(Record, frozen=True):
    """What *viewer* sees: all changes of *projects* and their own of the projects *own*; None
    stands for all projects. Projects by their names, ``default`` too."""

    viewer: str
    projects: tuple[str, ...] | None = ()
    own: tuple[str, ...] | None = ()

    def shows(self, project: str, requester: str) -> bool:
        """Whether a change of this project and requester is shown."""
        if self.projects is None or project in self.projects:
            return True
        return requester == self.viewer and (self.own is None or project in self.own)


class ChangeFilter(Record, frozen=True):
    """Which changes to list; empty fields match all. *text* is looked for in the message.
    *sight* is the server's, for whoever does not see everything."""

    state: str = ""
    target: str = ""
    requester: str = ""
    since: str = ""
    text: str = ""
    limit: int = 50
    project: str = ""
    sight: Sight | None = None


class Agent(Protocol):
    """What the CLI asks for. *raw* messages may hold secrets; they are redacted before anything
    is stored."""

    def generate(self, raw: Request, *, strict: bool) -> Generated:
        """Read and render; *strict* runs the full schema check. Nothing is recorded."""
        ...

    def asks_for_code_only(self, raw: Request) -> bool:
        """Whether the message itself says "print only the YAML" (``YAML만 출력``)."""
        ...

    def check(
        self, target: str, files: tuple[File, ...], entry: str = "", kube_version: str = ""
    ) -> tuple[Finding, ...]:
        """Check anybody's files with *target*'s strict offline check; an empty *target* is
        guessed from places and documents. With *entry*, the path of one of them, only that file
        and what it brings in is told about. Manifests are checked for *kube_version*, the
        profile's if it is empty. Nothing is recorded."""
        ...

    def submit(
        self, raw: Request, listener: Listener = silent, become_password: str | None = None
    ) -> Change:
        """Make a change: read, render, check, policy, and with an inventory plan it. One that only
        reads is answered: *listener* gets the answer, with ``watch`` until it is interrupted.

        A KikiError raised after the change was stored has its id in ``change_id``.
        """
        ...

    def answer(
        self,
        change_id: str,
        value: str,
        listener: Listener = silent,
        become_password: str | None = None,
    ) -> Change:
        """Answer the open question and go on as ``submit`` does."""
        ...

    def get(self, change_id: str) -> Change:
        """The change with this id or unique prefix; NotFoundError otherwise."""
        ...

    def find(self, wanted: ChangeFilter) -> tuple[Change, ...]:
        """Matching changes, newest first."""
        ...

    def approve(
        self,
        change_id: str,
        digest: str,
        note: str = "",
        *,
        name: str = "",
        break_glass: str = "",
    ) -> Change:
        """Grant exactly *digest*; StaleError when it is not the change's digest any more. *name* is
        that of the production context or cloud, typed by a person; *break_glass* is why the
        requester approves it alone where the policy wants four eyes (RefusedError
        ``approval.four_eyes``)."""
        ...

    def reject(self, change_id: str, reason: str = "") -> Change:
        """Say no for good."""
        ...

    def run(
        self,
        change_id: str,
        listener: Listener = silent,
        become_password: str | None = None,
        *,
        override: str = "",
    ) -> Change:
        """Apply what was approved, verify it, and give the change in its last state.

        *become_password* is handed to Ansible by pipe and kept nowhere. *override* is why it is
        applied in spite of a change window (RefusedError ``freeze.window``).
        """
        ...

    def replan(
        self, change_id: str, listener: Listener = silent, become_password: str | None = None
    ) -> Change:
        """Check and plan again: for changes that are stale, interrupted, failed or waiting."""
        ...

    def resume(
        self, change_id: str, listener: Listener = silent, become_password: str | None = None
    ) -> Change:
        """Plan the same change again, for the hosts only that its last apply left, or did not
        bring to a good end; StateError ``resume.<what>`` when there are none."""
        ...

    def cancel(self, change_id: str) -> Change:
        """Stop it, whatever it is doing."""
        ...

    def redo(
        self, change_id: str, listener: Listener = silent, become_password: str | None = None
    ) -> Change:
        """A new change with the same request and the same, recorded reading."""
        ...

    def undo(
        self, change_id: str, listener: Listener = silent, become_password: str | None = None
    ) -> Change:
        """A new change that takes this one back; StateError when that is impossible."""
        ...

    def history(self, change_id: str) -> tuple[LedgerRecord, ...]:
        """The ledger's records about one change, in order."""
        ...

    def ledger(self, limit: int = 100) -> tuple[LedgerRecord, ...]:
        """The last *limit* records of the whole ledger, oldest first."""
        ...

    def bundle(self, change_id: str, path: str) -> str:
        """Write the change's ``bundle.zip`` to *path*, over a file that is there; the path
        written."""
        ...

    def audit(self) -> tuple[LedgerFault, ...]:
        """Verify the whole ledger; empty when it holds."""
        ...

    def search(self, wanted: LedgerFilter) -> tuple[LedgerRecord, ...]:
        """The newest matching records of the ledger, oldest first."""
        ...

    def export(self) -> LedgerExport:
        """The whole ledger at one moment."""
        ...

    def freeze(self, reason: str, until: str = "") -> Freeze:
        """Halt all new applies at once, until a time (RFC 3339) or until ``thaw``: ``run``,
        ``resume`` and ``undo`` raise RefusedError ``freeze.frozen``."""
        ...

    def thaw(self) -> Freeze:
        """End the freeze."""
        ...

    def frozen(self) -> Freeze:
        """The freeze that holds now."""
        ...

    def secrets(self) -> tuple[SecretVersion, ...]:
        """Every version of every secret, by name, oldest first, without values."""
        ...

    def keep_secret(self, name: str, value: str, *, known: bool = False) -> SecretVersion:
        """Store *value* as the newest version of a secret. *known*: it must be there already, with
        another value. Changes that were planned with an older version are stale by that."""
        ...

    def remove_secret(
        self, name: str, version: str = "", *, force: bool = False
    ) -> tuple[SecretVersion, ...]:
        """Remove a secret, or one version of it; what is gone. StateError ``secret.in_use`` while
        an unfinished change needs it, unless *force*."""
        ...

    def rotate_master_key(self, to: str = "") -> MasterRotation:
        """Bring everything under the master key that *to* names (``file:/PATH``, ``env:NAME``,
        ``keyring:NAME``, ``command:...``, ``default``); the default under a new key when it is
        empty."""
        ...

    def recover(self) -> tuple[Change, ...]:
        """End the processes of runs whose process is gone and mark those changes interrupted."""
        ...

    def describe(self) -> dict[str, Any]:
        """What this agent is: version, state folder, engine, targets."""
        ...
