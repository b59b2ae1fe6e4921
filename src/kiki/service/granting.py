"""Saying yes or no to exactly one digest, and finding out whether it still holds.

Called by ``local`` and ``applying``. An approval is a row, never a waiting process.
"""

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from msgspec import UNSET
from msgspec.structs import replace

from kiki.model.agent import Listener, Progress
from kiki.model.approval import Approval, Decisive
from kiki.model.change import Change
from kiki.model.errors import StaleError, StateError
from kiki.model.inventory import Inventory
from kiki.model.lifecycle import transition
from kiki.model.records import digest
from kiki.model.ruling import Ruling
from kiki.service import authority, keeping, locking, planning, ruling, tickets
from kiki.service.journal import Journal
from kiki.service.parts import Parts
from kiki.targets import registry

# How many of the newest ledger records are looked through for another change's run.
_LOOK_BACK = 500
# Folders beside an inventory whose files Ansible reads as part of it.
_VARIABLES = ("group_vars", "host_vars")


def digest_of(change: Change) -> str:
    """The digest up for approval; StateError when the change has no plan."""
    return _decisive(change).digest()


def approve(parts: Parts, change: Change, wanted: Approval, ticket: str = "") -> Change:
    """Grant what *wanted* says in the actor's name; StaleError when its digest is not what the
    change would do now. A secret that has a new value since makes the change ``stale``. *ticket*
    becomes the change's, where it has none. What ``authority`` and ``tickets`` raise."""
    mine = digest_of(change)
    transition(change.state, "approve")
    try:
        _hold_secrets(parts, change)
    except StaleError as error:
        Journal(parts).fail(change, "go_stale", error)
        raise
    if wanted.digest != mine:
        given = wanted.digest[:19]
        raise StaleError("approval.other_digest", id=change.id, given=given, now=mine[:19])
    change = tickets.added(parts, change, ticket)
    ruled = ruling.hold(parts, change, "approval")
    authority.hold_ticket(parts, change, ruled)
    authority.hold_name(change, wanted.name, ruled)
    grant = replace(
        wanted,
        approver=parts.actor,
        at=parts.now(),
        note=_kept(wanted.note),
        break_glass=authority.hold_glass(parts, change, wanted.break_glass, ruled),
        roles=parts.roles(parts.actor, change.request.project) or UNSET,
    )
    return _granted(parts, ruling.lasting(change, ruled), grant, ruled)


def _granted(parts: Parts, change: Change, grant: Approval, ruled: Ruling) -> Change:
    """The change with *grant*: approved, or waiting for more where the site's rules want several.
    StateError ``approval.again`` for a person who has approved it."""
    before = tuple(one for one in change.granted if one.digest == grant.digest)
    if grant.approver in {one.approver for one in before} and not grant.break_glass:
        raise StateError("approval.again", id=change.id, who=grant.approver)
    told = {"break_glass": grant.break_glass} if grant.break_glass else {}
    if ruling.missing(parts, ruled, (*before, grant), change.request.project):
        return Journal(parts).note(change, "approve_part", told, granted=(*before, grant))
    recorded = "break_glass" if told else "approve"
    return Journal(parts).move_as(recorded, told, change, "approve", approval=grant, granted=before)


def pass_on(parts: Parts, change: Change, leading: Change) -> Change:
    """Grant the plan of *change*, which runs a later stage of *leading*, by the grant of that one:
    ``parting`` has found that it covers it. It names who approved that, and not who runs it."""
    grant = leading.approval
    if grant is None:
        raise StaleError("approval.moved", id=leading.id, what="digest")
    authority.hold_grant(parts, leading, grant)
    _hold_secrets(parts, change)
    given = replace(grant, digest=digest_of(change), at=parts.now(), note=leading.id)
    told = {"leading": leading.id, "granted": grant.digest}
    return Journal(parts).move_as(
        "pass_on", told, change, "approve", approval=given, granted=leading.granted
    )


def reject(parts: Parts, change: Change, reason: str) -> Change:
    """Say no for good."""
    params = {"by": parts.actor, "why": _kept(reason)}
    return Journal(parts).move(change, "reject", reason="approval.rejected", params=params)


def _kept(words: str) -> str:
    """What a person says of a change, without secrets."""
    if not words:
        return words
    from kiki.understand.secrets import masked  # noqa: PLC0415 -- lazy: notes are rare

    return masked(words)


def confirm(parts: Parts, change: Change, listener: Listener, password: str | None) -> None:
    """Return when what was approved is what would run now; else the change goes ``stale`` and
    StaleError says what moved. Nobody else may run on its hosts meanwhile."""
    try:
        _hold_to_grant(parts, change)
        _hold_secrets(parts, change)
        _hold_files(change)
        _hold_environment(parts, change)
        if not fresh(parts, change) or _elsewhere(parts, change):
            _hold_live_state(parts, change, listener, password)
    except StaleError as error:
        Journal(parts).fail(change, "go_stale", error)
        raise


