"""The record in memory: fakes of the three ports that ship with Kiki.

Called by ``store.opening`` for tests and trials. They pass the same contract suite as the SQLite
adapters, with the same chain and a key that lives as long as the process; nothing is sealed.
"""

import os
import threading
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiki.model.agent import ChangeFilter
from kiki.model.change import Change
from kiki.model.errors import NotFoundError, StateError, UsageError
from kiki.model.ledger import (
    KeptRecord,
    LedgerExport,
    LedgerFault,
    LedgerFilter,
    LedgerHead,
    LedgerRecord,
)
from kiki.model.lifecycle import RUNNING
from kiki.model.people import project_name
from kiki.model.records import canonical
from kiki.model.secret import MasterRotation, SecretVersion
from kiki.store import chain
from kiki.store.ids import new_id, typed
from kiki.store.key_sources import OwnFile, source
from kiki.store.keys import LENGTH, Keys
from kiki.store.master_keys import MasterKey
from kiki.store.port import Held
from kiki.store.rows import plain_columns, row_digest, searchable


class MemoryBook:
    """What the three fakes share: rows, links, values and one lock."""

    def __init__(self, now: Callable[[], str]) -> None:
        self.now = now
        self.alone = threading.RLock()
        self.key = Ed25519PrivateKey.generate()
        self.rows: dict[str, dict[str, Any]] = {}
        self.links: list[chain.Link] = []
        self.head: LedgerHead | None = None
        self.locks: dict[str, str] = {}
        self.values: dict[str, dict[str, tuple[str, str]]] = {}  # name, version: created, value

    def append(self, actor: str, event: str, subject: str, data: dict[str, Any]) -> LedgerRecord:
        """Append one link and sign the head."""
        with self.alone:
            last = self.links[-1] if self.links else None
            link = chain.following(last, self.now(), actor, event, subject, data)
            self.links.append(link)
            self.head = chain.signed(link, self.key)
        assert link.record is not None  # it was just made
        return link.record


class MemoryLedger:
    """The Ledger port."""

    def __init__(self, book: MemoryBook) -> None:
        self._book = book

    def append(self, actor: str, event: str, subject: str, data: dict[str, Any]) -> LedgerRecord:
        """Append one record."""
        return self._book.append(actor, event, subject, data)

    def records(self, subject: str = "", last: int = 0) -> tuple[LedgerRecord, ...]:
        """All records, or those about *subject*, in order; with *last* only that many."""
        records = tuple(link.record for link in self._book.links if link.record is not None)
        about = tuple(record for record in records if subject in ("", record.subject))
        return about[-last:]

    def head(self) -> LedgerHead | None:
        """The signed head; None for an empty ledger."""
        return self._book.head

    def search(self, wanted: LedgerFilter) -> tuple[LedgerRecord, ...]:
        """The records by this person, of this time and with this text."""
        return tuple(one for one in self.records() if _sought(one, wanted))

    def export(self) -> LedgerExport:
        """All records with their hashes and the head, of one moment."""
        with self._book.alone:
            kept = tuple(
                KeptRecord(record=link.record, hash=link.hash)
                for link in self._book.links
                if link.record is not None
            )
            return LedgerExport(records=kept, head=self._book.head)

    def verify(self) -> tuple[LedgerFault, ...]:
        """Every fault of the chain, of its head, and of changes that differ from it."""
        with self._book.alone:
            documents = {name: row_digest(row) for name, row in self._book.rows.items()}
            key = self._book.key.public_key()
            return chain.faults(self._book.links, self._book.head, key, documents)


def _sought(record: LedgerRecord, wanted: LedgerFilter) -> bool:
    by, at = wanted.who in ("", record.actor), record.at
    in_time = at >= wanted.since and (not wanted.until or at <= wanted.until)
    parts = (record.event, record.subject, canonical(record.data).decode())
    return by and in_time and any(wanted.text in part for part in parts)


