"""Answering a checked change that only reads: no approval, no plan, nothing to take back.

Called by ``local``. What systems say goes to the listener and is kept nowhere: the record has its
digest. Watching is asking again until Ctrl-C.
"""

import time
from typing import Any

from msgspec.structs import replace

from kiki import pipeline
from kiki.execution.port import Executor
from kiki.model.agent import Listener, Progress
from kiki.model.answer import Answer, Answered
from kiki.model.change import Change
from kiki.model.errors import CancelledError, PermanentError, UsageError
from kiki.model.finding import Finding
from kiki.model.inventory import Inventory
from kiki.model.request import ClusterSource
from kiki.model.run import RunEvent, RunResult
from kiki.policy.reading import only_reads
from kiki.service import keeping, planning, reporting, ruling
from kiki.service.journal import Journal, with_stage
from kiki.service.parts import Parts
from kiki.service.submission import refusal
from kiki.targets import registry

HOSTS_S, API_S = 10.0, 2.0  # seconds between two looks of somebody who watches
CLUSTER_S = 60.0  # of one look at a cluster, or at a cloud


def answerable(change: Change) -> bool:
    """Whether *change* only reads, and there is what it could read: hosts, or an API."""
    if change.state != "checked" or change.reading is None or change.reading.intent is None:
        return False
    if not only_reads(change.reading.intent, registry.vocabulary()):
        return False
    scope = change.request.scope
    if registry.target(change.stage.target).place != "hosts":
        return True
    return scope.inventory is not None and scope.verify != "syntax"


def answer(parts: Parts, change: Change, listener: Listener, password: str | None) -> Change:
    """The change in its last state, its answers handed to *listener*. What goes wrong moves it to
    ``failed`` and is raised with its id; Ctrl-C before the first answer leaves it ``checked``."""
    journal = Journal(parts)
    change = replace(change, request=keeping.renewed(parts, change.request))
    with planning.failing(journal, change, "read_fail"):
        looks = Looks(parts, change, listener, password)
        said = looks.refused()
    if said is not None:
        stages = with_stage(change, findings=(*change.stage.findings, said))
        return journal.move(change, "refuse", stages=stages, reason=said.code, params=said.params)
    with planning.failing(journal, change, "read_fail"):
        answered = looks.answer()
    return journal.move(
        change, "read", stages=with_stage(change, answered=answered), reason="", params={}
    )


class Looks:
    """One request's looks at its systems, once or again and again; implements
    ``targets.port.Sources``."""

    def __init__(
        self, parts: Parts, change: Change, listener: Listener, password: str | None
    ) -> None:
        self._parts = parts
        self._change = change
        self._intent = planning.intent_of(change)
        self._target = registry.target(change.stage.target)
        self._listener = listener
        self._password = password
        self._inventory = self._resolved()
        self._folder = ""
        self._remarks: tuple[Finding, ...] = ()

    def _resolved(self) -> Inventory | None:
        if self._target.place != "hosts":
            return None
        self._target.require_tags(self._intent, self._change.request.scope.tags)
        self._listener(Progress(code="progress.inventory"))
        return self._executor().resolve(planning.scope_of(self._change))

    def refused(self) -> Finding | None:
        """What policy says against it, now that the hosts are known. PermanentError where the code
        of a kind that reads could change something."""
        self._target.require_readers(self._intent)
        artifact = self._change.stage.artifact
        if artifact is None:
            return None
        ruled = ruling.looking(self._parts, self._change, self._intent, artifact, self._inventory)
        if ruled.denied:
            return ruled.findings[0]
        if self._inventory is None:
            return None
        request, profile = self._change.request, self._parts.profile
        judged = pipeline.judge_for_hosts(self._intent, artifact, request, profile, self._inventory)
        return refusal(judged.findings) if judged.refused else None

    def answer(self) -> Answered:
        """Look, hand on, and look again while somebody watches; what the record keeps."""
        last: Answer | None = None
        count = 0
        try:
            while True:
                made = self._once()
                if last is None or _differs(made, last):
                    self._listener(Progress(code="progress.answer", answer=made))
                    last, count = made, count + 1
                if not self._change.request.watch:
                    break
                time.sleep(HOSTS_S if self._inventory is not None else API_S)
        except KeyboardInterrupt:
            if last is None:
                raise
        return Answered(
            at=self._parts.now(),
            digest=last.digest(),
            rows=last.rows,
            lines=last.lines,
            answers=count,
            folder=self._folder,
            remarks=self._remarks,
        )

    def _once(self) -> Answer:
        from kiki.understand.secrets import masked  # noqa: PLC0415 -- lazy: as in submission

        self._listener(Progress(code="progress.look"))
        made = self._target.answer(self._intent, self, self._change.request.lang, masked)
        return replace(made, remarks=(*made.remarks, *self._remarks))

    @property
    def hosts(self) -> tuple[str, ...]:
        """See the port."""
        return self._inventory.hosts if self._inventory is not None else ()

    def run(self) -> RunResult:
        """See the port."""
        if self._inventory is None:
            raise PermanentError("answers.no_hosts", id=self._change.id)
        order = planning.order(self._parts, self._change, "read", self._inventory)
        result = self._executor().run(order, _unsaid, planning.ignore, self._password)
        if result.status == "cancelled":
            raise CancelledError("plan.cancelled", id=self._change.id)
        planning.require_heard(result, self._change)
        planning.require_a_host(result, self._inventory)
        self._keep(result)
        return result

    def cluster(self, what: str, order: dict[str, Any]) -> dict[str, Any]:
        """See the port. Where no cluster was named it is the one that kubectl would ask."""
        source = self._change.request.scope.cluster or ClusterSource()
        if self._parts.clusters is None:
            raise PermanentError("answers.no_hosts", id=self._change.id)
        return self._parts.clusters().ask(source, what, order, timeout_s=CLUSTER_S)

    def cloud(self, what: str, order: dict[str, Any]) -> dict[str, Any]:
        """See the port. No cloud is the usual one: ``OS_CLOUD`` may be left over in a shell."""
        source = self._change.request.scope.cloud
        if source is None or self._parts.clouds is None:
            raise UsageError("answers.no_cloud")
        return self._parts.clouds().ask(source, what, order, timeout_s=CLUSTER_S)

    def _keep(self, result: RunResult) -> None:
        """What hosts reported, as files too, where the kind has such."""
        self._folder = result.folder
        if result.reports:
            self._remarks = reporting.keep(self._change, result.folder, result.reports)

    def _executor(self) -> Executor:
        return self._parts.executor()


def _differs(made: Answer, last: Answer) -> bool:
    """Whether something else is there: that a thing is two seconds older is no news."""
    return made.data != last.data or made.excerpts != last.excerpts


def _unsaid(_: RunEvent) -> None:
    """Each task that read is no news; those that failed are said beside the answer."""
