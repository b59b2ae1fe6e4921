"""Accounts and tokens in SQLite, each write with its ledger record.

Called by the server. It keeps what it is given: passwords come as argon2id's text and tokens as
their hashes, and neither is ever put into the ledger."""

import sqlite3
from collections.abc import Sequence
from typing import Any

from kiki.model.errors import NotFoundError, StateError
from kiki.model.people import Account, Token
from kiki.store.database import Database
from kiki.store.ledger import SqliteLedger

_ACCOUNT = "SELECT name, password, roles, created FROM accounts WHERE name = ?"
_ACCOUNTS = "SELECT name, password, roles, created FROM accounts ORDER BY name"
_PUT = """
INSERT INTO accounts (name, password, roles, created) VALUES (?, ?, ?, ?)
ON CONFLICT (name) DO UPDATE SET password = excluded.password, roles = excluded.roles
"""
_COLUMNS = "id, hash, account, kind, scopes, note, created, expires, projects, roles"
_BY_HASH = f"SELECT {_COLUMNS} FROM tokens WHERE hash = ?"  # noqa: S608 -- constant
_OF_ACCOUNT = f"SELECT {_COLUMNS} FROM tokens WHERE account = ? ORDER BY created"  # noqa: S608
_ADD = f"INSERT INTO tokens ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608
_ELSEWHERE = """
SELECT account, MAX(roles), MIN(created) FROM tokens WHERE roles <> '' AND expires >= ?
GROUP BY account ORDER BY account
"""
_EXPIRED = "DELETE FROM tokens WHERE expires < ?"
_FIRST = "SELECT 1 FROM tokens WHERE kind = 'first' AND hash = ? AND expires >= ?"


class SqlitePeople:
    """Implements ``store.port.People``."""

    def __init__(self, database: Database, ledger: SqliteLedger) -> None:
        self._database = database
        self._ledger = ledger

    def account(self, name: str) -> Account | None:
        """The account of this name."""
        with self._database.reading() as connection:
            row = connection.execute(_ACCOUNT, (name,)).fetchone()
        return None if row is None else _account(row)

    def accounts(self) -> tuple[Account, ...]:
        """All of them, by name."""
        with self._database.reading() as connection:
            return tuple(map(_account, connection.execute(_ACCOUNTS).fetchall()))

    def put(self, account: Account, actor: str) -> None:
        """Make or change an account; its sessions and tokens end when the password is another
        one."""
        with self._database.writing() as connection:
            before = connection.execute(_ACCOUNT, (account.name,)).fetchone()
            self._keep_an_admin(connection, account.name, account.roles)
            if before is not None and _account(before).password != account.password:
                connection.execute("DELETE FROM tokens WHERE account = ?", (account.name,))
            self._put(connection, account, actor)

    def put_first(self, account: Account, hashed: str, now: str) -> None:
        """Make the first account with the one-time token; StateError ``server.not_first`` when
        there is one already, NotFoundError ``server.first_token`` for another token. Of two at once
        one succeeds."""
        with self._database.writing() as connection:
            if connection.execute("SELECT 1 FROM accounts").fetchone():
                raise StateError("server.not_first")
            if connection.execute(_FIRST, (hashed, now)).fetchone() is None:
                raise NotFoundError("server.first_token")
            connection.execute("DELETE FROM tokens WHERE kind = 'first'")
            self._put(connection, account, account.name)

    def elsewhere(self, now: str) -> tuple[Account, ...]:
        """Those from other sources who have a token now, as accounts; *created* is when the oldest
        of their tokens was."""
        with self._database.reading() as connection:
            rows = connection.execute(_ELSEWHERE, (now,)).fetchall()
        return tuple(_account((name, "", roles, created)) for name, roles, created in rows)

    def remove(self, name: str, actor: str) -> None:
        """Remove an account and its tokens, of somebody from elsewhere only these; NotFoundError
        ``server.no_account``."""
        with self._database.writing() as connection:
            self._keep_an_admin(connection, name, ())
            gone = connection.execute("DELETE FROM accounts WHERE name = ?", (name,)).rowcount
            ended = connection.execute("DELETE FROM tokens WHERE account = ?", (name,)).rowcount
            if not gone and not ended:
                raise NotFoundError("server.no_account", name=name)
            self._ledger.append_in(connection, actor, "account_removed", name, {})

    def token(self, hashed: str) -> Token | None:
        """The token with this hash, whether it has ended or not."""
        with self._database.reading() as connection:
            row = connection.execute(_BY_HASH, (hashed,)).fetchone()
        return None if row is None else _token(row)

    def tokens(self, account: str) -> tuple[Token, ...]:
        """The tokens of one account, oldest first."""
        with self._database.reading() as connection:
            return tuple(map(_token, connection.execute(_OF_ACCOUNT, (account,)).fetchall()))

    def add_token(self, token: Token, event: str) -> None:
        """Keep a token; those that ended go. With roles, these count for all tokens of the
        account."""
        with self._database.writing() as connection:
            connection.execute(_EXPIRED, (token.created,))
            if token.kind == "first":
                connection.execute("DELETE FROM tokens WHERE kind = 'first'")
            if token.roles:
                roles = (" ".join(token.roles), token.account)
                connection.execute("UPDATE tokens SET roles = ? WHERE account = ?", roles)
            connection.execute(_ADD, _row(token))
            if event:
                data = {"token": token.id, "scopes": list(token.scopes), "expires": token.expires}
                told = {"projects": list(token.projects), "roles": list(token.roles)}
                data |= {name: value for name, value in told.items() if value}
                self._ledger.append_in(connection, token.account, event, token.account, data)

    def remove_token(self, account: str, token_id: str, event: str) -> None:
        """End one token of an account; NotFoundError ``server.no_token``."""
        with self._database.writing() as connection:
            found = connection.execute(
                "DELETE FROM tokens WHERE id = ? AND account = ?", (token_id, account)
            )
            if not found.rowcount:
                raise NotFoundError("server.no_token", id=token_id)
            self._ledger.append_in(connection, account, event, account, {"token": token_id})

    def _put(self, connection: sqlite3.Connection, account: Account, actor: str) -> None:
        values = (account.name, account.password, " ".join(account.roles), account.created)
        connection.execute(_PUT, values)
        data = {"roles": list(account.roles)}
        self._ledger.append_in(connection, actor, "account_set", account.name, data)

    def _keep_an_admin(
        self, connection: sqlite3.Connection, name: str, roles: Sequence[str]
    ) -> None:
        """StateError ``server.last_admin`` when nobody would be left who can make accounts."""
        if "admin" in roles:
            return
        accounts = [_account(row) for row in connection.execute(_ACCOUNTS).fetchall()]
        admins = [one.name for one in accounts if "admin" in one.roles]
        if admins == [name]:
            raise StateError("server.last_admin", name=name)


def _account(row: Sequence[Any]) -> Account:
    name, password, roles, created = row
    return Account(name=name, password=password, roles=tuple(roles.split()), created=created)


def _token(row: Sequence[Any]) -> Token:
    token_id, hashed, account, kind, scopes, note, created, expires, projects, roles = row
    return Token(
        id=token_id,
        hash=hashed,
        account=account,
        kind=kind,
        scopes=tuple(scopes.split()),
        note=note,
        created=created,
        expires=expires,
        projects=tuple(projects.split()),
        roles=tuple(roles.split()),
    )


def _row(token: Token) -> tuple[str, ...]:
    scopes = " ".join(token.scopes)
    return (token.id, token.hash, token.account, token.kind, scopes, token.note,
            token.created, token.expires, " ".join(token.projects),
            " ".join(token.roles))  # fmt: skip
