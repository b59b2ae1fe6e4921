"""Being alone on hosts: one change at a time acts on a host, whatever inventory names it.

Called by ``applying`` and ``granting``; ``recovery`` gives back what a cut run held. A host is what
Ansible connects to; of an inventory only the hosts count that the change's limit leaves. Two names
for one address (DNS) are two hosts here.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress

from msgspec.structs import replace

from kiki.execution.addresses import addresses
from kiki.model.change import Change
from kiki.model.errors import KikiError, TemporaryError
from kiki.model.inventory import Inventory
from kiki.model.lifecycle import RUNNING
from kiki.service.parts import Parts

OWNED = "job.owned"
"""The code of a job that another process is doing."""


def locks_of(inventory: Inventory) -> dict[str, str]:
    """The name of each lock that a run on *inventory* needs, with the host that it is for."""
    return {f"host:{address}": host for address, host in addresses(inventory).items()}


def touched(change: Change) -> Inventory | None:
    """The inventory of the change's plan with the hosts of its earlier applies, too; None when it
    was never planned. A plan for the hosts that are left does not have the others any more."""
    stage = change.stage if change.stages else None
    if stage is None or stage.inventory is None:
        return None
    before = {host for ran in stage.earlier for host in ran.plan.hosts}
    known = before.intersection(stage.inventory.hostvars)
    return replace(stage.inventory, hosts=tuple(sorted(known.union(stage.inventory.hosts))))


def share_a_host(one: Inventory, others: Iterable[Inventory]) -> bool:
    """Whether a run on *one* would meet a run on any of *others* on some host."""
    mine = locks_of(one).keys()
    return any(not mine.isdisjoint(locks_of(other)) for other in others)


@contextmanager
def alone(parts: Parts, change: Change, inventory: Inventory) -> Iterator[None]:
    """Hold the locks of all hosts; TemporaryError ``change.locked`` when another change is on one
    of them. Locks that can't be given back (a full disk) are left behind, and the next run takes
    them."""
    _take(parts, change, locks_of(inventory))
    try:
        yield
    finally:
        with suppress(KikiError):
            parts.jobs.unlock(change.id, parts.store().changes.unlock)


def _take(parts: Parts, change: Change, locks: dict[str, str]) -> None:
    """All or none. What dead changes left is given back first, each of them once."""
    changes = parts.store().changes
    freed: set[str] = set()
    while held := changes.lock(locks, change.id):
        holder = held.change_id
        if holder in freed or not _freed(parts, holder):
            raise TemporaryError(
                "change.locked", id=change.id, holder=holder, host=locks[held.name]
            )
        freed.add(holder)


def _freed(parts: Parts, holder: str) -> bool:
    """Whether the locks' holder died with them, and they are given back. One whose run may be
    going on still holds them, until ``recovery`` has ended that. Owning the holder's job keeps
    anybody from starting it just now."""

    def give_back() -> Change:
        dead = parts.store().changes.get(holder)
        if dead.state not in RUNNING:
            parts.store().changes.unlock(holder)
        return dead

    try:
        return parts.jobs.start(holder, give_back).state not in RUNNING
    except TemporaryError as error:
        if error.code != OWNED:
            raise
        return False
