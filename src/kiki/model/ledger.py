"""The records of the ledger and how their chain is computed.

Called by store, which keeps them, and by ``kiki audit verify``. No I/O and no keys here.
"""

from typing import Any

from kiki.model.records import Record, digest

GENESIS = "sha256:" + "0" * 64


class LedgerRecord(Record, frozen=True):
    """One record. *sequence* counts from 1; *at* is RFC 3339 UTC; *data* holds codes, ids and
    digests, never secrets or prose; *previous* is the hash of the record before."""

    sequence: int
    at: str
    actor: str
    event: str
    subject: str
    data: dict[str, Any]
    previous: str

    def hash(self) -> str:
        """The record's place in the chain: a digest over all of its fields."""
        return digest(self)


class LedgerHead(Record, frozen=True):
    """A signed statement of where the chain ends. *signature* and *key* are base64 of an Ed25519
    signature over ``canonical({"sequence":..., "hash":...})`` and of its public key."""

    sequence: int
    hash: str
    signature: str
    key: str


class LedgerFault(Record, frozen=True):
    """One thing that does not verify; *code* is ``ledger.<what>``."""

    code: str
    sequence: int
    params: dict[str, str] = {}


class KeptRecord(Record, frozen=True):
    """A record with the hash that it had when it was appended."""

    record: LedgerRecord
    hash: str


class LedgerExport(Record, frozen=True):
    """The whole ledger at one moment, as it is kept, in the order of sequence numbers."""

    records: tuple[KeptRecord, ...]
    head: LedgerHead | None = None


class LedgerFilter(Record, frozen=True):
    """Which records to look for; empty fields match all. *who* is the actor; *target* the kind of
    code, or the inventory's host, cluster or cloud of the record's change; *object* a change, or
    something that its plan or message names; *since* and *until* are RFC 3339 UTC; *text* is in
    the event, the subject or the data; *project* that of the record's change. *seen* are the
    projects that whoever asks may see, None for all of them and for what is of none."""

    who: str = ""
    target: str = ""
    object: str = ""
    since: str = ""
    until: str = ""
    text: str = ""
    limit: int = 100
    project: str = ""
    seen: tuple[str, ...] | None = None

    def sees(self, record: LedgerRecord) -> bool:
        """Whether *record* is of the project, and of one that is seen."""
        project = project_of(record)
        if self.project and project != self.project:
            return False
        return self.seen is None or project in self.seen


def project_of(record: LedgerRecord) -> str:
    """The name of the project of a record about a change; empty for one about anything else, and
    for an old one of the queue, which does not say it."""
    if record.event == "queue":
        return str(record.data.get("project", ""))
    if "version" not in record.data or "state" not in record.data:
        return ""
    return str(record.data.get("project") or "default")
