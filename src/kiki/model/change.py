"""The unit of record: a request, how it was read, its stages and what became of it.

Called by service, store and views. A change is a graph of stages; most have one.
"""

from typing import Any, Literal

from msgspec import UNSET, UnsetType

from kiki.model.answer import Answered
from kiki.model.approval import Approval, Decisive
from kiki.model.artifact import Artifact
from kiki.model.finding import Finding
from kiki.model.intent import Later, Reading
from kiki.model.inventory import Inventory
from kiki.model.lifecycle import State
from kiki.model.people import Role
from kiki.model.plan import Plan, Reversibility
from kiki.model.records import Record
from kiki.model.request import Request
from kiki.model.ruling import Ruling

Verified = Literal["not_run", "passed", "failed"]


class Undo(Record, frozen=True):
    """How a change can be taken back, said before approval. *reason* is a message code."""

    kind: Reversibility
    reason: str = ""
    params: dict[str, str] = {}


class Done(Record, frozen=True):
    """What a run did on one host, by the titles of its tasks: those that changed it, and those
    that may have, as they failed or had begun when the run was stopped. *heard* is false while, and
    if for ever, nobody has heard what it did: it may have done all that was planned. *marks* are
    the uids of objects that were made or changed, by the titles of their tasks."""

    changed: tuple[str, ...] = ()
    unsure: tuple[str, ...] = ()
    heard: bool = True
    marks: dict[str, str] = {}


class Outcome(Record, frozen=True):
    """What an apply left: hosts by how they ended, and the run folders. Of a run that was stopped
    only the changed hosts are known. *unsure* are hosts whose turn began and of which it is not
    proven that it ended well: their run was stopped or cut, or no second run proved it; *left* are
    those that nobody came to. *done* has every host that was or may be changed; None when nobody
    heard the run to its end, or it was recorded by an older Kiki. *remarks* are what a person has
    to know though nothing failed."""

    changed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    unreachable: tuple[str, ...] = ()
    unsure: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    runs: tuple[str, ...] = ()
    verified: Verified = "not_run"
    reason: str = ""
    params: dict[str, str] = {}
    done: dict[str, Done] | None = None
    remarks: tuple[Finding, ...] = ()


class Ran(Record, frozen=True):
    """An apply that began: the plan that it was of, and its outcome, None when it was cut."""

    plan: Plan
    outcome: Outcome | None = None


class Part(Record, frozen=True):
    """What a stage after the first has of its own: what is to be done and where (*later*, with
    placeholders), the versions of its *secrets*, whether its plan was made live (*seen*), and the
    *changes* that ran it, oldest first. *unseen* is the code for why it was not."""

    later: Later
    secrets: dict[str, str] = {}
    seen: bool = False
    unseen: str = ""
    changes: tuple[str, ...] = ()


class Stage(Record, frozen=True):
    """One target's part of a change. *after* names the stages whose outputs it needs; *outputs*
    are typed values for later stages. *planned* is when the plan was made (RFC 3339 UTC) and
    *folder* the run folder of that plan, whose files a person may have looked at. *earlier* are
    the applies that began before that plan, oldest first: an undo takes back all of them. *rest*
    are the hosts that the plan is for, when it goes on where an apply ended; empty: all. *answered*
    is what is kept of the answer, where all of it only reads. *ruling* is what the site's own rules
    said last, where it has any. *part* is there for stages after the first, each of which runs as a
    change of its own."""

    name: str
    target: str
    after: tuple[str, ...] = ()
    artifact: Artifact | None = None
    findings: tuple[Finding, ...] = ()
    inventory: Inventory | None = None
    plan: Plan | None = None
    planned: str = ""
    folder: str = ""
    decisive: Decisive | None = None
    undo: Undo | None = None
    outcome: Outcome | None = None
    earlier: tuple[Ran, ...] = ()
    rest: tuple[str, ...] = ()
    answered: Answered | None = None
    ruling: Ruling | None = None
    outputs: dict[str, Any] = {}
    part: Part | UnsetType = UNSET


class RunningProcess(Record, frozen=True):
    """The process group of a run, so that a cut one can be found and ended.

    *started* is the kernel's start time of the group leader (clock ticks since boot, field 22 of
    /proc/PID/stat) and *boot* the boot id: together they tell a reused pid from ours.
    """

    pgid: int
    started: int
    boot: str
    host: str


class Change(Record, frozen=True):
    """One change. Times are RFC 3339 UTC. *version* grows by one at every write and is what
    compare-and-set compares. *granted* are approvals of its digest before the last one, where the
    rules of the site want several; without *approval* they are not enough yet. *commit* is that of
    its code in the site's Git repository. *part_of* is the leading change of one that runs a later
    stage. *roles* are those that the requester had in the project when it was made, not there
    without any."""

    id: str
    state: State
    request: Request
    created: str
    updated: str
    version: int = 0
    reading: Reading | None = None
    stages: tuple[Stage, ...] = ()
    approval: Approval | None = None
    granted: tuple[Approval, ...] = ()
    process: RunningProcess | None = None
    commit: str = ""
    undoes: str = ""
    redoes: str = ""
    undone_by: str = ""
    reason: str = ""
    params: dict[str, str] = {}
    part_of: str | UnsetType = UNSET
    roles: tuple[Role, ...] | UnsetType = UNSET

    @property
    def stage(self) -> Stage:
        """The first stage, which the change itself runs; most have no other."""
        return self.stages[0]

    @property
    def later(self) -> tuple[Stage, ...]:
        """The stages after the first."""
        return self.stages[1:]
