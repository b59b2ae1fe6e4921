"""The operations on changes, code and the ledger: each one call of the Agent, in the name of who
asks.

Called by ``routing`` through the table, in a thread. What somebody has no right to see, others'
changes or those of a project that is not theirs, does not exist for them."""

import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec

from kiki.model.agent import ChangeFilter, Generated, Listener, Progress
from kiki.model.change import Change
from kiki.model.errors import UsageError
from kiki.model.freeze import Freeze
from kiki.model.job import Job
from kiki.model.ledger import LedgerExport, LedgerFilter
from kiki.model.lifecycle import RUNNING
from kiki.model.people import Identity, project_of
from kiki.model.request import Request
from kiki.server import boundary, queued
from kiki.server.bodies import (
    Changes,
    Faults,
    Findings,
    Jobs,
    Names,
    Records,
    Rulings,
    Status,
    Value,
)
from kiki.server.sight import may, mine, sight, visible
from kiki.server.surroundings import Call

MOST_LISTED = 1000


def generate(call: Call) -> Generated:
    """Code without a record."""
    return call.agent.generate(_inside(call), strict=call.body.strict)


def code_only(call: Call) -> Value:
    """Whether the message itself asks for the YAML alone."""
    return Value(value=call.agent.asks_for_code_only(call.body.request))


def check(call: Call) -> Findings:
    """Check files that were sent."""
    body = call.body
    found = call.agent.check(body.target, body.files, body.entry, body.kube_version)
    return Findings(findings=found)


def find(call: Call) -> Changes:
    """The matching changes that one may see."""
    wanted = ChangeFilter(
        **{key: value for key, value in call.query.items() if key != "limit"},
        limit=_limit(call, 50),
        sight=sight(call.who),
    )
    return Changes(changes=call.agent.find(wanted))


def get(call: Call) -> Change:
    """One change that one may see."""
    return visible(call)


def rules(call: Call) -> Rulings:
    """What the site's own rules say of a change now."""
    return Rulings(rulings=call.agent.rulings(visible(call).id))


def submit(call: Call) -> Change:
    """Make a change."""
    return call.agent.submit(_inside(call), call.listener, call.body.become_password)


def answer(call: Call) -> Change:
    """Answer the open question."""
    change_id = mine(call)
    body = call.body
    _hold_secrets(call, call.agent.get(change_id).request.project, (body.value,))
    return call.agent.answer(change_id, body.value, _told(call, change_id), body.become_password)


def run(call: Call) -> Change:
    """Apply what was approved; only an admin overrides a change window."""
    change, body = visible(call), call.body
    change_id = change.id
    if body.override and not may(call, "admin", change):
        raise UsageError("server.forbidden", right="admin")
    job = queued.to_follow(call, change_id)
    if job is not None:
        return queued.follow(call, job)
    applying = call.server.hub.applying
    applying.add(change_id)
    try:
        return call.agent.run(
            change_id, _told(call, change_id), body.become_password, override=body.override
        )
    finally:
        applying.discard(change_id)


def replan(call: Call) -> Change:
    """Check and plan again."""
    change_id = mine(call)
    return call.agent.replan(change_id, _told(call, change_id), call.body.become_password)


def resume(call: Call) -> Change:
    """Plan again, for the hosts that are left."""
    change_id = mine(call)
    return call.agent.resume(change_id, _told(call, change_id), call.body.become_password)


def redo(call: Call) -> Change:
    """A new change with the same request."""
    return call.agent.redo(visible(call).id, call.listener, call.body.become_password)


def undo(call: Call) -> Change:
    """A new change that takes this one back."""
    return call.agent.undo(visible(call).id, call.listener, call.body.become_password)


def approve(call: Call) -> Change:
    """Grant one digest; only an admin breaks the glass."""
    body, change = call.body, visible(call)
    if body.break_glass and not may(call, "admin", change):
        raise UsageError("server.forbidden", right="admin")
    return call.agent.approve(
        change.id,
        body.digest,
        body.note,
        name=body.name,
        break_glass=body.break_glass,
        ticket=body.ticket,
    )


def reject(call: Call) -> Change:
    """Say no for good."""
    return call.agent.reject(visible(call).id, call.body.reason)


def cancel(call: Call) -> Change:
    """Stop it."""
    return call.agent.cancel(mine(call))


def jobs(call: Call) -> Jobs:
    """The jobs of the changes that one may see."""
    return queued.jobs(call, _limit(call, 100))


