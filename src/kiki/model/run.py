"""One execution of a playbook: what is asked of the executor and what comes back.

Called by targets and execution. No I/O here.
"""

from typing import Any, Literal

from kiki.model.artifact import Artifact
from kiki.model.inventory import Inventory
from kiki.model.records import Record
from kiki.model.request import Scope

RunMode = Literal["syntax", "check", "apply", "again", "read"]
RunStatus = Literal["successful", "failed", "unreachable", "partly", "cancelled", "timeout"]
EventKind = Literal[
    "ok", "changed", "failed", "unreachable", "skipped", "item", "task", "play", "other"
]

# Tasks that act every time by nature (a restart) carry the first tag, and the verifying run, which
# must change nothing, leaves them out. Those with the second only ask whether something works, and
# only the verifying run has them.
ACTION_TAG = "kiki_action"
PROBE_TAG = "kiki_probe"

HOLD = "kiki_hold"
"""The variable of an order with the Secrets whose values are to be kept before it runs; Ansible
does not get it."""


class RunOrder(Record, frozen=True):
    """What to run. *secrets* maps secret names to version ids: the executor asks the secret
    store for the values and hands them to Ansible by pipe; they are never in this record. *kept*
    are keys of results that the target wants, by the short names of modules (``stat.mode`` is
    ``mode`` inside ``stat``). *variables* are handed to Ansible as they are: the target's own, no
    secrets."""

    run_id: str
    mode: RunMode
    artifact: Artifact
    inventory: Inventory
    scope: Scope
    secrets: dict[str, str] = {}
    skip_tags: tuple[str, ...] = ()
    kept: dict[str, tuple[str, ...]] = {}
    variables: dict[str, Any] = {}
    timeout_s: int = 3600


class RunEvent(Record, frozen=True):
    """One thing that happened, with secrets already redacted.

    *result* keeps only what Kiki uses: ``msg``, ``diff``, ``rc``, ``stdout`` (shortened), and in
    ``kept`` what the order asked for, when the task succeeded and has no ``no_log``; ``altered``
    lists the keys of those values that redaction, or their length, made others.
    """

    counter: int
    kind: EventKind
    host: str = ""
    task: str = ""
    module: str = ""
    message: str = ""
    diff: str = ""
    ignored: bool = False
    result: dict[str, Any] = {}


class HostStats(Record, frozen=True):
    """Ansible's recap for one host: counts of tasks."""

    ok: int = 0
    changed: int = 0
    failed: int = 0
    unreachable: int = 0
    skipped: int = 0
    ignored: int = 0


class RunResult(Record, frozen=True):
    """How a run ended. *events* are in order; *folder* is the run folder's path as text.
    *reports* are what tasks collected, whole, by host: a host's text, with the run's secrets
    redacted."""

    status: RunStatus
    rc: int
    events: tuple[RunEvent, ...] = ()
    stats: dict[str, HostStats] = {}
    folder: str = ""
    output: str = ""
    reports: dict[str, Any] = {}
