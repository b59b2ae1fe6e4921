"""The login sources of this server by name: from what somebody shows to who they are here.

Called by ``server.main``, which makes it, and by the operations that log in. The identity is the
source and the subject there, ``ldap:kim``: no account here and nobody of another source is called
so."""

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from kiki.model.errors import NotFoundError, RefusedError, UsageError
from kiki.server.sources import table
from kiki.server.sources.definitions import KINDS, Definition, Keystone, Ldap, Oidc
from kiki.server.sources.port import ByBrowser, ByPassword, Person, Started

_SUBJECT = re.compile(r"[A-Za-z0-9._@+|~=-]{1,47}")


class Entered(NamedTuple):
    """Somebody who was let in, and the roles that they have until this session ends."""

    name: str
    roles: tuple[str, ...]


class Doors:
    """Every source of *definitions*. *secret* gives the value of a kept secret."""

    def __init__(self, definitions: Mapping[str, Definition], secret: Callable[[str], str]) -> None:
        self._definitions = dict(definitions)
        self._passwords: dict[str, ByPassword] = {}
        self._browsers: dict[str, ByBrowser] = {}
        for name, wanted in definitions.items():
            self._open(name, wanted, secret)

    def _open(self, name: str, wanted: Definition, secret: Callable[[str], str]) -> None:
        """Each client is imported only where it is configured."""
        if isinstance(wanted, Ldap):
            from kiki.server.sources.ldap import LdapSource  # noqa: PLC0415 -- lazy: as above

            self._passwords[name] = LdapSource(name, wanted, secret)
        elif isinstance(wanted, Keystone):
            from kiki.server.sources.keystone import KeystoneSource  # noqa: PLC0415 -- lazy: as above

            self._passwords[name] = KeystoneSource(name, wanted)
        elif isinstance(wanted, Oidc):
            from kiki.server.sources.oidc import OidcSource  # noqa: PLC0415 -- lazy: as above

            self._browsers[name] = OidcSource(name, wanted, secret)

    def kinds(self) -> dict[str, str]:
        """The names of the sources and their kinds."""
        return {name: KINDS[type(wanted)] for name, wanted in self._definitions.items()}

    def by_password(self, source: str, name: str, password: str) -> Entered:
        """Who that is; NotFoundError ``login.no_source``, UsageError ``login.no_password`` for a
        source that takes none, and what ``port`` raises."""
        self.require(source)
        if source not in self._passwords:
            raise UsageError("login.no_password", source=source)
        return self._entered(source, self._passwords[source].person(name, password))

    def begin(self, source: str, redirect: str, address: str) -> Started:
        """Begin a login in the browser."""
        return self._browser(source).begin(redirect, address)

    def finish(self, source: str, ticket: str, code: str) -> Entered:
        """Who logged in there."""
        return self._entered(source, self._browser(source).finish(ticket, code))

    def _browser(self, source: str) -> ByBrowser:
        self.require(source)
        if source not in self._browsers:
            raise UsageError("login.no_browser", source=source)
        return self._browsers[source]

    def require(self, source: str) -> None:
        """NotFoundError ``login.no_source`` for a name that is none; it is recorded nowhere."""
        if source not in self._definitions:
            known = ", ".join(self._definitions) or "-"
            raise NotFoundError("login.no_source", source=source[:100], known=known)

    def _entered(self, source: str, person: Person) -> Entered:
        """RefusedError ``login.no_roles`` for who is in no group of the table."""
        if not _SUBJECT.fullmatch(person.subject):
            raise RefusedError("login.subject", source=source)
        name = f"{source}:{person.subject}"
        found = table.roles(self._definitions[source].roles, person.groups)
        if not found:
            raise RefusedError("login.no_roles", name=name, source=source)
        return Entered(name, found)
