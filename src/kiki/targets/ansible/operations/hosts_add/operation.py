"""Give an address names in ``/etc/hosts``.

Called by ``understand`` (fields) and ``compose`` (tasks). Lines that are there stay as they are;
the play stops on a host where one of the names belongs to another address.
"""

import re
from ipaddress import ip_address

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible.fields import Address, HostNames
from kiki.targets.ansible.files import reading
from kiki.targets.ansible.tasks import FOUND, Reverse, Task, listing

RISK: Risk = "medium"

FILE = "/etc/hosts"


class Fields(Record, frozen=True):
    """*names* are what *address* is to be known as; the first is its real one."""

    address: Address
    names: HostNames

    def __post_init__(self) -> None:
        """ValueError for what is no IP address, and for the name of the host itself."""
        ip_address(self.address)
        if "localhost" in {name.lower() for name in self.names}:
            raise ValueError("localhost is the host itself on every system")


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """Look that no name has another address, then the line."""
    return (reading(FILE, register=True), _unlike(fields), _line(fields))


def _unlike(fields: Fields) -> Task:
    """The first line that has a name counts: a second one for another address would do nothing."""
    said = listing(fields.names)
    return Task(
        name=f"Check that no other address is called {said}",
        module="ansible.builtin.assert",
        args={
            "that": [_has_not(fields.address, name) for name in fields.names],
            "fail_msg": f"{FILE} has one of these names for another address: {said}",
            "quiet": True,
        },
        verb="none",
    )


def _has_not(address: str, name: str) -> str:
    """The condition that no line of another address than *address* has *name*."""
    other = rf"(?im)^\s*(?!{re.escape(address)}\s)[^#\s]+\s([^#\n]*\s)?{re.escape(name)}(\s|$)"
    # A backslash means itself in a test's text only when it is doubled.
    return f"{FOUND}.content | b64decode is not search('{other.replace(chr(92), chr(92) * 2)}')"


def _line(fields: Fields) -> Task:
    line = f"{fields.address} {' '.join(fields.names)}"
    return Task(
        name=f"Call {fields.address} {listing(fields.names)} in {FILE}",
        module="ansible.builtin.lineinfile",
        args={"path": FILE, "regexp": as_regexp(fields.address, fields.names), "line": line},
        verb="create",
        items=((line, line),),
        reverses=(
            Reverse(
                kind="exact",
                operation="hosts_remove",
                fields={"address": fields.address, "names": list(fields.names)},
            ),
        ),
    )


def as_regexp(address: str, names: tuple[str, ...]) -> str:
    """A line of exactly this address and these names, however much space is between."""
    return r"^[ \t]*" + r"[ \t]+".join(re.escape(one) for one in (address, *names)) + r"[ \t]*$"
