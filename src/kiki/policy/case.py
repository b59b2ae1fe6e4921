"""What a policy rule is given and what it may answer.

Called by ``policy.engine`` and every rule. Pure data.
"""

from typing import Literal

from kiki.model.artifact import Artifact
from kiki.model.finding import Finding
from kiki.model.intent import Intent
from kiki.model.plan import Risk
from kiki.model.profile import Profile
from kiki.model.records import Record
from kiki.model.request import Scope

Approver = Literal["requester", "other"]


class Case(Record, frozen=True):
    """One change as policy sees it.

    *risks* are the target's own risk classes, one for each operation in order. *hosts* are the
    ones that the limit leaves, empty while none are known. *writes* are the paths that each
    operation makes, writes or removes on hosts, as the target says; None: it does not say.
    *connecting* are the users that the
    hosts are reached as, beside the scope's, and *ssh_ports* the ports.
    """

    intent: Intent
    artifact: Artifact
    risks: tuple[str, ...]
    scope: Scope
    profile: Profile
    hosts: tuple[str, ...] = ()
    writes: tuple[tuple[str, ...], ...] | None = None
    connecting: tuple[str, ...] = ()
    ssh_ports: tuple[int, ...] = (22,)


class Concern(Record, frozen=True):
    """A rule's reason to call the whole change at least *risk*. It refuses nothing; it is shown
    as a warning (``high``) or a note."""

    code: str
    risk: Risk
    params: dict[str, str] = {}


Opinion = Finding | Concern
"""A Finding with severity ``error`` refuses the change; a Concern raises its risk."""


class Verdict(Record, frozen=True):
    """What all rules together say.

    *risk* is ``forbidden`` when any rule refused. *approvers* says whose yes is needed: the
    requester's own, or that of somebody else. *rules* maps each rule that spoke to its codes.
    """

    risk: Risk
    findings: tuple[Finding, ...] = ()
    approvers: tuple[Approver, ...] = ("requester",)
    rules: dict[str, tuple[str, ...]] = {}
