"""Logging in and out, accounts, tokens: what there is to know about who asks.

Called by ``routing`` for every request and by the operations about people. Rights are looked up
each time, so that a role that was taken away counts at once. Nothing here knows HTTP."""

import re
from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from kiki.model.errors import NotFoundError, RefusedError, UsageError
from kiki.model.people import RIGHTS, ROLES, Account, Identity, Right, Role, Token, TokenKind
from kiki.server import passwords
from kiki.server.failures import Failures
from kiki.store.port import Ledger, People

SESSION = timedelta(hours=12)
FIRST = timedelta(hours=24)
MOST_DAYS = 365
_NAME = re.compile(r"[a-z][a-z0-9._-]{0,31}")
OWN = "server"
"""Who acts when nobody does: what a crash cut is found by it. No account is called so."""


class Accounts:
    """Everything about people, over the store's ports. *now* gives RFC 3339 UTC."""

    def __init__(
        self,
        people: People,
        ledger: Ledger,
        now: Callable[[], str],
        failures: Failures | None = None,
    ) -> None:
        self._people = people
        self._ledger = ledger
        self._now = now
        self._failures = failures or Failures()

    def identity(self, token: str) -> Identity:
        """Who has this token; UsageError ``server.unauthorised``, whatever is wrong with it."""
        found = self._people.token(passwords.token_hash(token)) if token else None
        account = self._people.account(found.account) if found else None
        if found is None or account is None or found.expires < self._now():
            raise UsageError("server.unauthorised")
        rights = account.rights & frozenset(found.scopes)
        return Identity(name=account.name, token=found.id, rights=rights)

    def first_token(self) -> str:
        """A new one-time token for the first account; empty when there is an account."""
        if self._people.accounts():
            return ""
        text, token = self._made("", "first", (), FIRST, "")
        self._people.add_token(token, "")
        return text

    def make_first(self, token: str, name: str, password: str, address: str) -> Account:
        """The first account, an admin's."""
        self._failures.begin("", address)
        admin: Role = "admin"
        account = self._account(name, password, (admin,))
        self._people.put_first(account, passwords.token_hash(token), self._now())
        self._failures.succeed("", address)
        return replace(account, password="")

    def login(self, name: str, password: str, address: str) -> tuple[str, Token]:
        """A session's token; UsageError ``server.login_failed`` says no more than that."""
        self._failures.begin(name, address)
        account = self._people.account(name)
        if not passwords.matches(password, account.password if account else "") or not account:
            # What was typed for a name may be a password: only a name that is one is recorded.
            self._ledger.append(account.name if account else "-", "login_failed", "-", {})
            raise UsageError("server.login_failed")
        self._failures.succeed(name, address)
        text, token = self._made(name, "session", RIGHTS, SESSION, "")
        self._people.add_token(token, "login")
        return text, replace(token, hash="")

    def logout(self, who: Identity) -> None:
        """End the token that was used."""
        self._people.remove_token(who.name, who.token, "logout")

    def tokens(self, who: Identity) -> tuple[Token, ...]:
        """One's own, those that have not ended."""
        now = self._now()
        found = self._people.tokens(who.name)
        return tuple(replace(one, hash="") for one in found if one.expires >= now)

    def make_token(
        self, who: Identity, scopes: Collection[Right], days: int, note: str
    ) -> tuple[str, Token]:
        """An API token of one's own: it can do no more than the token that makes it."""
        if not 1 <= days <= MOST_DAYS:
            raise UsageError("server.token_days", most=MOST_DAYS)
        beyond = sorted(set(scopes) - who.rights)
        if beyond or not scopes:
            raise RefusedError("server.token_scopes", scopes=", ".join(beyond) or "-")
        wanted = tuple(right for right in RIGHTS if right in scopes)
        text, token = self._made(who.name, "api", wanted, timedelta(days=days), note[:200])
        self._people.add_token(token, "token_made")
        return text, replace(token, hash="")

    def remove_token(self, who: Identity, token_id: str) -> None:
        """End one of one's own tokens."""
        self._people.remove_token(who.name, token_id, "token_removed")

    def people(self) -> tuple[Account, ...]:
        """Every account, without what is kept of its password."""
        return tuple(replace(one, password="") for one in self._people.accounts())

    def put(self, who: Identity, name: str, password: str, roles: Collection[Role]) -> Account:
        """Make an account, or change its roles and, when one is given, its password."""
        before = self._people.account(name)
        if before is not None and not password:
            account = replace(before, roles=_ordered(roles))
        else:
            account = self._account(name, password, roles)
        self._people.put(account, who.name)
        return replace(account, password="")

    def remove(self, who: Identity, name: str) -> None:
        """Remove an account: its tokens end at once, its records stay."""
        self._people.remove(name, who.name)

    def change_password(self, who: Identity, old: str, new: str, address: str) -> None:
        """One's own, with the old one; every session and token of the account ends."""
        self._failures.begin(who.name, address)
        account = self._people.account(who.name)
        if account is None:
            raise NotFoundError("server.no_account", name=who.name)
        if not passwords.matches(old, account.password):
            raise UsageError("server.login_failed")
        self._failures.succeed(who.name, address)
        self._people.put(replace(account, password=passwords.hashed(new)), who.name)

    def _account(self, name: str, password: str, roles: Collection[Role]) -> Account:
        if not _NAME.fullmatch(name) or name == OWN:
            raise UsageError("server.name_invalid", name=name[:64])
        return Account(
            name=name,
            roles=_ordered(roles),
            created=self._now(),
            password=passwords.hashed(password),
        )

    def _made(
        self, account: str, kind: TokenKind, scopes: tuple[Right, ...], lasts: timedelta, note: str
    ) -> tuple[str, Token]:
        text, now = passwords.new_token(), datetime.fromisoformat(self._now()).astimezone(UTC)
        token = Token(
            id=passwords.new_id(),
            account=account,
            kind=kind,
            scopes=scopes,
            created=_stamp(now),
            expires=_stamp(now + lasts),
            note=note,
            hash=passwords.token_hash(text),
        )
        return text, token


def _ordered(roles: Collection[Role]) -> tuple[Role, ...]:
    if not roles:
        raise UsageError("server.no_roles", roles=", ".join(ROLES))
    return tuple(role for role in ROLES if role in roles)


def _stamp(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
