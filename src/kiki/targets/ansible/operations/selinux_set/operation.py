"""Set what SELinux does: forbid, only note, or nothing.

Called by ``understand`` (fields) and ``compose`` (tasks). On a host without SELinux, as Debian's
are, the play stops. From and to ``disabled`` it takes a reboot, which is not done here.
"""

from typing import Literal

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible.files import looking, stopping
from kiki.targets.ansible.tasks import FOUND, Reverse, Task
from kiki.targets.ansible.values import from_file, of_line

RISK: Risk = "high"

CONFIG = "/etc/selinux/config"


class Fields(Record, frozen=True):
    """*mode* as ``/etc/selinux/config`` has it."""

    mode: Literal["enforcing", "permissive", "disabled"]


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """See that there is SELinux, then set it now and for the next boot."""
    policy = {} if fields.mode == "disabled" else {"policy": "targeted"}
    return (
        *present(),
        Task(
            name=f"Set SELinux to {fields.mode}",
            module="ansible.posix.selinux",
            args={"state": fields.mode, **policy},
            verb="update",
            items=((fields.mode, fields.mode),),
            before=from_file(CONFIG, "mode", of_line("SELINUX"), fields.mode),
            reverses=(Reverse(kind="exact", operation="selinux_set", before=("mode",)),),
        ),
    )


def present() -> tuple[Task, ...]:
    """Tasks that stop the play on a host without SELinux."""
    fail = f"This host has no SELinux: there is no {CONFIG}"
    test = f"{FOUND}.stat.exists | default(false)"
    return (looking(CONFIG), stopping("Check that the host has SELinux", test, fail))
