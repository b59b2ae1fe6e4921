"""Take names, or addresses with all of theirs, out of ``/etc/hosts``.

Called by ``understand`` (fields) and ``compose`` (tasks). A line that has other names, too, keeps
them.
"""

import re
from ipaddress import ip_address

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible.fields import OptionalAddress, Servers
from kiki.targets.ansible.files import reading
from kiki.targets.ansible.operations.hosts_add.operation import FILE, as_regexp
from kiki.targets.ansible.tasks import Before, Found, Reverse, Task, Was, listing

RISK: Risk = "medium"

_START = r"[ \t]*[0-9A-Fa-f.:%]+"
_NAME = r"[ \t]+[^#\s]+"


class Fields(Record, frozen=True):
    """*names* are host names and addresses. With *address*, only the line is meant that has this
    address and exactly these names."""

    names: Servers
    address: OptionalAddress = ""

    def __post_init__(self) -> None:
        """ValueError for what every host needs, and for an address that is none."""
        if self.address:
            ip_address(self.address)
        if any(_is_own(name) for name in self.names):
            raise ValueError("localhost is the host itself on every system")


def _is_own(name: str) -> bool:
    return name.lower() == "localhost" or (is_address(name) and ip_address(name).is_loopback)


def is_address(name: str) -> bool:
    """Whether *name* is an IP address."""
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """One task."""
    return (_line(fields) if fields.address else _without(fields.names),)


def _line(fields: Fields) -> Task:
    said = " ".join((fields.address, *fields.names))
    again = {"address": fields.address, "names": list(fields.names)}
    return Task(
        name=f"Remove {said} from {FILE}",
        module="ansible.builtin.lineinfile",
        args={"path": FILE, "regexp": as_regexp(fields.address, fields.names), "state": "absent"},
        verb="delete",
        items=((said, said),),
        reverses=(Reverse(kind="exact", operation="hosts_add", fields=again),),
    )


def _without(names: tuple[str, ...]) -> Task:
    return Task(
        name=f"Remove {listing(names)} from {FILE}",
        module="ansible.builtin.replace",
        args={"path": FILE, "replace": r"\1"},
        verb="delete",
        each=tuple({"regexp": regexp} for name in names for regexp in _places(name)),
        var="hosts_removed",
        about=f"Where names and addresses stand in {FILE}",
        before=_before(names),
        reverses=(
            Reverse(
                kind="compensating",
                reason="ansible.undo_line_at_end",
                operation="hosts_add",
                before=("address", "names"),
            ),
        ),
    )


def _places(name: str) -> tuple[str, ...]:
    """All lines of an address; of a name those with only this one, with it as the first of several,
    and after others. The group is what stays of them."""
    said = f"(?i:{re.escape(name)})"
    if is_address(name):
        return (rf"^()[ \t]*{said}(?:[ \t].*)?(?:\n|\Z)",)
    return (
        rf"^(){_START}[ \t]+{said}[ \t]*(?:#.*)?(?:\n|\Z)",
        rf"^({_START})[ \t]+{said}(?={_NAME})",
        rf"^({_START}(?:{_NAME})+)[ \t]+{said}(?=[ \t#]|$)",
    )


def _before(names: tuple[str, ...]) -> Before:
    """The line that has one of *names*; of several nobody could bring all back in one."""
    gone = {name.lower() for name in names}

    def read(found: tuple[Found, ...]) -> Was:
        text = str(found[0].kept.get("content", ""))
        lines = [line.partition("#")[0].split() for line in text.splitlines()]
        hit = [line for line in lines if gone & {word.lower() for word in line}]
        if len(hit) != 1 or len(hit[0]) < 2:
            return Was(unread="ansible.before_several_lines")
        return Was(values={"address": hit[0][0], "names": hit[0][1:]})

    return Before(looks=(reading(FILE, before=True),), read=read)
