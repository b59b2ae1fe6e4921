"""Create users, with groups, shell, home and password.

Called by ``understand`` (fields) and ``compose`` (tasks). The password
is set when the user is created and never changed after; its value is a variable at run time.
"""

from typing import Any

from msgspec.structs import replace

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.model.secret import variable
from kiki.targets.ansible import names, probes
from kiki.targets.ansible.accounts import account_checks
from kiki.targets.ansible.fields import OptionalPath, SecretName, UserName, UserNames
from kiki.targets.ansible.names import Family
from kiki.targets.ansible.tasks import Before, Found, Reverse, Task, Was, listing

RISK: Risk = "medium"

_SORTS = ("user", "group")  # a user brings a group of its name


class Fields(Record, frozen=True):
    """*groups* are added to what a user has; *password* is the name of a secret."""

    names: UserNames
    groups: tuple[UserName, ...] = ()
    shell: OptionalPath = ""
    home: OptionalPath = ""
    system: bool = False
    password: SecretName = ""

    def __post_init__(self) -> None:
        """ValueError when several users would share one home."""
        if self.home and len(self.names) > 1:
            raise ValueError("several users can't have the same home")


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """One task, or one for each family where they call a group differently; before it, a look for
    groups that may not be there."""
    found: list[Task] = []
    for family, groups in names.by_family("groups", fields.groups):
        checks = account_checks("group", groups, ensured)
        found += [replace(check, family=family, name=check.name + _at(family)) for check in checks]
        brought = any(f"{sort}:{group}" in ensured for sort in _SORTS for group in groups)
        found.append(_task(fields, family, groups, _before(fields.names) if brought else None))
    return (*found, *map(probes.account_exists, fields.names))


def _at(family: Family | None) -> str:
    return f" ({family})" if family else ""


def _task(
    fields: Fields, family: Family | None, groups: tuple[str, ...], before: Before | None
) -> Task:
    place = _at(family)
    brought = tuple(f"{sort}:{group}" for sort in _SORTS for group in groups)
    who = "user" if len(fields.names) == 1 else "users"
    return Task(
        name=f"Create {who} {listing(fields.names)}{place}",
        module="ansible.builtin.user",
        args={"state": "present", **_choices(fields, groups), **_password(fields.password)},
        verb="create",
        family=family,
        each=tuple({"name": name} for name in fields.names),
        var=f"create_users{f'_{family.lower()}' if family else ''}",
        about=f"Users to create{place}",
        items=tuple((name, name) for name in fields.names),
        ensures=frozenset(f"user:{name}" for name in fields.names),
        needs=(*brought, "package:*") if groups else (),
        beside=brought,
        secrets=(fields.password,) if fields.password else (),
        before=before,
        reverses=(_REVERSE,),
    )


def _before(users: tuple[str, ...]) -> Before:
    """A look for *users*: check mode can't give a group that it did not make to those that are
    there, and does not say which they are."""
    look = Task(
        name=f"Look for {listing(users)}",
        module="ansible.builtin.getent",
        args={"database": "passwd", "fail_key": False},
        verb="none",
        each=tuple({"key": name} for name in users),
        var="look_for_users",
        about="Users to look for before they are created",
    )

    def read(found: tuple[Found, ...]) -> Was:
        turns = found[0].items or (found[0].kept,)
        known: dict[str, Any] = {}
        for turn in turns:
            known |= turn.get("ansible_facts", {}).get("getent_passwd", {})
        heard = all(name in known for name in users)
        return Was(new=tuple(name for name in users if not known[name]) if heard else None)

    return Before(looks=(look,), read=read)


def _choices(fields: Fields, groups: tuple[str, ...]) -> dict[str, Any]:
    args: dict[str, Any] = {}
    if groups:
        args |= {"groups": list(groups), "append": True}
    if fields.shell:
        args["shell"] = fields.shell
    if fields.home:
        args["home"] = fields.home
    if fields.system:
        args["system"] = True
    return args


def _password(secret: str) -> dict[str, Any]:
    """The salt is random: with ``on_create`` no second run looks at the password."""
    if not secret:
        return {}
    hashed = "{{ " + variable(secret) + " | password_hash('sha512') }}"
    return {"password": hashed, "update_password": "on_create"}


_REVERSE = Reverse(
    kind="compensating",
    reason="ansible.undo_home_stays",
    operation="user_remove",
    items="names",
    only=("create",),
    otherwise="ansible.undo_user_existed",
)
