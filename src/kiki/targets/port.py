"""The target port: what each target gives to the pipeline and the service.

Called by ``pipeline`` and ``service`` through ``targets.registry``. One contract suite runs over
every target.
"""

from collections.abc import Callable
from typing import Any, Literal, Protocol

from kiki.model.answer import Answer
from kiki.model.artifact import Artifact
from kiki.model.change import Outcome, Ran, Undo
from kiki.model.finding import Finding
from kiki.model.intent import Assumption, Intent, Operation
from kiki.model.inventory import Inventory
from kiki.model.languages import Lang
from kiki.model.plan import Plan
from kiki.model.profile import NO_PROFILE, Profile
from kiki.model.records import Record
from kiki.model.request import Layout, Scope
from kiki.model.run import RunMode, RunResult

RunPlaybook = Callable[[RunMode], RunResult]
Masked = Callable[[str], str]


class UndoPlan(Record, frozen=True):
    """How a change is taken back: the operations of the reverse change (empty when impossible),
    and the hosts it is limited to (empty: the same). *notes* are what a person has to know before
    approving it: what is not certain, or not taken back."""

    undo: Undo
    operations: tuple[Operation, ...] = ()
    hosts: tuple[str, ...] = ()
    notes: tuple[Assumption, ...] = ()


class Sources(Protocol):
    """What a target reads with when it answers."""

    @property
    def hosts(self) -> tuple[str, ...]:
        """The hosts that are asked; none where an API is."""
        ...

    def run(self) -> RunResult:
        """What a run of the intent's code on the hosts showed. TemporaryError when no host
        answered."""
        ...

    def cluster(self, what: str, order: dict[str, Any]) -> dict[str, Any]:
        """What the request's cluster answers to *order*, see ``execution.clusters``."""
        ...

    def cloud(self, what: str, order: dict[str, Any]) -> dict[str, Any]:
        """What the request's cloud answers to *order*, see ``execution.clouds``. UsageError
        ``answers.no_cloud`` where nobody named one."""
        ...


class Files(Protocol):
    """The user's own files, where they are this process's to read; relative paths are the user's
    working folder's. Each method raises UsageError ``files.<what>``."""

    def sort(self, path: str) -> Literal["file", "folder"]:
        """What is at *path*."""
        ...

    def names(self, folder: str) -> tuple[str, ...]:
        """What is in *folder*, sorted; the names of folders end with ``/``."""
        ...

    def read(self, path: str, within: str = "") -> str:
        """The text of the file at *path*, which may not lead out of the folder *within*."""
        ...

    def built(self, folder: str) -> str:
        """What the kustomization in *folder* gives, built on this machine and from it alone."""
        ...


OpenFiles = Callable[[], Files]
"""Makes what reads them, when something is to be read."""


class Taken(Record, frozen=True):
    """An intent with the files that it is about. With an error among *findings* none of their text
    is in it: nobody has seen yet what there may be."""

    intent: Intent
    findings: tuple[Finding, ...] = ()


class Judged(Record, frozen=True):
    """What policy is told that an intent does: operations, each with its risk class."""

    intent: Intent
    risks: tuple[str, ...]


