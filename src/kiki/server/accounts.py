"""Logging in and out, accounts, tokens: what there is to know about who asks.

Called by ``routing`` for every request and by the operations about people. Rights are looked up
each time, so that a role that was taken away counts at once. Nothing here knows HTTP."""

import re
from collections.abc import Callable, Collection, Iterable
from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from kiki.model.errors import (
    KikiError,
    NotFoundError,
    RefusedError,
    StateError,
    TemporaryError,
    UsageError,
)
from kiki.model.people import (
    DEFAULT,
    EVERYWHERE,
    RIGHTS,
    ROLES,
    Account,
    Identity,
    Right,
    Role,
    Token,
    TokenKind,
    held,
    narrowed,
    ordered,
    placed,
)
from kiki.server import passwords
from kiki.server.failures import Failures
from kiki.server.sources.doors import Entered
from kiki.store.port import Ledger, People

SESSION = timedelta(hours=12)
FIRST = timedelta(hours=24)
MOST_DAYS = 365
_NAME = re.compile(r"[a-z][a-z0-9._-]{0,31}")
ELSEWHERE = ":"
"""In the names of people from other sources (``ldap:kim``), and of no account."""
OWN = "server"
"""Who acts when nobody does: what a crash cut is found by it. No account is called so."""


class Accounts:
    """Everything about people, over the store's ports. *now* gives RFC 3339 UTC; *projects* are
    those that there are."""

    def __init__(
        self,
        people: People,
        ledger: Ledger,
        now: Callable[[], str],
        failures: Failures | None = None,
        projects: Collection[str] = (),
    ) -> None:
        self._people = people
        self._ledger = ledger
        self._now = now
        self._failures = failures or Failures()
        self.projects = (DEFAULT, *projects)

    def identity(self, token: str) -> Identity:
        """Who has this token; UsageError ``server.unauthorised``, whatever is wrong with it."""
        found = self._people.token(passwords.token_hash(token)) if token else None
        roles = self._roles(found) if found else ()
        if found is None or not roles or found.expires < self._now():
            raise UsageError("server.unauthorised")
        places = narrowed(held(roles), found.scopes, found.projects)
        return Identity(name=found.account, token=found.id, places=places)

    def _roles(self, token: Token) -> tuple[str, ...]:
        """Those of the account as they are now; of somebody from elsewhere those of their last
        login."""
        if ELSEWHERE in token.account:
            return token.roles
        account = self._people.account(token.account)
        return account.roles if account else ()

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

    def enter(
        self, source: str, typed: str, address: str, ask: Callable[[], Entered]
    ) -> tuple[str, Token]:
        """A session of somebody whom *ask* lets in at *source*: their roles are in it. Guessing is
        limited as for accounts; a source that is down or waits for somebody has decided nothing.
        Raises what *ask* does."""
        key = f"{source}{ELSEWHERE}{typed}"
        self._failures.begin(key, address)
        try:
            entered = ask()
        except (TemporaryError, StateError):
            self._failures.undecided(key, address)
            raise
        except KikiError as error:
            who = str(error.params.get("name", "-")) if error.code == "login.no_roles" else "-"
            data = {"source": source, "reason": error.code}
            self._ledger.append(who, "login_failed", "-", data)
            raise
        self._failures.succeed(key, address)
        text, token = self._made(entered.name, "session", RIGHTS, SESSION, "")
        token = replace(token, roles=entered.roles)
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
        self,
        who: Identity,
        scopes: Collection[Right],
        days: int,
        note: str,
        projects: Collection[str] = (),
    ) -> tuple[str, Token]:
        """An API token of one's own: it can do no more than the token that makes it, and of
        somebody from elsewhere it ends when that one does."""
        if not 1 <= days <= MOST_DAYS:
            raise UsageError("server.token_days", most=MOST_DAYS)
        beyond = sorted(set(scopes) - who.rights)
        if beyond or not scopes:
            raise RefusedError("server.token_scopes", scopes=", ".join(beyond) or "-")
        wanted = tuple(right for right in RIGHTS if right in scopes)
        text, token = self._made(who.name, "api", wanted, timedelta(days=days), note[:200])
        token = self._no_more(token, self._own_token(who), projects)
        self._people.add_token(token, "token_made")
        return text, replace(token, hash="")

    def _own_token(self, who: Identity) -> Token:
        """The token that *who* came with; UsageError when it went meanwhile."""
        for one in self._people.tokens(who.name):
            if one.id == who.token:
                return one
        raise UsageError("server.unauthorised")

    def _no_more(self, token: Token, makers: Token, projects: Collection[str]) -> Token:
        """*token* for *projects*, within the one that it is made with."""
        self._known(projects)
        within = tuple(sorted(set(projects))) or makers.projects
        if makers.projects and not set(within) <= set(makers.projects):
            raise RefusedError("server.token_scopes", scopes=", ".join(within))
        ends = min(token.expires, makers.expires) if makers.roles else token.expires
        return replace(token, projects=within, roles=makers.roles, expires=ends)

    def remove_token(self, who: Identity, token_id: str) -> None:
        """End one of one's own tokens."""
        self._people.remove_token(who.name, token_id, "token_removed")

    def people(self) -> tuple[Account, ...]:
        """Every account, without what is kept of its password, and those from elsewhere who are
        logged in."""
        found = (*self._people.accounts(), *self._people.elsewhere(self._now()))
        return tuple(replace(one, password="") for one in found)

    def put(self, who: Identity, name: str, password: str, roles: Collection[str]) -> Account:
        """Make an account, or change its roles and, when one is given, its password."""
        self._known(place for _, place in map(placed, roles) if place != EVERYWHERE)
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
        if ELSEWHERE in who.name:
            raise UsageError("login.password_elsewhere", source=who.name.partition(ELSEWHERE)[0])
        if account is None:
            raise NotFoundError("server.no_account", name=who.name)
        if not passwords.matches(old, account.password):
            raise UsageError("server.login_failed")
        self._failures.succeed(who.name, address)
        self._people.put(replace(account, password=passwords.hashed(new)), who.name)

    def _known(self, projects: Iterable[str]) -> None:
        """UsageError ``project.unknown``: a role in a project that is not would be in none."""
        for one in projects:
            if one not in self.projects:
                raise UsageError("project.unknown", name=one, known=", ".join(self.projects))

    def _account(self, name: str, password: str, roles: Collection[str]) -> Account:
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


def _ordered(roles: Collection[str]) -> tuple[str, ...]:
    if not roles:
        raise UsageError("server.no_roles", roles=", ".join(ROLES))
    return ordered(roles)


def _stamp(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
