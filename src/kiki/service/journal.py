"""Writing changes: every move is one transition, one row and one ledger record, in one write.

Called by the other modules of the service; nothing else writes a change.
"""

from contextlib import suppress
from typing import Any

from msgspec.structs import replace

from kiki.model.change import Change, Stage
from kiki.model.errors import KikiError
from kiki.model.lifecycle import Event, transition
from kiki.service import ruling
from kiki.service.parts import Parts

MOVED = "change.moved"
"""The code of a write that lost against somebody else's."""
_ASKED = frozenset((
    "check_pass", "check_fail", "refuse", "plan", "plan_fail", "approve", "approve_part",
    "break_glass", "start",
))  # fmt: skip


def facts(change: Change) -> dict[str, Any]:
    """What the service tells the ledger of a change: codes and digests, never text of hosts or
    secrets. The store adds the state, the version and the digest of the whole document."""
    kept: dict[str, Any] = {}
    if change.request.project:
        kept["project"] = change.request.project
    for number, stage in enumerate(change.stages):
        first = f"{stage.name}." if number else ""  # one stage, as most changes have, needs no name
        kept |= {f"{first}{key}": value for key, value in _of_stage(stage).items()}
    if change.request.ticket:
        kept["ticket"] = change.request.ticket
    if change.reason:
        kept["reason"] = change.reason
    return kept


def _rules(change: Change, event: str) -> dict[str, Any]:
    """What the site's rules said, where *event* is one at which they were asked."""
    found = change.stages[0].ruling if change.stages else None
    return ruling.told(found) if found is not None and event in _ASKED else {}


def _of_stage(stage: Stage) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    if stage.artifact is not None:
        kept["artifact"] = stage.artifact.digest()
    if stage.decisive is not None:
        kept["approvable"] = stage.decisive.digest()
    if stage.answered is not None:
        kept["answer"] = stage.answered.digest
        kept["rows"], kept["lines"] = stage.answered.rows, stage.answered.lines
    if stage.outcome is not None:
        kept["verified"] = stage.outcome.verified
        if stage.outcome.left:
            kept["left"] = len(stage.outcome.left)
    if stage.part and stage.part.changes:
        kept["change"] = stage.part.changes[-1]
    return kept


class Journal:
    """Creates and moves changes in the name of one actor."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts

    def create(self, change: Change, **data: Any) -> Change:
        """Store a new change with its first record."""
        changes = self.parts.store().changes
        return changes.create(change, self.parts.actor, "request", facts(change) | data)

    def move(self, change: Change, event: Event, /, **fields: Any) -> Change:
        """The change after *event*, with *fields* replaced; stored when this returns."""
        return self.move_as(event, {}, change, event, **fields)

    def move_as(
        self, name: str, told: dict[str, Any], change: Change, event: Event, /, **fields: Any
    ) -> Change:
        """As ``move``, with a record that is called *name* and says what is *told*, too."""
        moved = replace(
            change,
            state=transition(change.state, event),
            updated=self.parts.now(),
            **fields,
        )
        changes = self.parts.store().changes
        return changes.save(
            moved, self.parts.actor, name, facts(moved) | _rules(moved, name) | told
        )

    def note(
        self, change: Change, event: str, /, told: dict[str, Any] | None = None, **fields: Any
    ) -> Change:
        """Store *fields* without a change of state; the record says what is *told*, too."""
        noted = replace(change, updated=self.parts.now(), **fields)
        return self.parts.store().changes.save(
            noted, self.parts.actor, event, facts(noted) | _rules(noted, event) | (told or {})
        )

    def fail(self, change: Change, event: Event, error: KikiError) -> None:
        """Move by *event* with the error's code as the reason, and mark the error with the id.

        The caller raises *error*. When this can't be written either (a full disk, or somebody
        else moved the change) *error* is still what has to be said; the record keeps its last
        good state, from which ``recovery`` or a replan goes on.
        """
        error.change_id = change.id
        params = {key: str(value) for key, value in error.params.items()}
        with suppress(KikiError):
            self.move(change, event, reason=error.code, params=params)


def with_stage(change: Change, **fields: Any) -> tuple[Stage, ...]:
    """The change's stages with *fields* replaced in its only one."""
    return (replace(change.stage, **fields), *change.stages[1:])