class Target(Protocol):
    """One kind of code. *plans* says whether this target can be planned, applied and verified, and
    *place* on what: an inventory's hosts, a cluster, or a cloud."""

    name: str
    plans: bool
    place: Literal["hosts", "cluster", "cloud"]

    def kept(self) -> dict[str, tuple[str, ...]]:
        """What of modules' results a run has to pass on, see ``model.run.RunOrder``."""
        ...

    def take_in(self, intent: Intent, files: OpenFiles) -> Taken:
        """*intent* with the user's own files that it names, read now and never again."""
        ...

    def judged(self, intent: Intent) -> Judged:
        """*intent* as policy judges it: for files of the user's, what they do."""
        ...

    def render(self, intent: Intent, layout: Layout, profile: Profile) -> Artifact:
        """The files for *intent*: pure, and the same bytes for the same intent."""
        ...

    def program(self, artifact: Artifact, inventory: Inventory, scope: Scope) -> Artifact:
        """What a run on *inventory* is given for *artifact*: playbooks, the same bytes each time.
        An approval covers them."""
        ...

    def check(self, artifact: Artifact, profile: Profile = NO_PROFILE) -> tuple[Finding, ...]:
        """Strict offline check of any artifact of this target, ours or edited, for the versions
        that *profile* names."""
        ...

    def claims(self, path: str) -> bool:
        """Whether a file at *path* is this target's, whatever is in it."""
        ...

    def reach(self, artifact: Artifact) -> frozenset[str]:
        """The paths of the artifact's entry and of what that brings in."""
        ...

    def recognises(self, document: Any) -> bool:
        """Whether a parsed YAML document looks like this target's code, right or wrong. At most
        one target says so of any document."""
        ...

    def secrets(self, intent: Intent) -> tuple[str, ...]:
        """Names of the secrets that a run of this intent needs."""
        ...

    def risks(self, intent: Intent) -> tuple[str, ...]:
        """Risk class of each operation in order: ``low``, ``medium``, ``high``, ``forbidden``."""
        ...

    def writes(self, intent: Intent) -> tuple[tuple[str, ...], ...]:
        """The paths on hosts that each operation makes, writes or removes, in order."""
        ...

    def probes(self, intent: Intent) -> bool:
        """Whether a verifying run asks more than whether a second run changes anything."""
        ...

    def require_tags(self, intent: Intent, tags: tuple[str, ...]) -> None:
        """UsageError with the tags that there are when one of *tags*, by which a run would choose
        tasks, chooses none."""
        ...

    def require_readers(self, intent: Intent) -> None:
        """PermanentError ``answers.not_a_reader`` unless the code of *intent*, all of whose kinds
        say that they only read, can change nothing."""
        ...

    def answer(self, intent: Intent, sources: Sources, lang: Lang, masked: Masked) -> Answer:
        """What *sources* say to *intent*, all of whose kinds only read; *masked* takes secrets out
        of a system's text."""
        ...

    def plan(
        self, result: RunResult, intent: Intent, inventory: Inventory, tags: tuple[str, ...] = ()
    ) -> Plan:
        """The plan that a ``check`` run with *tags* shows. Tasks that check mode can't judge are
        ``unknown``, never an error; *risk* and *reversibility* are filled in."""
        ...

    def unseen(self, artifact: Artifact, inventory: Inventory) -> RunResult:
        """What stands for a ``check`` run where nobody can look yet: *artifact* as all that it may
        do, for ``plan`` to read."""
        ...

    def variables(
        self, intent: Intent, runs: tuple[Ran, ...], approved: Plan | None = None
    ) -> dict[str, Any]:
        """What a run of the code has to be told of the change's earlier *runs*, oldest first, and
        of the plan that was *approved*, once it is what runs."""
        ...

    def outcome(self, applied: RunResult, again: RunResult | None, inventory: Inventory) -> Outcome:
        """What an ``apply`` run, also one that was stopped, and its ``again`` run (a second one
        that must change nothing) show."""
        ...

    def report(
        self, intent: Intent, reports: dict[str, Any], lang: Lang, masked: Masked
    ) -> dict[str, str]:
        """Files, by their names, from what an apply collected of each host; *masked* takes secrets
        out of a host's text. Texts are in *lang*."""
        ...

    def undo(self, intent: Intent, plan: Plan | None) -> UndoPlan:
        """How this would be taken back if it did all that *plan* says; without a plan only the
        kind is told."""
        ...

    def moved(self, intent: Intent, runs: tuple[Ran, ...], now: Plan) -> tuple[str, ...]:
        """The hosts on which *now*, a plan of the same *intent* after its *runs*, would change
        again what they changed: somebody else has changed that since. Sorted."""
        ...

    def take_back(self, intent: Intent, runs: tuple[Ran, ...]) -> UndoPlan:
        """How what *runs* (oldest first, at least one) did together can be taken back."""
        ...
