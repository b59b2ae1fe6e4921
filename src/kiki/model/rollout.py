"""In which steps hosts are changed: one first by itself, then batches, and when to stop.

Called by ``request``, whose scope has one, by service, policy and the CLI. Pure.
"""

from collections.abc import Collection

from kiki.model.errors import UsageError
from kiki.model.records import Record

FIRST = "*"
"""A canary that nobody named: the first host that the plan would change."""

_ALL = 100  # percent
_DIGITS = 6


class Rollout(Record, frozen=True):
    """*canary* goes first and alone, ``*`` being the first host that would change; *batch* is how
    many go at a time after it: a number, or a share of all hosts such as ``10%``; empty, all of
    them. *max_fail* is the percentage of a wave's hosts that may fail, not answer or stay
    unproven before the next wave does not begin any more."""

    canary: str = ""
    batch: str = ""
    max_fail: int = 0

    @property
    def stepwise(self) -> bool:
        """Whether it asks for more than one wave."""
        return bool(self.canary or self.batch)


def require_valid(rollout: Rollout) -> None:
    """UsageError ``rollout.<what>`` for one that says nothing that can be done."""
    size(rollout.batch or "1", 1)
    if not 0 <= rollout.max_fail <= _ALL:
        raise UsageError("rollout.max_fail_invalid", value=rollout.max_fail)
    if rollout.max_fail and not rollout.stepwise:
        raise UsageError("rollout.max_fail_alone")


def size(batch: str, count: int) -> int:
    """How many of *count* hosts a batch has, at least one; UsageError ``rollout.batch_invalid``."""
    digits, share = batch.removesuffix("%"), batch.endswith("%")
    plain = digits.isascii() and digits.isdecimal() and len(digits) <= _DIGITS
    number = int(digits) if plain else 0
    if number < 1 or (share and number > _ALL):
        raise UsageError("rollout.batch_invalid", value=batch)
    return max(1, count * number // _ALL) if share else number


def require_canary(rollout: Rollout, hosts: Collection[str]) -> None:
    """UsageError ``rollout.canary_unknown`` when the host that was named is none of *hosts*."""
    if rollout.canary not in ("", FIRST, *hosts):
        raise UsageError("rollout.canary_unknown", host=rollout.canary)


def waves(
    rollout: Rollout, hosts: tuple[str, ...], changing: Collection[str]
) -> tuple[tuple[str, ...], ...]:
    """*hosts* in the order in which they get their turn; one wave without a rollout. *changing* are
    those that the plan would change. A canary that is none of *hosts* is left out."""
    canary = rollout.canary
    if canary == FIRST:
        canary = next((host for host in hosts if host in changing), hosts[0] if hosts else "")
    first = ((canary,),) if canary in hosts else ()
    rest = tuple(host for host in hosts if (host,) not in first)
    step = size(rollout.batch, len(hosts)) if rollout.batch else max(1, len(rest))
    return (*first, *(rest[at : at + step] for at in range(0, len(rest), step)))
