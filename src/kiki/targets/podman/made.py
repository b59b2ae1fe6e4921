"""Tasks that make and remove what podman keeps by name: networks, volumes, secrets, pods.

Called by the operations.
"""

from typing import Any

from kiki.targets.ansible.tasks import Before, Reverse, Task
from kiki.targets.podman.acting import module
from kiki.targets.podman.looks import Noun, fact, inspecting, was_there


def looked_for(noun: Noun, name: str) -> Before:
    """A look, before a task, for whether it makes the thing or changes it."""
    look = Task(
        name=f"Look for {noun} {name}",
        module="ansible.builtin.command",
        args={"argv": inspecting(noun, name)},
        verb="none",
        root=False,
    )
    return Before(looks=(look,), read=was_there)


def created(
    noun: Noun,
    name: str,
    args: dict[str, Any],
    *,
    needs: tuple[str, ...] = (),
    field: str = "names",
) -> Task:
    """It is there, as said; the way back removes it, if there was none."""
    return module(
        f"Create {noun} {name}",
        f"podman_{noun}",
        {"name": name, **args},
        "update",
        needs=needs,
        ensures=frozenset((fact(noun, name),)),
        before=looked_for(noun, name),
        reverses=(
            Reverse(
                kind="exact",
                operation=f"podman.{noun}_remove",
                fields={field: [name]},
                only=("create",),
                otherwise="podman.undo_was_there",
            ),
        ),
    )


def removed(noun: Noun, name: str, reason: str, **more: Any) -> Task:
    """It is gone; *reason* is the code for why that is not taken back."""
    return module(
        f"Remove {noun} {name}",
        f"podman_{noun}",
        {"name": name, "state": "absent", **more},
        "delete",
        breaks=frozenset((fact(noun, name),)),
        reverses=(Reverse(kind="impossible", reason=reason),),
    )
