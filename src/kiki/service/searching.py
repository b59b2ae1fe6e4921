"""Looking through the ledger: who did what to which system, and when.

Called by ``local``. The store finds by person, time and text; what a change was for is in the
change, which is opened once for all of its records."""

from functools import cache

from kiki.model.change import Change
from kiki.model.errors import KikiError
from kiki.model.ledger import LedgerFilter, LedgerRecord
from kiki.service.parts import Parts


def search(parts: Parts, wanted: LedgerFilter) -> tuple[LedgerRecord, ...]:
    """The newest *limit* records that match, oldest first."""
    store = parts.store()

    @cache
    def change_of(subject: str) -> Change | None:
        try:
            return store.changes.get(subject)
        except KikiError:
            return None

    found: list[LedgerRecord] = []
    for record in reversed(store.ledger.search(wanted)):
        if len(found) == wanted.limit > 0:
            break
        if not wanted.sees(record):
            continue
        if _about(record, wanted, change_of(record.subject) if _asks(wanted) else None):
            found.append(record)
    return tuple(reversed(found))


def _asks(wanted: LedgerFilter) -> bool:
    return bool(wanted.target or wanted.object)


def _about(record: LedgerRecord, wanted: LedgerFilter, change: Change | None) -> bool:
    for asked, names in ((wanted.target, _targets), (wanted.object, _objects)):
        known = names(change) if change is not None else {record.subject}
        if asked and not any(_same(asked, name) for name in known):
            return False
    return True


def _same(asked: str, name: str) -> bool:
    """Whole words and names, not parts: ``web`` is not ``webmail``."""
    one, other = asked.casefold(), name.casefold()
    return one == other or one in other.replace(":", " ").replace("/", " ").split()


def _targets(change: Change) -> set[str]:
    """The kind of code, and the hosts, the cluster or the cloud that it was for."""
    named = {stage.target for stage in change.stages} | {change.request.target or ""}
    for stage in change.stages:
        if stage.inventory is not None:
            named.update(stage.inventory.hosts)
            named.update(stage.inventory.groups)
            if stage.inventory.place is not None:
                named.add(stage.inventory.place.name)
    return named - {""}


def _objects(change: Change) -> set[str]:
    """Its id and name, the words of its message, and what its tasks name."""
    named = {change.id, change.request.name or "", change.request.message}
    intent = change.reading.intent if change.reading else None
    for operation in intent.operations if intent else ():
        for value in operation.fields.values():
            named.update(map(str, value) if isinstance(value, list) else (str(value),))
    for stage in change.stages:
        named.update(action.task for action in (stage.plan.actions if stage.plan else ()))
    return named - {""}
