"""What an apply that goes in waves left so far, and whether the next wave may begin.

Called by ``applying``. Pure. A wave is a set of hosts that are changed and proven together; without
a rollout all hosts are one wave. What is written down at every step must be true if nothing is
written after it: hosts whose turn has begun are unsure until they have ended well.
"""

from collections.abc import Collection, Sequence

from msgspec.structs import replace

from kiki.model.change import Done, Outcome, Verified
from kiki.model.rollout import Rollout
from kiki.model.run import RunStatus


def begun(wave: tuple[str, ...]) -> Outcome:
    """What is known of hosts whose run begins: it may do all that was planned."""
    return Outcome(unsure=wave, done={host: Done(heard=False) for host in wave})


def unproven(part: Outcome, hosts: tuple[str, ...]) -> Outcome:
    """*part* while, or because, the second run of *hosts* has not come to its end."""
    return replace(part, unsure=_union(part.unsure, hosts))


def bad(part: Outcome) -> frozenset[str]:
    """The hosts that did not end well."""
    return frozenset((*part.failed, *part.unreachable, *part.unsure))


def good(part: Outcome) -> tuple[str, ...]:
    """The hosts that ended well."""
    ended = {*part.changed, *part.unchanged} - bad(part)
    return tuple(sorted(ended))


def goes_on(rollout: Rollout, wave: tuple[str, ...], part: Outcome, status: RunStatus) -> bool:
    """Whether *wave* ended as it should: all is well, or what is not is within the limit and all
    of it is known, host by host."""
    if status == "successful":
        return True
    told = bad(part) | {*part.changed, *part.unchanged}
    return not part.unsure and told.issuperset(wave) and within(rollout, wave, part)


def within(rollout: Rollout, wave: tuple[str, ...], part: Outcome) -> bool:
    """Whether no more hosts of *wave* than the limit allows did not end well."""
    return 100 * len(bad(part)) <= rollout.max_fail * len(wave)


def together(parts: Sequence[Outcome], left: Collection[str]) -> Outcome:
    """The waves that began, in order, and the hosts that nobody came to, as one outcome."""
    if len(parts) == 1:
        return replace(parts[0], left=tuple(left))
    said = next((part for part in parts if part.reason), Outcome())
    worst = next((part for part in parts if part.verified == "failed"), said)
    return Outcome(
        changed=_union(*(part.changed for part in parts)),
        unchanged=_union(*(part.unchanged for part in parts)),
        failed=_union(*(part.failed for part in parts)),
        unreachable=_union(*(part.unreachable for part in parts)),
        unsure=_union(*(part.unsure for part in parts)),
        left=tuple(left),
        runs=tuple(run for part in parts for run in part.runs),
        verified=_verified(parts),
        reason=worst.reason,
        params=worst.params,
        done={host: done for part in parts for host, done in _done(part).items()},
        remarks=tuple(dict.fromkeys(remark for part in parts for remark in part.remarks)),
    )


def _union(*hosts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(host for each in hosts for host in each))


def _done(part: Outcome) -> dict[str, Done]:
    """What was done; of a wave of which not all was heard, perhaps all that was planned."""
    if part.done is not None:
        return part.done
    return dict.fromkeys((*part.changed, *part.failed, *part.unsure), Done(heard=False))


def _verified(parts: Sequence[Outcome]) -> Verified:
    every = {part.verified for part in parts}
    if "failed" in every:
        return "failed"
    return "passed" if every == {"passed"} else "not_run"
