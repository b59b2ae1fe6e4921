"""The operations about people: each one call of ``accounts``. Called by ``routing`` through the
table."""

from kiki.model.people import RIGHTS, Account
from kiki.server.bodies import Begun, Logins, Me, NewToken, People, Status, Tokens
from kiki.server.sources.doors import Entered
from kiki.server.surroundings import Call

OK = Status(status="ok")


def login(call: Call) -> NewToken:
    """A session."""
    body, accounts = call.body, call.server.accounts
    if not body.source:
        token, about = accounts.login(body.name, body.password, call.address)
        return NewToken(token=token, about=about)

    call.server.doors.require(body.source)

    def ask() -> Entered:
        return call.server.doors.by_password(body.source, body.name, body.password)

    token, about = accounts.enter(body.source, body.name, call.address, ask)
    return NewToken(token=token, about=about)


def sources(call: Call) -> Logins:
    """By which sources one can log in."""
    return Logins(sources=call.server.doors.kinds())


def begin(call: Call) -> Begun:
    """Begin a login in the browser."""
    found = call.server.doors.begin(call.body.source, call.body.redirect, call.address)
    return Begun(**found._asdict())


def finish(call: Call) -> NewToken:
    """A session for whoever logged in there."""
    body = call.body
    call.server.doors.require(body.source)

    def ask() -> Entered:
        return call.server.doors.finish(body.source, body.ticket, body.code)

    token, about = call.server.accounts.enter(body.source, body.ticket, call.address, ask)
    return NewToken(token=token, about=about)


def first(call: Call) -> Account:
    """The first account."""
    body = call.body
    return call.server.accounts.make_first(body.token, body.name, body.password, call.address)


def logout(call: Call) -> Status:
    """End this token."""
    call.server.accounts.logout(call.who)
    return OK


def me(call: Call) -> Me:
    """Who the token is."""
    who = call.who
    return Me(
        name=who.name,
        rights=tuple(r for r in RIGHTS if r in who.rights),
        places={place: tuple(r for r in RIGHTS if r in who.where(place)) for place in who.places},
    )


def password(call: Call) -> Status:
    """One's own new password."""
    body = call.body
    call.server.accounts.change_password(call.who, body.old, body.new, call.address)
    return OK


def tokens(call: Call) -> Tokens:
    """One's own tokens."""
    return Tokens(tokens=call.server.accounts.tokens(call.who))


def make_token(call: Call) -> NewToken:
    """An API token of one's own."""
    body = call.body
    token, about = call.server.accounts.make_token(
        call.who, body.scopes, body.days, body.note, body.projects
    )
    return NewToken(token=token, about=about)


def remove_token(call: Call) -> Status:
    """End one of one's own tokens."""
    call.server.accounts.remove_token(call.who, call.path["id"])
    return OK


def people(call: Call) -> People:
    """All accounts."""
    return People(people=call.server.accounts.people())


def put(call: Call) -> Account:
    """Make or change an account."""
    body = call.body
    return call.server.accounts.put(call.who, call.path["name"], body.password, body.roles)


def remove(call: Call) -> Status:
    """Remove an account."""
    call.server.accounts.remove(call.who, call.path["name"])
    return OK
