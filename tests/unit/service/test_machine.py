"""Everything that people do with changes, in any order, with crashes in between.

Whatever the order: the ledger verifies, states move by the lifecycle only, and an apply is only
ever of a digest that somebody approved, once.
"""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from msgspec.structs import replace

from kiki.model.change import Change
from kiki.model.errors import KikiError
from kiki.model.lifecycle import RUNNING, transition
from kiki.model.rollout import Rollout
from kiki.model.run import RunMode, RunOrder
from tests.unit.service.world import EVERY, Killed, World, disk_full, recording

PICK = st.integers(0, 20)
PLANNED = st.sampled_from(["changed", "changed", "changed", "ok", "failed", "unreachable"])
VERDICTS = st.sampled_from(["changed", "changed", "ok", "failed", "unreachable"])
ENDS: list[Callable[[], BaseException]] = [Killed, KeyboardInterrupt, disk_full]
ROLLOUTS = st.sampled_from(
    [Rollout(), Rollout(batch="1"), Rollout(canary="n2"), Rollout(batch="1", max_fail=100)]
)
End = tuple[int, int] | None
ENDINGS = st.none() | st.none() | st.tuples(st.integers(0, 50), st.integers(0, len(ENDS) - 1))
# Records that are no move: what a run or a syntax check adds to a change in its state.
NOTES = {"process", "syntax", "outcome", "left_out", "not_compared", "resume"}