def _hold_to_grant(parts: Parts, change: Change) -> None:
    granted = change.approval
    if granted is None or granted.digest != digest_of(change):
        raise StaleError("approval.moved", id=change.id, what="digest")
    authority.hold_grant(parts, change, granted)


def _hold_secrets(parts: Parts, change: Change) -> None:
    """The version of each secret that was planned with must still be the one that counts."""
    for name, version in _decisive(change).secrets.items():
        now = keeping.in_force(parts, name, version)
        if now != version:
            code = "approval.secret_moved" if now else "approval.secret_gone"
            raise StaleError(code, id=change.id, name=name)


def _hold_files(change: Change) -> None:
    """The files that were laid out for people to read must still be the approved ones. What runs
    is written anew from the record; this says that somebody meant something else to run."""
    folder = change.stage.folder
    if change.stage.artifact is None or not folder or not Path(folder).is_dir():
        return
    for file in planning.program(change, change.stage, planning.inventory_of(change)).files:
        path = Path(folder, "project", file.path)
        if _bytes_at(path) != file.text.encode():
            raise StaleError("approval.edited", id=change.id, file=str(path))


def _bytes_at(path: Path) -> bytes | None:
    """The file's bytes; None when they can't be had."""
    try:
        return path.read_bytes()
    except OSError:
        return None


def _hold_environment(parts: Parts, change: Change) -> None:
    approved = _decisive(change)
    now = planning.decisive(parts, change, change.stage)
    for part in Decisive.__struct_fields__:
        before, after = getattr(approved, part), getattr(now, part)
        if before is UNSET and after is UNSET:  # one stage, as most changes have
            continue
        if before is UNSET or after is UNSET or digest(before) != digest(after):
            raise StaleError("approval.moved", id=change.id, what=part)


def fresh(parts: Parts, change: Change) -> bool:
    """Whether the plan is young enough to be applied without being made again. A clock that went
    back, an inventory written since, and another change's run on it since, make it old."""
    age = (_time(parts.now()) - _time(change.stage.planned)).total_seconds()
    if not 0 <= age <= parts.fresh_s:
        return False
    return not _inventory_written_since(change) and not _others_ran_since(parts, change)


def _elsewhere(parts: Parts, change: Change) -> bool:
    """Whether the change is for a live system that is not the one of the plan any more: a name
    costs nothing to point elsewhere, so that is asked each time."""
    planned = planning.inventory_of(change)
    if planned.place is None:
        return False
    return parts.executor().resolve(planning.scope_of(change)).digest() != planned.digest()


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _inventory_written_since(change: Change) -> bool:
    source = change.request.scope.inventory
    if source is None or source.form != "path":
        return False
    planned = _time(change.stage.planned).timestamp()
    try:
        return any(path.stat().st_mtime >= planned for path in _inventory_files(source.text))
    except OSError:
        return True


def _inventory_files(given: str) -> Iterator[Path]:
    """Everything that Ansible reads for an inventory at this path, folders included: their times
    tell of files that came and went."""
    path = Path(given).expanduser()
    beside = path if path.is_dir() else path.parent
    yield path
    for top in (path, *(beside / name for name in _VARIABLES)):
        if top.is_dir():
            for folder, _, names in os.walk(top):
                yield Path(folder)
                yield from (Path(folder, name) for name in names)


def _others_ran_since(parts: Parts, change: Change) -> bool:
    """Whether a run began on any of the hosts after the plan was begun: another change's, as a run
    of this one makes its plan void."""
    store = parts.store()
    mine = planning.inventory_of(change)
    began = {
        record.subject
        for record in store.ledger.records(last=_LOOK_BACK)
        if record.event == "start" and record.at >= change.stage.planned
    }
    theirs = (locking.touched(store.changes.get(name)) for name in began)
    return locking.share_a_host(mine, filter(None, theirs))


def _hold_live_state(
    parts: Parts, change: Change, listener: Listener, password: str | None
) -> None:
    listener(Progress(code="progress.replan"))
    approved = _decisive(change)
    inventory = parts.executor().resolve(planning.scope_of(change))
    if inventory.digest() != approved.inventory:
        raise StaleError("approval.moved", id=change.id, what="inventory")
    _hold_plan(parts, change, inventory, listener, password)


def _hold_plan(
    parts: Parts, change: Change, inventory: Inventory, listener: Listener, password: str | None
) -> None:
    """Hosts that can't be reached now say nothing about the plan: TemporaryError, and the grant
    stands."""
    result = planning.check_run(parts, change, inventory, listener, password)
    planning.require_a_host(result, inventory)
    intent = planning.intent_of(change)
    tags = change.request.scope.tags
    made = registry.target(change.stage.target).plan(result, intent, inventory, tags)
    if made.fingerprint() != _decisive(change).plan:
        raise StaleError("approval.moved", id=change.id, what="plan")


def _decisive(change: Change) -> Decisive:
    if not change.stages or change.stage.decisive is None:
        raise StateError("approval.no_plan", id=change.id, state=change.state)
    return change.stage.decisive
