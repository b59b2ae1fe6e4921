"""Set what SELinux does: forbid, only note, or nothing.

Called by ``understand`` (fields) and ``compose`` (tasks). On a host without SELinux, as Debian's
are unless somebody installs it, the play stops. The policy stays the host's own: ``targeted`` on
RedHat, ``default`` on Debian. From and to ``disabled`` it takes a reboot, which is not done here.
"""

from typing import Literal

from msgspec.structs import replace

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible import packages
from kiki.targets.ansible.files import looking, reading, stopping
from kiki.targets.ansible.names import Family
from kiki.targets.ansible.tasks import FOUND, SEEN, Reverse, Task
from kiki.targets.ansible.values import from_file, of_line

RISK: Risk = "high"

CONFIG = "/etc/selinux/config"
_BINDINGS: dict[Family, str] = {"RedHat": "python3-libselinux", "Debian": "python3-selinux"}
_READ = f"{SEEN}selinux"
_POLICY = (
    f"{{{{ {_READ}.content | b64decode\n"
    "| regex_findall('(?m)^SELINUXTYPE=([a-z]+)') | last | default('targeted') }}"
)
_STAYS = Reverse(kind="compensating", reason="ansible.undo_tool_stays")


class Fields(Record, frozen=True):
    """*mode* as ``/etc/selinux/config`` has it."""

    mode: Literal["enforcing", "permissive", "disabled"]


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """See that there is SELinux, then set it now and for the next boot."""
    on = fields.mode != "disabled"
    read = replace(reading(CONFIG, into=_READ), name="Read which policy SELinux has", register=True)
    return (
        *present(),
        *bindings(_BINDINGS, ensured),
        *((read,) if on else ()),
        Task(
            name=f"Set SELinux to {fields.mode}",
            module="ansible.posix.selinux",
            args={"state": fields.mode, **({"policy": _POLICY} if on else {})},
            verb="update",
            items=((fields.mode, fields.mode),),
            needs=facts(_BINDINGS),
            before=from_file(CONFIG, "mode", of_line("SELINUX"), fields.mode),
            reverses=(Reverse(kind="exact", operation="selinux_set", before=("mode",)),),
        ),
    )


def bindings(of: dict[Family, str], ensured: frozenset[str]) -> tuple[Task, ...]:
    """Tasks that bring what Ansible's modules speak to SELinux with; an undo leaves it there."""
    tasks = (
        task
        for family, name in of.items()
        for task in packages.install((name,), ensured, (family,))
    )
    return tuple(replace(task, reverses=(_STAYS,) if task.reverses else ()) for task in tasks)


def facts(of: dict[Family, str]) -> tuple[str, ...]:
    """Without which the modules may fail in check mode."""
    return tuple(f"package:{name}" for name in of.values())


def present() -> tuple[Task, ...]:
    """Tasks that stop the play on a host without SELinux."""
    fail = f"This host has no SELinux: there is no {CONFIG}"
    test = f"{FOUND}.stat.exists | default(false)"
    return (looking(CONFIG), stopping("Check that the host has SELinux", test, fail))
