"""Logging in to a directory (LDAP, FreeIPA): search and bind, or bind as whoever logs in.

Called by ``doors``. Always TLS, ``ldaps`` or StartTLS, with a checked certificate. What somebody
types gets into a filter or a name only escaped (RFC 4515, RFC 4514), an empty password never
becomes a bind without one (RFC 4513, 5.1.2), no referral is followed, and exactly one entry has to
be found. The subject is the directory's spelling, not what was typed: ``KIM`` and ``kim`` are one
person, who does not approve for themselves."""

import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import urlsplit

import ldap3  # type: ignore[import-untyped]
from ldap3.core.exceptions import LDAPException  # type: ignore[import-untyped]
from ldap3.utils.conv import escape_filter_chars  # type: ignore[import-untyped]
from ldap3.utils.dn import escape_rdn, parse_dn  # type: ignore[import-untyped]

from kiki.model.errors import TemporaryError, UsageError
from kiki.server.sources.definitions import Ldap
from kiki.server.sources.port import Person

Entry = dict[str, Any]
# What a directory answers to a wrong name or password, or to an account that is locked: RFC 4511,
# appendix A.
_REFUSED = frozenset({19, 32, 34, 48, 49, 50, 53})
_MOST_GROUPS = 2000


class LdapSource:
    """Implements ``port.ByPassword``. *secret* gives the value of a kept secret."""

    def __init__(self, name: str, wanted: Ldap, secret: Callable[[str], str]) -> None:
        self._name = name
        self._wanted = wanted
        self._secret = secret

    def person(self, name: str, password: str) -> Person:
        """Who that is, by the directory's own word for them."""
        if not name or not password:
            raise UsageError("login.refused", source=self._name)
        try:
            return (
                self._as_user(name, password)
                if self._wanted.user_dn
                else self._found(name, password)
            )
        except (LDAPException, OSError, ssl.SSLError) as error:
            raise self._down(str(error) or type(error).__name__) from error

    def _as_user(self, name: str, password: str) -> Person:
        dn = self._wanted.user_dn.replace("{name}", escape_rdn(name))
        with self._bound(dn, password, theirs=True) as connection:
            return self._person(
                connection, self._only(connection, dn, "(objectClass=*)", ldap3.BASE)
            )

    def _found(self, name: str, password: str) -> Person:
        wanted = self._wanted
        secret = self._secret(wanted.bind_secret) if wanted.bind_secret else ""
        with self._bound(wanted.bind_dn, secret, theirs=False) as connection:
            filled = wanted.filter.replace("{name}", escape_filter_chars(name))
            entry = self._only(connection, wanted.base, filled, ldap3.SUBTREE)
            with self._bound(entry["dn"], password, theirs=True):
                return self._person(connection, entry)

    def _only(self, connection: Any, base: str, filled: str, scope: str) -> Entry:
        """The one entry; nobody, if there are several."""
        wanted = self._wanted
        asked = [wanted.subject, *([] if wanted.group_base else [wanted.groups])]
        found = self._search(connection, base, filled, scope, asked, 2)
        if len(found) != 1:
            raise UsageError("login.refused", source=self._name)
        return found[0]

    def _person(self, connection: Any, entry: Entry) -> Person:
        names = sorted(_values(entry, self._wanted.subject))
        if not names:
            raise UsageError("login.refused", source=self._name)
        return Person(names[0], tuple(self._groups(connection, entry)))

    def _groups(self, connection: Any, entry: Entry) -> list[str]:
        """Full names, and the short ones of those that were looked for in one place: elsewhere in a
        directory other people may make a group of the same short name."""
        wanted = self._wanted
        if not wanted.group_base:
            return [_same(dn) for dn in _values(entry, wanted.groups)]
        names = {"dn": entry["dn"], "name": next(iter(_values(entry, wanted.subject)), "")}
        filled = wanted.group_filter
        for key, value in names.items():
            filled = filled.replace("{" + key + "}", escape_filter_chars(value))
        found = self._search(connection, wanted.group_base, filled, ldap3.SUBTREE,
                             [wanted.group_name], _MOST_GROUPS)  # fmt: skip
        short = [name for one in found for name in _values(one, wanted.group_name)]
        return [*short, *(_same(one["dn"]) for one in found)]

    def _search(
        self, connection: Any, base: str, filled: str, scope: str, asked: list[str], most: int
    ) -> list[Entry]:
        connection.search(base, filled, scope, attributes=asked, size_limit=most,
                          time_limit=self._wanted.timeout_s)  # fmt: skip
        code = connection.result["result"]
        if code not in (0, 4, 32):  # done, more than asked for, no such place
            raise self._down(connection.result["description"])
        return [one for one in connection.response if one.get("type") == "searchResEntry"]

    @contextmanager
    def _bound(self, dn: str, password: str, *, theirs: bool) -> Iterator[Any]:
        """A connection that is bound; *theirs*: a wrong password is that of who logs in, and not
        a mistake in the settings."""
        connection = ldap3.Connection(
            self._server(), user=dn or None, password=password or None,
            authentication=ldap3.SIMPLE if dn else ldap3.ANONYMOUS, auto_referrals=False,
            receive_timeout=self._wanted.timeout_s, read_only=True, check_names=False,
            raise_exceptions=False, auto_bind=ldap3.AUTO_BIND_NONE,
        )  # fmt: skip
        try:
            connection.open()
            if self._scheme == "ldap" and not connection.start_tls():
                raise self._down("StartTLS")
            if not connection.bind():
                self._refuse(connection.result, theirs=theirs)
            yield connection
        finally:
            _close(connection)

    def _refuse(self, result: Entry, *, theirs: bool) -> None:
        if theirs and result["result"] in _REFUSED:
            raise UsageError("login.refused", source=self._name)
        raise self._down(result["description"])

    def _server(self) -> Any:
        parts, wanted = urlsplit(self._wanted.url), self._wanted
        tls = _CheckedTls(wanted.ca_file)
        port = parts.port or (636 if self._scheme == "ldaps" else 389)
        return ldap3.Server(
            parts.hostname, port, use_ssl=self._scheme == "ldaps", tls=tls,
            get_info=ldap3.NONE, connect_timeout=wanted.timeout_s, allowed_referral_hosts=[],
        )  # fmt: skip

    @property
    def _scheme(self) -> str:
        return urlsplit(self._wanted.url).scheme

    def _down(self, why: str) -> TemporaryError:
        return TemporaryError("login.down", source=self._name, why=why[:200])


