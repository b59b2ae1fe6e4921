"""Secrets that people name: kept, listed, replaced, removed, and which version counts now.

Called by ``local``, ``submission``, ``planning`` and ``granting``. No value is ever given back
from here. A kept secret's newest version counts; one that was taken out of a message
(``password-1``) belongs to that request alone, in the very version that came with it.
"""

from collections.abc import Iterable

from msgspec.structs import replace

from kiki.model.agent import ChangeFilter
from kiki.model.change import Change
from kiki.model.errors import NotFoundError, StateError, UsageError
from kiki.model.lifecycle import FINISHED
from kiki.model.request import Request
from kiki.model.secret import (
    MasterRotation,
    SecretUse,
    SecretVersion,
    is_name,
    is_taken,
    named,
)
from kiki.service.parts import Parts

LONGEST = 1 << 16
"""Characters of a value; a private key has some thousands."""


def keep(parts: Parts, name: str, value: str, *, known: bool) -> SecretVersion:
    """Store a value as the newest version. *known*: the name must be there, with another value.
    UsageError ``secret.<what>``; a wrong name is not repeated, as it may be a value."""
    _require_fit(name, value)
    secrets = parts.store().secrets
    if known and secrets.value(name, secrets.current(name)) == value:
        raise UsageError("secret.same_value", name=name)
    version = secrets.put(name, value, parts.actor)
    # Nothing uses it yet: no change has to be looked through.
    return next(one for one in secrets.versions(name) if one.version == version)


def _require_fit(name: str, value: str) -> None:
    if is_taken(name):
        raise UsageError("secret.counted_name", name=name)
    if not is_name(name):
        raise UsageError("secret.bad_name")
    if not value:
        raise UsageError("secret.empty", name=name)
    if len(value) > LONGEST:
        raise UsageError("secret.too_long", name=name, limit=LONGEST)


def listed(parts: Parts, name: str = "") -> tuple[SecretVersion, ...]:
    """All versions, or those of one name, each with the changes that name it."""
    uses: dict[tuple[str, str], list[SecretUse]] = {}
    for change in reversed(parts.store().changes.find(ChangeFilter(limit=0))):
        for secret, version in change.request.secrets.items():
            uses.setdefault((secret, version), []).append(_use(change))
    return tuple(
        replace(one, used_by=tuple(uses.get((one.name, one.version), ())))
        for one in parts.store().secrets.versions(name)
    )


def _use(change: Change) -> SecretUse:
    runs = change.request.scope.inventory is not None
    return SecretUse(
        change=change.id, state=change.state, pending=runs and change.state not in FINISHED
    )


def remove(parts: Parts, name: str, version: str, *, force: bool) -> tuple[SecretVersion, ...]:
    """Remove a secret, or one version of it. StateError ``secret.in_use`` while an unfinished
    change needs it, unless *force*; UsageError ``secret.newest_version`` for the version of a kept
    secret that counts: an older one must not come to count by that."""
    there = listed(parts, name)
    going = tuple(one for one in there if version in ("", one.version))
    if version and going and not is_taken(name) and going[-1] == there[-1]:
        raise UsageError("secret.newest_version", name=name, version=version)
    waiting = dict.fromkeys(use.change for one in going for use in one.used_by if use.pending)
    if waiting and not force:
        raise StateError("secret.in_use", name=name, changes=", ".join(waiting))
    parts.store().secrets.remove(name, parts.actor, version)
    return going


def rotate_master(parts: Parts, to: str) -> MasterRotation:
    """Bring everything under another master key."""
    return parts.store().secrets.rotate_master(to, parts.actor)


def resolved(parts: Parts, text: str, known: Iterable[str]) -> dict[str, str]:
    """The newest versions of the kept secrets that *text* names. Names that are *known* already,
    counted ones and unknown ones are left out."""
    wanted = [name for name in named(text) if is_name(name) and name not in known]
    found = {name: in_force(parts, name, "") for name in wanted}
    return {name: version for name, version in found.items() if version}


def held(parts: Parts, names: Iterable[str], request: Request) -> dict[str, str]:
    """The versions of values that a change wrote over, of *names* that *request* has not.
    StateError ``undo.value_gone`` for one that is not kept: somebody removed it, or the apply did
    not come to it."""
    try:
        wanted = [name for name in names if name not in request.secrets]
        return {name: parts.store().secrets.current(name) for name in wanted}
    except NotFoundError as error:
        raise StateError("undo.value_gone", **error.params) from error


def renewed(parts: Parts, request: Request) -> Request:
    """The request with the newest version of each kept secret. One that was removed stays as it
    is: the run then says so."""
    now = {name: in_force(parts, name, old) or old for name, old in request.secrets.items()}
    return request if now == request.secrets else replace(request, secrets=now)


def in_force(parts: Parts, name: str, version: str) -> str:
    """The version of a secret that counts for a request with *version*; empty when it is gone."""
    secrets = parts.store().secrets
    if is_taken(name):
        return version if any(one.version == version for one in secrets.versions(name)) else ""
    try:
        return secrets.current(name)
    except NotFoundError:
        return ""
