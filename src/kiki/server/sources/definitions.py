"""``logins.toml``: the login sources of a site, and which of their groups has which roles.

Called by ``doors`` when the server starts. Everything is strict: a word that is not known, a role
that is none, a project that there is not or an address without TLS ends the start with the place of
the mistake. Secrets stand there as names of kept ones."""

import re
import tomllib
from collections.abc import Collection
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import msgspec

from kiki.model.errors import UsageError
from kiki.model.people import DEFAULT, EVERYWHERE, Grant, placed
from kiki.model.records import Record

LOOPBACK = ("127.0.0.1", "::1", "localhost")
_NAME = re.compile(r"[a-z][a-z0-9-]{0,15}")
_SCHEMES = {"ldap": ("ldap", "ldaps"), "keystone": ("https",), "oidc": ("https",)}
Filled = Annotated[str, msgspec.Meta(min_length=1)]
Table = dict[Filled, tuple[Grant, ...]]


class Ldap(Record, frozen=True, tag="ldap", tag_field="kind"):
    """A directory. *user_dn* with ``{name}`` binds as whoever logs in; without it they are looked
    for below *base* by *filter*, as *bind_dn* with the kept secret *bind_secret* or anonymously.
    *subject* is the attribute that names them. Groups are the values of *groups*; with *group_base*
    those found below it by *group_filter*, whose *group_name* is a group's short name."""

    url: str
    roles: Table
    ca_file: str = ""
    user_dn: str = ""
    base: str = ""
    filter: str = "(uid={name})"
    bind_dn: str = ""
    bind_secret: str = ""
    subject: str = "uid"
    groups: str = "memberOf"
    group_base: str = ""
    group_filter: str = "(member={dn})"
    group_name: str = "cn"
    timeout_s: Annotated[int, msgspec.Meta(ge=1, le=60)] = 10


class Keystone(Record, frozen=True, tag="keystone", tag_field="kind"):
    """An OpenStack cloud's people, of one domain. In the table ``PROJECT/ROLE`` is a role in a
    project of the same domain, and anything else a group of it."""

    url: str
    roles: Table
    ca_file: str = ""
    domain: str = "Default"
    timeout_s: Annotated[int, msgspec.Meta(ge=1, le=60)] = 10


class Oidc(Record, frozen=True, tag="oidc", tag_field="kind"):
    """An OpenID provider. *url* is the issuer, *client_secret* the name of a kept secret, none for
    a public client. *subject* is the claim that names a person: only ``sub`` is sure to name nobody
    else for ever. *groups* is the claim with the groups."""

    url: str
    client_id: Filled
    roles: Table
    ca_file: str = ""
    client_secret: str = ""
    scopes: tuple[str, ...] = ("openid", "profile")
    subject: str = "sub"
    groups: str = "groups"
    timeout_s: Annotated[int, msgspec.Meta(ge=1, le=60)] = 10


Definition = Ldap | Keystone | Oidc
KINDS = {Ldap: "ldap", Keystone: "keystone", Oidc: "oidc"}


def read(path: str, projects: Collection[str]) -> dict[str, Definition]:
    """The sources of the file by name; UsageError ``login.file_<what>``."""
    try:
        found = tomllib.loads(Path(path).read_text("utf-8"))
        sources = msgspec.convert(found, dict[str, Definition])
    except OSError as error:
        raise UsageError("login.file_unreadable", path=path, why=error.strerror or "") from error
    except (ValueError, msgspec.ValidationError) as error:
        raise UsageError("login.file_wrong", path=path, why=str(error)) from error
    for name, source in sources.items():
        why = _wrong(name, source, (DEFAULT, EVERYWHERE, *projects))
        if why:
            raise UsageError("login.file_wrong", path=path, why=f"[{name}] {why}")
    return sources


def _wrong(name: str, source: Definition, projects: Collection[str]) -> str:
    """What is wrong beside the form."""
    if not _NAME.fullmatch(name):
        return "a name has small letters, digits and dashes, at most 16"
    for group, grants in source.roles.items():
        for place in (placed(grant)[1] for grant in grants):
            if place not in projects:
                return f"roles: {group}: no project {place}"
    if isinstance(source, Ldap) and not _found(source):
        return "user_dn needs {name}; without it base and a filter with {name} are needed"
    return _unsafe(source)


def _found(source: Ldap) -> bool:
    if source.user_dn:
        return "{name}" in source.user_dn
    return bool(source.base) and "{name}" in source.filter


def _unsafe(source: Definition) -> str:
    """Why the address is not to be used: passwords go there."""
    try:
        parts = urlsplit(source.url)
        host = parts.hostname
    except ValueError as error:
        return f"url: {error}"
    schemes = _SCHEMES[KINDS[type(source)]]
    if host in LOOPBACK and not isinstance(source, Ldap):
        schemes = (*schemes, "http")
    if parts.scheme not in schemes or not host or parts.username or parts.query or parts.fragment:
        return f"url: {' or '.join(schemes)}, a host, and nothing else but a port and a path"
    return ""