def job(call: Call) -> Job:
    """One job of a change that one may see."""
    return queued.job(call)


def history(call: Call) -> Records:
    """The records of one change."""
    return Records(records=call.agent.history(visible(call).id))


def bundle(call: Call) -> bytes:
    """The bytes of ``bundle.zip``."""
    change_id = visible(call).id
    with tempfile.TemporaryDirectory(prefix="kiki-bundle-") as folder:
        path = call.agent.bundle(change_id, str(Path(folder, "bundle.zip")))
        return Path(path).read_bytes()


def ledger(call: Call) -> Records:
    """The newest records, of what one may see."""
    seen, limit = call.who.projects("read"), _limit(call, 100)
    if seen is None:
        return Records(records=call.agent.ledger(limit))
    return Records(records=call.agent.search(LedgerFilter(seen=seen, limit=limit)))


def search(call: Call) -> Records:
    """The newest matching records, of what one may see."""
    given = {key: value for key, value in call.query.items() if key != "limit"}
    wanted = LedgerFilter(**given, limit=_limit(call, 100), seen=call.who.projects("read"))
    return Records(records=call.agent.search(wanted))


def export(call: Call) -> LedgerExport:
    """The whole ledger."""
    return call.agent.export()


def audit(call: Call) -> Faults:
    """Whether the ledger verifies."""
    return Faults(faults=call.agent.audit())


def freeze(call: Call) -> Freeze:
    """Halt all new applies."""
    return call.agent.freeze(call.body.reason, call.body.until)


def thaw(call: Call) -> Freeze:
    """End that."""
    return call.agent.thaw()


def frozen(call: Call) -> Freeze:
    """Whether applies are halted."""
    return call.agent.frozen()


def recover(call: Call) -> Changes:
    """Mark what was cut as interrupted."""
    return Changes(changes=call.agent.recover())


def describe(call: Call) -> dict[str, Any]:
    """What this server is; where its files are is for admins."""
    told = call.agent.describe()
    return told if call.who.may("admin") else {k: v for k, v in told.items() if k != "state_dir"}


def inventories(call: Call) -> Names:
    """The inventories that can be named by path; whoever is bound to projects sees theirs, each
    with its project before it."""
    found = boundary.names(call.server.inventories)
    if not _bound(call.who):
        return Names(names=found)
    mine = tuple(f"{project}/" for project in call.who.places)
    return Names(names=tuple(name for name in found if name.startswith(mine)))


def health(call: Call) -> Status:
    """The process is there."""
    del call
    return Status(status="ok")


def ready(call: Call) -> Status:
    """The record can be read."""
    call.server.ledger.head()
    return Status(status="ok")


def metrics(call: Call) -> str:
    """Counters for Prometheus."""
    head = call.server.ledger.head()
    running = sum(len(call.agent.find(ChangeFilter(state=one, limit=0))) for one in RUNNING)
    gauges = {"ledger_records": head.sequence if head else 0, "changes_running": running,
              "event_streams": call.server.hub.streams}  # fmt: skip
    return call.server.metrics.text(gauges)


def _inside(call: Call) -> Request:
    """The request, in a project of whoever asks and with its paths in the project's folder."""
    request: Request = call.body.request
    request = msgspec.structs.replace(request, project=project_of(request.project))
    call.hold(request.project)
    _hold_secrets(call, request.project, _texts(request))
    return boundary.inside(request, call.server.inventories, bound=_bound(call.who))


def _bound(who: Identity) -> bool:
    """Whether *who* may ask in some projects only."""
    return not who.may("request")


def _hold_secrets(call: Call, project: str, texts: Iterable[str]) -> None:
    if _bound(call.who):
        boundary.hold_secrets(project, texts, call.server.accounts.projects)


def _texts(request: Request) -> tuple[str, ...]:
    """All words of a request that may name a secret."""
    extra = msgspec.json.encode(request.scope.extra_vars).decode()
    return (request.message, *request.flags.values(), *request.answers.values(), extra)


def _told(call: Call, change_id: str) -> Listener:
    """The stream's listener, and whoever watches this change."""

    def tell(progress: Progress) -> None:
        call.server.hub.tell(change_id, progress)
        call.listener(progress)

    return tell


def _limit(call: Call, usual: int) -> int:
    text = call.query.get("limit", str(usual))
    if not (text.isascii() and text.isdecimal()) or not 1 <= int(text[:9]) <= MOST_LISTED:
        raise UsageError("server.limit", most=MOST_LISTED)
    return int(text)
