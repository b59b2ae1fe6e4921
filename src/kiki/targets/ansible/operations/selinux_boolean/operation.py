"""Switch booleans of SELinux's policy on or off, now and after every boot.

Called by ``understand`` (fields) and ``compose`` (tasks). On a host without SELinux the play stops,
and where it is disabled the module says so.
"""

from typing import Annotated

from msgspec import Meta

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible.fields import Symbol
from kiki.targets.ansible.names import Family
from kiki.targets.ansible.operations.selinux_set.operation import bindings, facts, present
from kiki.targets.ansible.tasks import Reverse, Task, listing

RISK: Risk = "medium"

_BINDINGS: dict[Family, str] = {"RedHat": "python3-libsemanage", "Debian": "python3-semanage"}
Symbols = Annotated[tuple[Symbol, ...], Meta(min_length=1, max_length=100)]


class Fields(Record, frozen=True):
    """*names* such as ``httpd_can_network_connect``; *on* is what they become."""

    names: Symbols
    on: bool = True


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """See that there is SELinux, then one task."""
    word = "on" if fields.on else "off"
    back = Reverse(
        kind="exact", operation="selinux_boolean", fields={"on": not fields.on}, items="names"
    )
    return (
        *present(),
        *bindings(_BINDINGS, ensured),
        Task(
            name=f"Switch {word} {listing(fields.names)} in SELinux",
            module="ansible.posix.seboolean",
            args={"state": fields.on, "persistent": True},
            verb="update",
            needs=facts(_BINDINGS),
            each=tuple({"name": name} for name in fields.names),
            var=f"selinux_{word}",
            about=f"Booleans of SELinux to switch {word}",
            items=tuple((name, name) for name in fields.names),
            reverses=(back,),
        ),
    )
