"""Run a command in a container that runs.

Called by ``understand`` (fields) and ``compose`` (tasks). It is done every time, and nobody but who
asks for it knows what it changes: it is never read-only. What it printed is kept beside the run
(``outputs``). There is no terminal and no input.
"""

import shlex

from msgspec.structs import replace

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible.collecting import report_key, report_task
from kiki.targets.ansible.tasks import SEEN, Reverse, Task
from kiki.targets.podman.acting import podman
from kiki.targets.podman.fields import Command, Name, User
from kiki.targets.podman.looks import fact, rootless, there

RISK: Risk = "high"
KIND = "podman.container_exec"
_INTO = f"{SEEN}output"
_LINES = f"({_INTO}.stdout_lines | default([]))\n+ ({_INTO}.stderr_lines | default([]))"


class Fields(Record, frozen=True):
    """*name* of the container, and the *command*, divided into words as a shell does and run
    without one; *user* is who runs it there, or empty."""

    name: Name
    command: Command
    user: User = ""

    def __post_init__(self) -> None:
        """ValueError for a quote that does not end."""
        shlex.split(self.command)


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """A look, the command, and what it said."""
    name = fields.name
    user = [f"--user={fields.user}"] if fields.user else []
    run = podman(
        f"Run {shlex.split(fields.command)[0]} in container {name}",
        ["exec", *user, name, *shlex.split(fields.command)],
        "run",
        needs=(fact("container", name),),
        reverses=(Reverse(kind="impossible", reason="ansible.undo_acted"),),
        acts=True,
    )
    kept = {report_key(KIND, fields): "{{ " + _LINES + " }}"}
    told = report_task(f"Keep what container {name} answered", kept)
    return (*there("container", name, ensured), replace(run, into=_INTO), rootless(told))
