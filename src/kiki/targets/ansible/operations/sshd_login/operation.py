"""Say who may log in over SSH: root, with a password, with an empty one.

Called by ``understand`` (fields) and ``compose`` (tasks). Each is a file of Kiki's own that sshd
reads first; the files of others are not touched. sshd is asked before and after whether it takes
its settings, and only reloaded, so that open sessions stay. See policy/rules/sshd_lockout.py.
"""

from typing import Annotated, Literal

from msgspec import Meta

from kiki.model.plan import Risk, Verb
from kiki.model.records import Record
from kiki.targets.ansible import sshd
from kiki.targets.ansible.files import reading, stopping
from kiki.targets.ansible.tasks import (
    FOUND,
    Before,
    Found,
    Reverse,
    Task,
    Was,
)

RISK: Risk = "high"

Access = Literal["yes", "no", "keys", "default"]
Login = Literal["root", "password", "empty"]
Logins = Annotated[tuple[Login, ...], Meta(min_length=1, max_length=3)]

_KEYWORDS: dict[str, str] = {
    "root": "PermitRootLogin",
    "password": "PasswordAuthentication",
    "empty": "PermitEmptyPasswords",
}
_VALUES: dict[str, str] = {"yes": "yes", "no": "no", "keys": "prohibit-password"}
# What sshd -T calls a value, where that is another word.
_SHOWN = {"prohibit-password": "without-password"}


class Fields(Record, frozen=True):
    """*access* ``keys`` is for root only: by key, never with a password; ``default`` takes Kiki's
    own file away, so that those of others count again. Logins with an empty password can only be
    forbidden."""

    logins: Logins
    access: Access

    def __post_init__(self) -> None:
        """ValueError for keys where there are none, and for empty passwords."""
        if self.access == "keys" and set(self.logins) != {"root"}:
            raise ValueError("a login with a password can't be by key")
        if self.access == "yes" and "empty" in self.logins:
            raise ValueError("logins with an empty password can't be allowed")


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """Look whether that can be done, write or remove, ask sshd, reload."""
    logins = tuple(dict.fromkeys(fields.logins))
    written = tuple(_task(login, fields.access) for login in logins)
    probes = () if fields.access == "default" else tuple(_probe(n, fields.access) for n in logins)
    return (
        *sshd.including(),
        *(_by_key(logins, fields.access) if fields.access in ("no", "keys") else ()),
        sshd.taken("are"),
        *written,
        sshd.taken("have become"),
        *sshd.reloads(tuple(f"sshd:{login}" for login in logins)),
        *probes,
    )


def path_of(login: str) -> str:
    """The file of Kiki's own for one of the settings."""
    return f"{sshd.FOLDER}/00-kiki-{login}-login.conf"


def _by_key(logins: tuple[str, ...], access: Access) -> tuple[Task, ...]:
    """Who comes with a password would be locked out: Kiki itself. As root by key only, that holds
    for root."""
    none = "ansible_password | default(ansible_ssh_pass | default('')) == ''"
    root = "ansible_user | default('') != 'root'"
    test = none if "password" in logins else f"{none} or {root}"
    if access == "no" and "password" not in logins:
        return ()  # policy refuses it where root is who comes
    fail = "Kiki logs in with a password itself and would be locked out: give it a key first"
    return (stopping("Check that Kiki does not log in with a password", test, fail),)


def _task(login: str, access: Access) -> Task:
    path, keyword = path_of(login), _KEYWORDS[login]
    verb: Verb = "delete" if access == "default" else "update"
    title = f"Let sshd say {keyword} {_VALUES.get(access, '')}".rstrip()
    args = {
        "dest": path,
        "content": f"{keyword} {_VALUES.get(access, '')}\n",
        "mode": "0600",
        "owner": "root",
        "group": "root",
        "validate": "/usr/sbin/sshd -t -f %s",
    }
    gone = {"path": path, "state": "absent"}
    module = "file" if access == "default" else "copy"
    return Task(
        name=title if access != "default" else f"Take Kiki's {keyword} away",
        module=f"ansible.builtin.{module}",
        args=gone if access == "default" else args,
        verb=verb,
        items=((login, login),),
        ensures=frozenset((f"sshd:{login}",)),
        before=_before(login, path),
        reverses=_ways_back(login, access),
        writes=(path,),
    )


def _before(login: str, path: str) -> Before:
    """What Kiki's own file says, if there is one."""

    def read(found: tuple[Found, ...]) -> Was:
        said = str(found[0].kept.get("content", "")).split()
        named = {value: access for access, value in _VALUES.items()}
        if said[:1] != [_KEYWORDS[login]] or said[-1] not in named:
            return Was()
        return Was(values={"access": named[said[-1]]})

    return Before(looks=(reading(path, before=True),), read=read)


def _ways_back(login: str, access: Access) -> tuple[Reverse, ...]:
    again = Reverse(
        kind="exact",
        operation="sshd_login",
        fields={"logins": [login]},
        only=("delete",) if access == "default" else ("update", "replace"),
        before=("access",),
    )
    away = Reverse(
        kind="exact",
        operation="sshd_login",
        fields={"logins": [login], "access": "default"},
        only=("create",),
    )
    return (again,) if access == "default" else (away, again)


def _probe(login: str, access: Access) -> Task:
    keyword, value = _KEYWORDS[login], _VALUES[access]
    line = f"{keyword.lower()} {_SHOWN.get(value, value)}"
    return sshd.probe(
        f"{keyword} {value} for whoever no other rule names",
        f"'{line}' not in {FOUND}.stdout_lines | default([])",
    )
