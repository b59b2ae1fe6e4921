"""Set what sshd lets happen: who may log in, how often it may be tried, how long one may wait.

Called by ``understand`` (fields) and ``compose`` (tasks). Each setting is a file of Kiki's own that
sshd reads first, as those of ``sshd_login``. Whoever Kiki comes in as has to stay among those who
may; see also policy/rules/sshd_lockout.py.
"""

from typing import Annotated, Any, Literal

from msgspec import Meta

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible import sshd
from kiki.targets.ansible.fields import UserName
from kiki.targets.ansible.files import asking, reading, stopping
from kiki.targets.ansible.tasks import (
    FOUND,
    SEEN,
    Before,
    Found,
    Reverse,
    Task,
    Was,
    listing,
)

RISK: Risk = "high"

Setting = Literal[
    "max_auth_tries", "login_grace", "alive_interval", "alive_count", "x11", "allow_users",
    "allow_groups",
]  # fmt: skip
Settings = Annotated[tuple[Setting, ...], Meta(max_length=7)]
Names = Annotated[tuple[UserName, ...], Meta(max_length=100)]

_KEYWORDS: dict[str, str] = {
    "max_auth_tries": "MaxAuthTries",
    "login_grace": "LoginGraceTime",
    "alive_interval": "ClientAliveInterval",
    "alive_count": "ClientAliveCountMax",
    "x11": "X11Forwarding",
    "allow_users": "AllowUsers",
    "allow_groups": "AllowGroups",
}
_LISTS = ("allow_users", "allow_groups")
_CAME = f"{SEEN}came_as"
_LOCAL = "ansible_connection | default('ssh') == 'local'"
_ACCOUNT = f"({_CAME}.stdout | default('') | trim)"


class Fields(Record, frozen=True):
    """Settings of sshd; 0, empty or none: nothing is said of it. Times are seconds. *unset* are
    those whose file of Kiki's own goes, so that those of others count again."""

    max_auth_tries: Annotated[int, Meta(ge=0, le=20)] = 0
    login_grace: Annotated[int, Meta(ge=0, le=3600)] = 0
    alive_interval: Annotated[int, Meta(ge=0, le=86_400)] = 0
    alive_count: Annotated[int, Meta(ge=0, le=100)] = 0
    x11: Literal["", "yes", "no"] = ""
    allow_users: Names = ()
    allow_groups: Names = ()
    unset: Settings = ()

    def __post_init__(self) -> None:
        """ValueError for nothing at all, for what is set and unset, and for what would shut out
        whoever has more than one key, or types slowly."""
        said = {name for name in _KEYWORDS if getattr(self, name)}
        if not said and not self.unset:
            raise ValueError("at least one setting has to be said")
        if said & set(self.unset):
            raise ValueError("a setting can't be set and taken away")
        if self.max_auth_tries == 1:
            raise ValueError("each key that a client offers takes a try: at least 2")
        if 0 < self.login_grace < 10:
            raise ValueError("login_grace is at least 10 seconds: a login takes as long")


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """Look whether that can be done, write or remove, ask sshd, reload."""
    said = {name: _text(getattr(fields, name)) for name in _KEYWORDS if getattr(fields, name)}
    lists = tuple(name for name in _LISTS if name in said)
    unset = tuple(dict.fromkeys(fields.unset))
    return (
        *sshd.including(),
        *(task for name in lists for task in _only_ours(name)),
        *_still_in(fields),
        sshd.taken("are"),
        *(_written(name, text) for name, text in said.items()),
        *(_removed(name) for name in unset),
        sshd.taken("have become"),
        *sshd.reloads(tuple(_fact(name) for name in (*said, *unset))),
        *(_probe(name, text) for name, text in said.items()),
    )


def path_of(name: str) -> str:
    """The file of Kiki's own for one of the settings."""
    return f"{sshd.FOLDER}/00-kiki-{name.replace('_', '-')}.conf"


def _fact(name: str) -> str:
    return f"sshd:{name}"


def _text(value: Any) -> str:
    """*value* as sshd has it."""
    return " ".join(dict.fromkeys(value)) if isinstance(value, tuple) else str(value)


