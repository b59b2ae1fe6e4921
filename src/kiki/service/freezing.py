"""The emergency freeze: its records, and holding back what would be applied.

Called by ``local`` and ``applying``. The newest record about it is the freeze, so that it holds for
every process of this state folder and can't be changed without a trace. What runs already goes on:
that is stopped with ``kiki cancel``."""

from datetime import UTC, datetime

from kiki.model.change import Change
from kiki.model.errors import RefusedError, StateError, UsageError
from kiki.model.freeze import Freeze
from kiki.model.ledger import LedgerRecord
from kiki.service.parts import Parts

# No change and no account is called so: both have no colon.
SUBJECT = "freeze:applies"
ON, OFF = "freeze_on", "freeze_off"
_LONGEST = 1000


def frozen(parts: Parts) -> Freeze:
    """The freeze that holds now, or one that says that there is none."""
    newest = parts.store().ledger.records(SUBJECT, last=1)
    return _held(newest[0], parts.now()) if newest else Freeze()


def _held(record: LedgerRecord, now: str) -> Freeze:
    until = str(record.data.get("until", ""))
    if record.event != ON or (until and _time(until) <= _time(now)):
        return Freeze()
    reason = str(record.data.get("reason", ""))
    return Freeze(frozen=True, by=record.actor, at=record.at, reason=reason, until=until)


def begin(parts: Parts, reason: str, until: str) -> Freeze:
    """Freeze from now on, in place of a freeze that there is. UsageError ``freeze.no_reason``,
    ``freeze.bad_time``, ``freeze.over`` for an end that has passed."""
    reason = said(reason, "freeze.no_reason")
    data = {"reason": reason, "until": _end(parts, until)}
    record = parts.store().ledger.append(parts.actor, ON, SUBJECT, data)
    return _held(record, record.at)


def end(parts: Parts) -> Freeze:
    """End the freeze; nothing is recorded where there was none."""
    if frozen(parts).frozen:
        parts.store().ledger.append(parts.actor, OFF, SUBJECT, {})
    return Freeze()


def hold(parts: Parts) -> None:
    """Return when changes may be applied; RefusedError ``freeze.frozen``, ``freeze.frozen_until``
    with who froze it, when and why."""
    found = frozen(parts)
    if not found.frozen:
        return
    told = {"by": found.by, "at": found.at, "reason": found.reason}
    if found.until:
        raise RefusedError("freeze.frozen_until", **told, until=found.until)
    raise RefusedError("freeze.frozen", **told)


def hold_windows(parts: Parts, change: Change, override: str) -> str:
    """The change window that *override*, the reason of a person, is needed for now; empty where
    none is closed. RefusedError ``freeze.window``; StateError ``freeze.no_window`` for an override
    that nothing needs."""
    shut = _shut(parts, change)
    if shut and not override:
        raise RefusedError("freeze.window", id=change.id, window=shut)
    if override and not shut:
        raise StateError("freeze.no_window", id=change.id)
    return shut


def needed(parts: Parts, change: Change, override: str) -> str:
    """*override*, which was given for later or for more than this change, where a window is closed
    for it now; empty where none is."""
    return override if _shut(parts, change) else ""


def _shut(parts: Parts, change: Change) -> str:
    """A window that is closed now."""
    now, names = _time(parts.now()), _names(change)
    return next((one.text for one in parts.windows if one.closed(now, names)), "")


def _names(change: Change) -> set[str]:
    """What patterns of windows are compared with: the kind of code, the cluster or cloud, the
    hosts, and the groups that have any of them."""
    named = {stage.target for stage in change.stages}
    for stage in change.stages:
        if stage.inventory is not None:
            hosts = set(stage.inventory.hosts)
            groups = stage.inventory.groups.items()
            named |= hosts | {group for group, inside in groups if hosts.intersection(inside)}
            if stage.inventory.place is not None:
                named.add(stage.inventory.place.name)
    return named


def said(reason: str, missing: str) -> str:
    """A reason as it is kept, without secrets; UsageError *missing* when there is none."""
    from kiki.understand.secrets import masked  # noqa: PLC0415 -- lazy: reasons are rare

    words = " ".join(reason.split())[:_LONGEST]
    if not words:
        raise UsageError(missing)
    return masked(words)


def _end(parts: Parts, until: str) -> str:
    if not until:
        return ""
    try:
        when = _time(until)
    except ValueError:
        raise UsageError("freeze.bad_time", value=until) from None
    if when <= _time(parts.now()):
        raise UsageError("freeze.over", value=until)
    return when.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _time(text: str) -> datetime:
    """ValueError for anything but a time with its zone."""
    when = datetime.fromisoformat(text)
    if when.tzinfo is None:
        raise ValueError(text)
    return when.astimezone(UTC)