class _CheckedTls(ldap3.Tls):  # type: ignore[misc]
    """TLS as Python checks it, the name and the authority: ldap3's own comparison of names is not
    that of newer Pythons."""

    def __init__(self, ca_file: str) -> None:
        super().__init__(validate=ssl.CERT_REQUIRED)
        self._context = ssl.create_default_context(cafile=ca_file or None)

    def wrap_socket(self, connection: Any, do_handshake: bool = False) -> None:
        """Called by ldap3, for ldaps and for StartTLS."""
        del do_handshake  # always
        host = connection.server.host
        connection.socket = self._context.wrap_socket(connection.socket, server_hostname=host)


def _close(connection: Any) -> None:
    """Whatever state it is in."""
    opened = connection.socket
    with suppress(LDAPException, OSError):
        connection.unbind()
    if opened is not None:
        opened.close()


def _values(entry: Entry, attribute: str) -> list[str]:
    """An attribute's values, whatever case the directory writes its name in."""
    for name, found in entry["attributes"].items():
        if name.lower() == attribute.lower():
            values = found if isinstance(found, list) else [found]
            return [one if isinstance(one, str) else str(one) for one in values if one]
    return []


def _same(dn: str) -> str:
    """A name in the one spelling in which it is compared."""
    try:
        parts = parse_dn(dn, escape=False, strip=True)
    except LDAPException:
        return dn.casefold()
    return "".join(f"{kind}={value}{after}" for kind, value, after in parts).casefold()