class MemoryChanges:
    """The Changes port."""

    def __init__(self, book: MemoryBook) -> None:
        self._book = book

    def create(self, change: Change, actor: str, event: str, data: dict[str, Any]) -> Change:
        """Store a new change with its first record."""
        with self._book.alone:
            if change.id in self._book.rows:
                raise StateError("change.exists", id=change.id)
            self._write(change, actor, event, data)
        return change

    def save(self, change: Change, actor: str, event: str, data: dict[str, Any]) -> Change:
        """Write the change as its next version, with a record, if nobody wrote in between."""
        with self._book.alone:
            stored = self._version(change.id)
            if stored != change.version:
                raise StateError(
                    "change.moved", id=change.id, version=change.version, stored=stored
                )
            moved = msgspec.structs.replace(change, version=change.version + 1)
            self._write(moved, actor, event, data)
        return moved

    def get(self, change_id: str) -> Change:
        """By id or unique prefix."""
        with self._book.alone:
            exact = change_id.strip()
            return _decoded(
                self._book.rows[exact if exact in self._book.rows else self._only(change_id)]
            )

    def find(self, wanted: ChangeFilter) -> tuple[Change, ...]:
        """Matching changes, newest first."""
        with self._book.alone:
            rows = [row for row in reversed(self._book.rows.values()) if _matches(row, wanted)]
        return tuple(map(_decoded, rows[: wanted.limit] if wanted.limit > 0 else rows))

    def running(self) -> tuple[Change, ...]:
        """Changes in a RUNNING state, oldest first."""
        with self._book.alone:
            rows = [row for row in self._book.rows.values() if row["state"] in RUNNING]
        return tuple(map(_decoded, rows))

    def lock(self, names: Collection[str], change_id: str) -> Held | None:
        """Take all the locks, unless another change holds one of them: the first of those."""
        with self._book.alone:
            locks = self._book.locks
            for name in sorted(names):
                if locks.get(name, change_id) != change_id:
                    return Held(name, locks[name])
            locks.update(dict.fromkeys(names, change_id))
        return None

    def unlock(self, change_id: str) -> None:
        """Give back every lock that this change holds."""
        with self._book.alone:
            kept = {name: who for name, who in self._book.locks.items() if who != change_id}
            self._book.locks = kept

    def holder(self, name: str) -> str:
        """The id of the change that holds the lock, or an empty string."""
        return self._book.locks.get(name, "")

    def _write(self, change: Change, actor: str, event: str, data: dict[str, Any]) -> None:
        row = {**plain_columns(change), "document": msgspec.json.encode(change)}
        digest = row_digest(row)
        pinned = {"state": change.state, "version": change.version, chain.DOCUMENT: digest}
        self._book.append(actor, event, change.id, {**data, **pinned})
        self._book.rows[change.id] = row

    def _version(self, change_id: str) -> int:
        if change_id not in self._book.rows:
            raise NotFoundError("change.unknown", id=change_id)
        return int(self._book.rows[change_id]["version"])

    def _only(self, asked: str) -> str:
        prefix = typed(asked)
        names = [name for name in reversed(self._book.rows) if prefix and name.startswith(prefix)]
        if not names:
            raise NotFoundError("change.unknown", id=asked)
        if len(names) > 1:
            named = ", ".join(names[:5])
            raise NotFoundError("change.ambiguous", id=asked, candidates=named)
        return names[0]


class MemorySecrets:
    """The Secrets port. Nothing is sealed, so of a master key only its name and id are kept."""

    def __init__(self, book: MemoryBook) -> None:
        self._book = book
        self._keys = Keys(Path())
        self._master = ("memory", "")

    def put(self, name: str, value: str, actor: str = "") -> str:
        """Store a new version; its id."""
        with self._book.alone:
            created = self._book.now()
            version = new_id(created)
            self._book.values.setdefault(name, {})[version] = (created, value)
            if actor:
                self._record(actor, "secret_set", name, version)
        return version

    def current(self, name: str) -> str:
        """The newest version's id."""
        if name not in self._book.values:
            raise NotFoundError("secret.unknown", name=name)
        return list(self._book.values[name])[-1]

    def value(self, name: str, version: str) -> str:
        """The value."""
        self.current(name)
        if version not in self._book.values[name]:
            raise NotFoundError("secret.version_unknown", name=name, version=version)
        return self._book.values[name][version][1]

    def names(self) -> tuple[str, ...]:
        """All names, sorted."""
        return tuple(sorted(self._book.values))

    def versions(self, name: str = "") -> tuple[SecretVersion, ...]:
        """All versions, or those of one name: by name, oldest first."""
        with self._book.alone:
            return tuple(
                SecretVersion(name=one, version=version, created=created)
                for one in sorted(self._book.values)
                if name in ("", one)
                for version, (created, _) in self._book.values[one].items()
            )

    def remove(self, name: str, actor: str, version: str = "") -> tuple[str, ...]:
        """Remove all versions of a name, or one; the ids that are gone, oldest first."""
        with self._book.alone:
            there = self._book.values.get(name, {})
            gone = tuple(one for one in there if version in ("", one))
            if not gone:
                self.value(name, version)
            for one in gone:
                del there[one]
                self._record(actor, "secret_removed", name, one)
            if not there:
                del self._book.values[name]
        return gone

    def rotate_master(self, to: str, actor: str) -> MasterRotation:
        """Remember which master key it would be."""
        wanted = source(to, self._keys)
        own = isinstance(wanted, OwnFile)
        key = MasterKey(wanted.name, os.urandom(LENGTH)) if own else wanted.read()
        if key.id == self._master[1]:
            raise UsageError("store.master_key_same", source=key.name)
        before, self._master = self._master, (key.name, key.id)
        made = MasterRotation(
            before=before[0],
            before_id=before[1],
            after=key.name,
            after_id=key.id,
            secrets=len(self.versions()),
        )
        self._book.append(actor, "master_key", "master-key", msgspec.structs.asdict(made))
        return made

    def _record(self, actor: str, event: str, name: str, version: str) -> None:
        self._book.append(actor, event, f"secret:{name}", {"name": name, "version": version})


def _decoded(row: dict[str, Any]) -> Change:
    return msgspec.json.decode(row["document"], type=Change)


def _matches(row: dict[str, Any], wanted: ChangeFilter) -> bool:
    return (
        wanted.state in ("", row["state"])
        and wanted.requester in ("", row["requester"])
        and (not wanted.target or wanted.target in row["target"].split())
        and row["created"] >= wanted.since
        and searchable(wanted.text) in row["searched"]
        and wanted.project in ("", project_name(row["project"]))
        and (
            wanted.sight is None
            or wanted.sight.shows(project_name(row["project"]), row["requester"])
        )
    )
