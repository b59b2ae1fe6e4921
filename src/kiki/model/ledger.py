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