def _only_ours(name: str) -> tuple[Task, ...]:
    """Lists of several files add up, so that those whom others name would still come in."""
    keyword = _KEYWORDS[name].lower()
    steps = (
        f"{FOUND}.stdout_lines | default([])",
        f"select('match', '(?i)[^:]+:[ \\t]*{keyword}[ \\t=]')",
        f"reject('match', '{path_of(name)}:')",
        "list | length == 0",
    )
    return (
        asking(
            f"Look where sshd is told {_KEYWORDS[name]}",
            {
                "cmd": f"grep -F -i -r -s --include=sshd_config --include=*.conf {keyword}"
                f" {sshd.MAIN} {sshd.FOLDER}"
            },
        ),
        stopping(
            f"Check that no other file says {_KEYWORDS[name]}",
            "\n| ".join(steps),
            f"Another file says {_KEYWORDS[name]}, too, and those add up",
        ),
    )


def _still_in(fields: Fields) -> tuple[Task, ...]:
    """Who is not among those who may come in would find no way back: Kiki itself."""
    if not fields.allow_users and not fields.allow_groups:
        return ()
    came = (
        asking("Look as whom Kiki came in", {"argv": list(sshd.CAME_AS)}, _CAME),
        stopping(
            "Check that it is known as whom Kiki came in",
            f"{_ACCOUNT} != '' or {_LOCAL}",
            "It can't be seen as whom Kiki came in, and that account must not be shut out",
        ),
    )
    return (*came, *_named(fields.allow_users), *_member(fields.allow_groups))


def _named(users: tuple[str, ...]) -> tuple[Task, ...]:
    if not users:
        return ()
    return (
        stopping(
            "Check that Kiki's own account may still log in",
            f"{_ACCOUNT} in {list(users)} or {_LOCAL}",
            f"Kiki comes in as {{{{ {_ACCOUNT} }}}} and would be shut out: name that account, too",
        ),
    )


def _member(groups: tuple[str, ...]) -> tuple[Task, ...]:
    if not groups:
        return ()
    mine = f"({FOUND}.stdout | default('')).split()"
    return (
        asking(
            "Look in which groups Kiki's own account is",
            {"argv": ["id", "-nG", "--", f"{{{{ {_ACCOUNT} }}}}"]},
        ),
        stopping(
            "Check that a group of Kiki's own account may still log in",
            f"{mine} | intersect({list(groups)}) | length > 0 or {_LOCAL}",
            f"Kiki comes in as {{{{ {_ACCOUNT} }}}}, which is in none of {listing(groups)}",
        ),
    )


def _written(name: str, text: str) -> Task:
    keyword = _KEYWORDS[name]
    return Task(
        name=f"Let sshd say {keyword} {listing(tuple(text.split()))}",
        module="ansible.builtin.copy",
        args={
            "dest": path_of(name),
            "content": f"{keyword} {text}\n",
            "mode": "0600",
            "owner": "root",
            "group": "root",
            "validate": "/usr/sbin/sshd -t -f %s",
        },
        verb="update",
        items=((name, name),),
        ensures=frozenset((_fact(name),)),
        before=_before(name),
        reverses=(
            Reverse(kind="exact", operation="sshd_set", fields={"unset": [name]}, only=("create",)),
            Reverse(kind="exact", operation="sshd_set", only=("update", "replace"), before=(name,)),
        ),
    )


def _removed(name: str) -> Task:
    return Task(
        name=f"Take Kiki's {_KEYWORDS[name]} away",
        module="ansible.builtin.file",
        args={"path": path_of(name), "state": "absent"},
        verb="delete",
        items=((name, name),),
        ensures=frozenset((_fact(name),)),
        before=_before(name),
        reverses=(Reverse(kind="exact", operation="sshd_set", only=("delete",), before=(name,)),),
    )


def _before(name: str) -> Before:
    """What Kiki's own file says, if there is one."""

    def read(found: tuple[Found, ...]) -> Was:
        said = str(found[0].kept.get("content", "")).split()
        if said[:1] != [_KEYWORDS[name]] or not said[1:]:
            return Was()
        return Was(values={name: said[1:] if name in _LISTS else said[1]})

    return Before(looks=(reading(path_of(name), before=True),), read=read)


def _probe(name: str, text: str) -> Task:
    """sshd shows each name of a list on a line of its own."""
    keyword = _KEYWORDS[name]
    lines = [f"{keyword.lower()} {one}" for one in text.split()]
    return sshd.probe(
        f"{keyword} {listing(tuple(text.split()))}",
        f"{lines} is not subset({FOUND}.stdout_lines | default([]))",
        (_fact(name),),
    )