class Life(RuleBasedStateMachine):
    """Two people and one record."""

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        self.world = World(Path(self._folder.name))
        self.granted: dict[str, list[str]] = {}
        self.applied: list[tuple[str, str, str]] = []
        self.world.executor.during = self._watch
        self._seen: set[str] = set()

    def teardown(self) -> None:
        self.world.settle()
        self._folder.cleanup()

    def _watch(self, order: RunOrder) -> None:
        """Each host's turn in an apply that begins to do something, with the digest of what it
        does."""
        if order.mode != "apply" or order.run_id in self._seen:
            return
        self._seen.add(order.run_id)
        change = self.world.real.changes.get(order.run_id[:14])
        assert change.stage.decisive is not None
        assert order.artifact == change.stage.artifact
        assert change.stage.inventory is not None and change.stage.outcome is not None
        whole = replace(order.inventory, hosts=change.stage.inventory.hosts)
        assert whole.digest() == change.stage.decisive.inventory
        assert set(order.inventory.hosts) <= set(change.stage.outcome.unsure), "it is written down"
        for host in order.inventory.hosts:
            self.applied.append((change.id, change.stage.decisive.digest(), host))

    def _do(self, act: Callable[[], Any], end: End = None) -> Any:
        """Do it, cut at some point if *end* says so; what a user is told is no failure here."""
        try:
            if end is None:
                return act()
            with self.world.armed(end[0], ENDS[end[1]]):
                return act()
        except (KikiError, Killed, KeyboardInterrupt):
            return None

    def _in(self, *states: str) -> list[Change]:
        return [change for change in self.world.real.changes.find(EVERY) if change.state in states]

    def _one(self, pick: int, *states: str) -> str:
        """A change in one of *states*, or any, by number."""
        found = self._in(*states) or list(self.world.real.changes.find(EVERY))
        return found[pick % len(found)].id if found else "0none"

    def _shows(self, mode: RunMode, first: str, second: str) -> None:
        self.world.recordings[mode] = recording({"n1": first, "n2": second})

    @rule(end=ENDINGS, first=PLANNED, second=PLANNED)
    def submit(self, end: End, first: str, second: str) -> None:
        self._shows("check", first, second)
        self._do(self.world.submit, end)

    @rule(end=ENDINGS, rollout=ROLLOUTS, first=PLANNED, second=PLANNED)
    def submit_in_waves(self, end: End, rollout: Rollout, first: str, second: str) -> None:
        self._shows("check", first, second)
        self._do(lambda: self.world.submit(rollout=rollout), end)

    @rule(end=ENDINGS, rollout=ROLLOUTS, first=VERDICTS, second=VERDICTS)
    def submit_approve_and_run(self, end: End, rollout: Rollout, first: str, second: str) -> None:
        self.submit_in_waves(None, rollout, "changed", "changed")
        self.approve(0)
        self.run(0, end, first, second, "ok")

    @precondition(lambda self: self._in("awaiting_approval"))
    @rule(pick=PICK)
    def approve(self, pick: int) -> None:
        change = self.world.real.changes.get(self._one(pick, "awaiting_approval"))
        if not change.stages or change.stage.decisive is None:
            return
        digest = change.stage.decisive.digest()
        if self._do(lambda: self.world.agent.approve(change.id, digest)):
            self.granted.setdefault(change.id, []).append(digest)

    @rule(pick=PICK)
    def approve_something_else(self, pick: int) -> None:
        change = self._one(pick, "awaiting_approval")
        assert self._do(lambda: self.world.agent.approve(change, "sha256:" + "0" * 64)) is None

    @precondition(lambda self: self._in("approved"))
    @rule(pick=PICK, end=ENDINGS, first=VERDICTS, second=VERDICTS, again=VERDICTS)
    def run(self, pick: int, end: End, first: str, second: str, again: str) -> None:
        self._shows("apply", first, second)
        self._shows("again", "ok", again)
        change = self._one(pick, "approved")
        self._do(lambda: self.world.agent.run(change), end)

    @rule(pick=PICK)
    def run_whatever_its_state(self, pick: int) -> None:
        change = self._one(pick)
        self._do(lambda: self.world.agent.run(change))

    @precondition(lambda self: self._in("approved"))
    @rule(pick=PICK, mode=st.sampled_from(["check", "apply", "again"]))
    def run_and_cancel_it_from_elsewhere(self, pick: int, mode: str) -> None:
        change = self._one(pick, "approved")

        def cancel(order: RunOrder) -> None:
            self._watch(order)
            if order.mode == mode:
                self._do(lambda: self.world.other.cancel(change))

        self.world.executor.during = cancel
        self._do(lambda: self.world.agent.run(change))
        self.world.executor.during = self._watch

    @rule(pick=PICK, end=ENDINGS, first=PLANNED, second=PLANNED)
    def replan(self, pick: int, end: End, first: str, second: str) -> None:
        self._shows("check", first, second)
        change = self._one(pick, "stale", "interrupted", "failed", "partly_applied", "draft")
        self._do(lambda: self.world.agent.replan(change), end)

    @rule(pick=PICK, end=ENDINGS, first=PLANNED, second=PLANNED)
    def resume(self, pick: int, end: End, first: str, second: str) -> None:
        self._shows("check", first, second)
        change = self._one(pick, "partly_applied", "failed", "cancelled", "interrupted", "checked")
        self._do(lambda: self.world.agent.resume(change), end)

    @rule(pick=PICK)
    def reject(self, pick: int) -> None:
        change = self._one(pick)
        self._do(lambda: self.world.other.reject(change))

    @rule(pick=PICK, end=ENDINGS)
    def cancel(self, pick: int, end: End) -> None:
        change = self._one(pick)
        self._do(lambda: self.world.other.cancel(change), end)

    @rule(pick=PICK)
    def redo(self, pick: int) -> None:
        change = self._one(pick)
        self._do(lambda: self.world.agent.redo(change))

    @rule(pick=PICK, end=ENDINGS)
    def undo(self, pick: int, end: End) -> None:
        change = self._one(pick, "applied", "partly_applied", "cancelled", "interrupted", "failed")
        self._do(lambda: self.world.agent.undo(change), end)

    @rule(seconds=st.sampled_from([-600.0, 10.0, 400.0]))
    def time_goes(self, seconds: float) -> None:
        self.world.clock.move(seconds)

    @rule(version=st.sampled_from(["2.19.14", "2.20.0"]))
    def upgrade(self, version: str) -> None:
        self.world.executor.install(ansible_builtin=version)

    @rule()
    def recover(self) -> None:
        self._do(self.world.agent.recover)

    @invariant()
    def the_ledger_verifies(self) -> None:
        assert self.world.real.ledger.verify() == ()

    @invariant()
    def an_apply_is_of_what_was_granted_and_once(self) -> None:
        for change, digest, _ in self.applied:
            assert digest in self.granted.get(change, []), "nobody approved this"
        for change, _, host in set(self.applied):
            times = [turn for turn in self.applied if turn[::2] == (change, host)]
            assert len(times) <= len(self.granted[change]), "one approval, two applies"

    @invariant()
    def states_move_by_the_lifecycle(self) -> None:
        for change in self.world.real.changes.find(EVERY):
            state = "draft"
            for record in self.world.real.ledger.records(change.id):
                if record.event not in NOTES and record.event != "request":
                    state = transition(state, record.event)  # type: ignore[arg-type]
                assert record.data["state"] == state
            assert change.state == state

    @invariant()
    def nothing_runs_that_nobody_owns(self) -> None:
        self.world.agent.recover()
        assert self.world.executor.alive == 0
        for change in self.world.real.changes.find(EVERY):
            assert change.state not in RUNNING


Life.TestCase.settings = settings(
    max_examples=25,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
TestLife = Life.TestCase
