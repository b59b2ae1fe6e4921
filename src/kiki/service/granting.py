"""Saying yes or no to exactly one digest, and finding out whether it still holds.

Called by ``local`` and ``applying``. An approval is a row, never a waiting process.
"""

from datetime import datetime
from pathlib import Path

from msgspec import to_builtins

from kiki.model.agent import Listener, Progress
from kiki.model.approval import Approval, Decisive
from kiki.model.artifact import File
from kiki.model.change import Change
from kiki.model.errors import StaleError, StateError
from kiki.model.inventory import Inventory
from kiki.model.records import digest
from kiki.service import planning
from kiki.service.journal import Journal
from kiki.service.parts import Parts
from kiki.targets import registry


def digest_of(change: Change) -> str:
    """The digest up for approval; StateError when the change has no plan."""
    if not change.stages or change.stage.decisive is None:
        raise StateError("approval.no_plan", id=change.id, state=change.state)
    return change.stage.decisive.digest()


def approve(parts: Parts, change: Change, given: str, note: str) -> Change:
    """Grant the digest *given*; StaleError when it is not what the change would do now."""
    mine = digest_of(change)
    if given != mine:
        raise StaleError("approval.other_digest", id=change.id, given=given[:19], now=mine[:19])
    grant = Approval(digest=given, approver=parts.actor, at=parts.now(), note=note)
    return Journal(parts).move(change, "approve", approval=grant)


def reject(parts: Parts, change: Change, reason: str) -> Change:
    """Say no for good."""
    return Journal(parts).move(
        change, "reject", reason="approval.rejected", params={"by": parts.actor, "why": reason}
    )


def confirm(parts: Parts, change: Change, listener: Listener, password: str | None) -> None:
    """Return when what was approved is what would run now; else the change goes ``stale`` and
    StaleError says what moved."""
    try:
        _hold_to_grant(change)
        _hold_files(change)
        _hold_environment(parts, change)
        if not fresh(parts, change):
            _hold_live_state(parts, change, listener, password)
    except StaleError as error:
        Journal(parts).fail(change, "go_stale", error)
        raise


def _hold_to_grant(change: Change) -> None:
    granted = change.approval.digest if change.approval else ""
    if granted != digest_of(change):
        raise StaleError("approval.moved", id=change.id, what="digest")


def _hold_files(change: Change) -> None:
    """The files that were laid out for people to read must still be the approved ones."""
    artifact, folder = change.stage.artifact, change.stage.folder
    if artifact is None or not folder or not Path(folder).is_dir():
        return
    for file in artifact.files:
        path = Path(folder, "project", file.path)
        if not path.is_file() or path.read_bytes() != file.text.encode():
            raise StaleError("approval.edited", id=change.id, file=str(path))


def _hold_environment(parts: Parts, change: Change) -> None:
    approved = _decisive(change)
    executor = parts.executor()
    now = {
        "files": {file.path: file.digest() for file in _files(change)},
        "scope": to_builtins(change.request.scope),
        "ansible_cfg": executor.config(),
        "collections": executor.versions(),
        "secrets": planning.secrets_of(change),
    }
    for part, value in now.items():
        if digest(getattr(approved, part)) != digest(value):
            raise StaleError("approval.moved", id=change.id, what=part)


def _files(change: Change) -> tuple[File, ...]:
    return change.stage.artifact.files if change.stage.artifact else ()


def fresh(parts: Parts, change: Change) -> bool:
    """Whether the plan is young enough to be applied without being made again. A clock that went
    back, and an inventory file written since, make it old."""
    age = (_time(parts.now()) - _time(change.stage.planned)).total_seconds()
    return 0 <= age <= parts.fresh_s and not _inventory_written_since(change)


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _inventory_written_since(change: Change) -> bool:
    source = change.request.scope.inventory
    if source is None or source.form != "path":
        return False
    path = Path(source.text)
    try:
        return path.stat().st_mtime > _time(change.stage.planned).timestamp()
    except OSError:
        return True


def _hold_live_state(
    parts: Parts, change: Change, listener: Listener, password: str | None
) -> None:
    listener(Progress(code="progress.replan"))
    approved = _decisive(change)
    inventory = parts.executor().resolve(change.request.scope)
    if inventory.digest() != approved.inventory:
        raise StaleError("approval.moved", id=change.id, what="inventory")
    _hold_plan(parts, change, inventory, listener, password)


def _hold_plan(
    parts: Parts, change: Change, inventory: Inventory, listener: Listener, password: str | None
) -> None:
    result = planning.check_run(parts, change, inventory, listener, password)
    intent = planning.intent_of(change)
    made = registry.target(change.stage.target).plan(result, intent, inventory)
    if made.fingerprint() != _decisive(change).plan:
        raise StaleError("approval.moved", id=change.id, what="plan")


def _decisive(change: Change) -> Decisive:
    if change.stage.decisive is None:
        raise StateError("approval.no_plan", id=change.id, state=change.state)
    return change.stage.decisive
