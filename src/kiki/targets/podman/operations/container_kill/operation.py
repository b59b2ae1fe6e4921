"""Send running containers a signal, which ends them at once unless another one is said.

Called by ``understand`` (fields) and ``compose`` (tasks).
"""

from typing import Literal

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible.tasks import Reverse, Task
from kiki.targets.podman.acting import podman
from kiki.targets.podman.fields import Names
from kiki.targets.podman.looks import STATE, fact, halted, there

RISK: Risk = "high"


class Fields(Record, frozen=True):
    """*names* of containers, and the *signal*."""

    names: Names
    signal: Literal["KILL", "TERM", "INT", "QUIT", "HUP", "USR1", "USR2"] = "KILL"


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """For each a look, and the signal where it runs."""
    return tuple(
        task
        for name in fields.names
        for task in (*there("container", name, ensured), _kill(name, fields.signal))
    )


def _kill(name: str, signal: str) -> Task:
    """Only KILL is certain to end it; any other signal is sent every time."""
    ends = signal == "KILL"
    back = Reverse(
        kind="compensating",
        reason="podman.undo_killed",
        operation="podman.container_start",
        fields={"names": [name]},
    )
    return podman(
        f"Send {signal} to container {name}",
        ["kill", "--signal", signal, name],
        "update" if ends else "run",
        when=(f"{STATE} == 'running'",),
        needs=(fact("container", name),),
        ensures=frozenset((halted(name),)) if ends else frozenset(),
        reverses=(back if ends else Reverse(kind="impossible", reason="ansible.undo_acted"),),
        acts=not ends,
    )
