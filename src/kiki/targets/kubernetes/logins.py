"""Logins of registries in a Secret, of which only the password is a secret.

Called by ``kept`` and ``operations.registry_secret_create``. The artifact has what Docker's file of
logins has, with ``{{secret:NAME}}`` for the password and without ``auth``, which is made of user
and password: where values are filled in, that is added. The driver composes the same bytes without
Ansible (``execution/clusters/driver/logins.py``). See docs/decisions/0036-registry-logins.md.
"""

from typing import Annotated, Any

import msgspec
from msgspec import Meta

from kiki.model.records import Record
from kiki.model.secret import REFERENCE, named, placeholder, variable

KEY = ".dockerconfigjson"
TYPE = "kubernetes.io/dockerconfigjson"

# Nothing here may be a template: these stand in the playbook. A user has no colon (RFC 7617).
_HOST = r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?(?::[0-9]{1,5})?"
_PATH = r"(?:/[A-Za-z0-9._~-]+)*/?"
_USER = r"[A-Za-z0-9_$][A-Za-z0-9_.@+$-]*"
_EMAIL = r"[A-Za-z0-9_.+-]+@[A-Za-z0-9.-]+"

Server = Annotated[str, Meta(pattern=rf"^(?:https?://)?{_HOST}{_PATH}$(?!\n)", max_length=255)]
User = Annotated[str, Meta(pattern=rf"^{_USER}$(?!\n)", max_length=255)]
OptionalEmail = Annotated[str, Meta(pattern=rf"^(?:|{_EMAIL})$(?!\n)", max_length=255)]
SecretName = Annotated[str, Meta(pattern=r"^[A-Za-z_][A-Za-z0-9_-]{0,99}$(?!\n)")]
_Password = Annotated[str, Meta(pattern=rf"^{REFERENCE}$(?!\n)")]


class _Entry(Record, frozen=True):
    """What Docker's file has of one registry, but for ``auth``."""

    username: User
    password: _Password
    email: OptionalEmail = ""


class Login(Record, frozen=True):
    """A login of *server*; *password* is the name of a secret."""

    server: Server
    username: User
    password: SecretName
    email: OptionalEmail = ""


def text(login: Login) -> str:
    """The login as the artifact has it."""
    entry = {"username": login.username, "password": placeholder(login.password)}
    entry |= {"email": login.email} if login.email else {}
    return msgspec.json.encode({"auths": {login.server: entry}}).decode()


def login_in(value: Any) -> Login | None:
    """The one login that all of *value* is; None for anything else, where a part may be a template
    of Ansible's, and where a key is there twice: the first of two may be a password in plain."""
    try:
        found = msgspec.json.decode(value, type=dict[str, dict[Server, _Entry]])
        once = msgspec.json.encode(msgspec.json.decode(value)).decode()
    except (msgspec.MsgspecError, TypeError):
        return None
    servers = found.get("auths", {})
    if once != "".join(value.split()) or len(found) != 1 or len(servers) != 1:
        return None
    ((server, one),) = servers.items()
    name = named(one.password)[0]
    return Login(server=server, username=one.username, password=name, email=one.email)


def told(login: Login) -> dict[str, str]:
    """What the task and the driver are told of it: all but the password, of which the variable."""
    plain = {"server": login.server, "username": login.username}
    plain |= {"email": login.email} if login.email else {}
    return {**plain, "variable": variable(login.password)}


def expression(login: Login) -> str:
    """What Ansible composes of ``kiki_login``, as :func:`told` has it, and the password's variable:
    base64 of the whole, in one expression, as what is between would be taken for a list or a
    number where it looks like one."""
    password = variable(login.password)
    parts = ["'username': kiki_login.username", f"'password': {password}"]
    parts += ["'email': kiki_login.email"] if login.email else []
    parts += [f"'auth': (kiki_login.username ~ ':' ~ {password}) | b64encode"]
    entry = f"{{{', '.join(parts)}}}"
    return f"{{{{ {{'auths': {{kiki_login.server: {entry} }} }} | to_json | b64encode }}}}"
