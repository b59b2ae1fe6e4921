"""What a login source is to the rest of the server.

Implemented by ``ldap``, ``keystone`` and ``oidc``; called by ``doors``. A source says who somebody
is there and in which groups; what that means here is the table's to say. UsageError
``login.refused`` for whoever it does not know, TemporaryError ``login.down`` when it can't be
asked: these two are never mixed up, and no source stands in for another."""

from typing import NamedTuple, Protocol


class Person(NamedTuple):
    """Somebody as a source knows them: *subject* names nobody else there, in one spelling."""

    subject: str
    groups: tuple[str, ...]


class Started(NamedTuple):
    """A login that a browser has to finish: *url* is to be opened. *ticket* finishes it, *code* is
    what is to be typed there, every *interval* seconds one may ask whether that was done."""

    ticket: str
    url: str
    code: str = ""
    interval: int = 0
    seconds: int = 0


class ByPassword(Protocol):
    """A source that takes a name and a password."""

    def person(self, name: str, password: str) -> Person:
        """Who that is."""
        ...


class ByBrowser(Protocol):
    """A source that people log in to with their browser."""

    def begin(self, redirect: str, address: str) -> Started:
        """Begin a login that comes back to *redirect*, or without one on any other device.
        *address* is where it was asked for."""
        ...

    def finish(self, ticket: str, code: str) -> Person:
        """Who logged in; StateError ``login.pending`` while nobody did on the other device."""
        ...
