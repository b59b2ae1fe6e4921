"""People, what they may do, and the tokens that stand for them.

Called by ``store.people``, which keeps them, and by the server. Rights are what operations ask for;
roles are what people have: one table says which rights are in which role, and docs/server.md
repeats it. No I/O here."""

from typing import Literal, get_args

from kiki.model.records import Record

Right = Literal["read", "request", "approve", "operate", "admin"]
Role = Literal["viewer", "requester", "approver", "operator", "admin"]
TokenKind = Literal["session", "api", "first"]

RIGHTS: tuple[Right, ...] = get_args(Right)
ROLES: dict[Role, frozenset[Right]] = {
    "viewer": frozenset({"read"}),
    "requester": frozenset({"request"}),
    "approver": frozenset({"read", "approve"}),
    "operator": frozenset({"read", "request", "operate"}),
    "admin": frozenset(RIGHTS),
}
"""``request`` alone shows a person no changes but their own; ``read`` shows everybody's."""


class Account(Record, frozen=True):
    """One person. *password* is argon2id's text, empty where it is shown."""

    name: str
    roles: tuple[Role, ...]
    created: str
    password: str = ""

    @property
    def rights(self) -> frozenset[Right]:
        """All that the roles give."""
        return frozenset().union(*(ROLES[role] for role in self.roles))


class Token(Record, frozen=True):
    """A token as it is kept: *hash* is SHA-256 in hex, empty where it is shown. *scopes* limit the
    rights of its account; times are RFC 3339 UTC."""

    id: str
    account: str
    kind: TokenKind
    scopes: tuple[Right, ...]
    created: str
    expires: str
    note: str = ""
    hash: str = ""


class Identity(Record, frozen=True):
    """Who asks: the account, the token that said so, and what both together may do."""

    name: str
    token: str
    rights: frozenset[Right]

    def may(self, right: Right) -> bool:
        """Whether this right is there."""
        return right in self.rights
