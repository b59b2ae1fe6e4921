"""Who may do what with sudo: files of our own in /etc/sudoers.d.

Called by the operations on sudo. Facts: ``path:<file>``.
"""

from typing import Literal

from msgspec.structs import replace

from kiki.targets.ansible import names
from kiki.targets.ansible.accounts import account_checks
from kiki.targets.ansible.files import file_task, folder_checks
from kiki.targets.ansible.names import Family
from kiki.targets.ansible.tasks import Reverse, Task

FOLDER = "/etc/sudoers.d"
VALIDATE = "/usr/sbin/visudo -cf %s"
Sort = Literal["user", "group"]


def which(user: str, group: str) -> tuple[Sort, str]:
    """What is meant and its name. ValueError unless exactly one is given."""
    if bool(user) == bool(group):
        raise ValueError("give either a user or a group")
    if (user or group).endswith("$"):
        raise ValueError("the account of a machine can't use sudo")
    return ("user", user) if user else ("group", group)


def grants(
    sort: Sort, name: str, commands: tuple[str, ...], ensured: frozenset[str], *, password: bool
) -> tuple[Task, ...]:
    """Looks for the account and for sudo's folder, and the file; for each family where they call
    the group differently."""
    found: list[Task] = [*folder_checks(f"{FOLDER}/x", ensured)]
    for family, native in _native(sort, name):
        checks = account_checks(sort, (native,), ensured)
        at = f" ({family})" if family else ""
        found += [replace(check, family=family, name=check.name + at) for check in checks]
        found.append(_grant(sort, native, family, _rule(sort, native, commands, password=password)))
    return tuple(found)


def withdrawals(sort: Sort, name: str) -> tuple[Task, ...]:
    """Tasks after which the file that ``grants`` writes is gone."""
    return tuple(_withdrawal(sort, native, family) for family, native in _native(sort, name))


def _native(sort: Sort, name: str) -> tuple[tuple[Family | None, str], ...]:
    if sort == "user":
        return ((None, name),)
    return tuple((family, found[0]) for family, found in names.by_family("groups", (name,)))


def file_of(sort: Sort, name: str) -> str:
    """The file that says what *name* may do."""
    return f"{FOLDER}/kiki-{name}" if sort == "user" else f"{FOLDER}/kiki-group-{name}"


def _rule(sort: Sort, name: str, commands: tuple[str, ...], *, password: bool) -> str:
    who = name if sort == "user" else f"%{name}"
    tag = "" if password else "NOPASSWD: "
    return f"{who} ALL=(ALL:ALL) {tag}{', '.join(commands) or 'ALL'}\n"


def _grant(sort: Sort, name: str, family: Family | None, rule: str) -> Task:
    rights = {"mode": "0440", "owner": "root", "group": "root"}
    made = file_task(file_of(sort, name), rule, rights, family)
    back = Reverse(
        kind="exact",
        operation="sudo_revoke",
        fields={sort: name},
        only=("create",),
        otherwise="ansible.undo_grant_gone",
    )
    at = f" ({family})" if family else ""
    return replace(
        made,
        name=f"Grant sudo to {sort} {name}{at}",
        args=made.args | {"validate": VALIDATE},
        before=None,  # nobody may bring a file back in here: it would grant what it says
        reverses=(back,),
    )


def _withdrawal(sort: Sort, name: str, family: Family | None) -> Task:
    path = file_of(sort, name)
    at = f" ({family})" if family else ""
    return Task(
        name=f"Withdraw sudo from {sort} {name}{at}",
        module="ansible.builtin.file",
        args={"path": path, "state": "absent"},
        verb="delete",
        family=family,
        items=((path, path),),
        breaks=frozenset((f"path:{path}",)),
        reverses=(Reverse(kind="impossible", reason="ansible.undo_grant_gone"),),
    )
