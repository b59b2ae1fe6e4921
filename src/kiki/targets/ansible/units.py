"""Units of systemd that are ours: files in /etc/systemd/system.

Called by the operations on units. Facts: ``path:<file>``, ``unit:<name>``.
"""

from msgspec.structs import replace

from kiki.targets.ansible.files import file_task
from kiki.targets.ansible.tasks import Reverse, Task

FOLDER = "/etc/systemd/system"
GENERATOR = "/usr/lib/systemd/system-generators/podman-system-generator"
"""What makes services of Quadlet units; it only shows them when it is asked for a dry run."""
RIGHTS = {"mode": "0644", "owner": "root", "group": "root"}


def path_of(name: str, sort: str = "service") -> str:
    """The file of the unit *name*."""
    return f"{FOLDER}/{name}.{sort}"


def unit_task(name: str, sort: str, text: str) -> Task:
    """A task that writes the unit *name* with *text*."""
    made = file_task(path_of(name, sort), text, RIGHTS)
    back = Reverse(kind="exact", operation="unit_remove", fields={"name": name}, only=("create",))
    _, restored = made.reverses
    ensures = made.ensures | {f"unit:{name}"}
    return replace(made, ensures=ensures, reverses=(back, restored))


def quoted(assignment: str) -> str:
    """``NAME=value`` as ``Environment=`` takes it: systemd.exec(5), systemd.syntax(7)."""
    escaped = assignment.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{escaped}"'
