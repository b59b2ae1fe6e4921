"""Give a host its name.

Called by ``understand`` (fields) and ``compose`` (tasks). A name is one host's: policy refuses the
same for several, see docs/policy/one_host.md. Names in DNS and other hosts' files are not touched.
"""

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible.fields import OwnName
from kiki.targets.ansible.tasks import Before, Reverse, Task
from kiki.targets.ansible.values import from_file

RISK: Risk = "medium"

_LOCAL = r"^127\.0\.1\.1[ \t].*$"


class Fields(Record, frozen=True):
    """*name* may be a full one, with dots."""

    name: OwnName


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """The name, and on Debian the line of ``/etc/hosts`` that has the name of the host itself."""
    return (_name(fields.name), _own_line(fields.name))


def _name(name: str) -> Task:
    return Task(
        name=f"Set the host name to {name}",
        module="ansible.builtin.hostname",
        args={"name": name},
        verb="update",
        items=((name, name),),
        before=_before(name),
        reverses=(Reverse(kind="exact", operation="hostname_set", before=("name",)),),
    )


def _before(name: str) -> Before:
    """The name; its own task's reverse brings the line of ``/etc/hosts`` back, too."""
    return from_file("/proc/sys/kernel/hostname", "name", lambda text: text or None, name)


def _own_line(name: str) -> Task:
    """sudo and mail servers look the own name up; without that line nothing is added."""
    short = name.partition(".")[0]
    names = name if short == name else f"{name} {short}"
    return Task(
        name=f"Name the host {name} in /etc/hosts (Debian)",
        module="ansible.builtin.replace",
        args={"path": "/etc/hosts", "regexp": _LOCAL, "replace": f"127.0.1.1 {names}"},
        verb="update",
        family="Debian",
        items=((name, name),),
        reverses=(Reverse(kind="compensating", reason="ansible.undo_own_line"),),
    )
