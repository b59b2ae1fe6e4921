"""Tasks that make and remove what podman keeps by name: networks, volumes, secrets, pods.

Called by the operations. They are commands: the modules for these know no check mode, so that a
plan would say nothing of them. What is there already stays as it is.
"""

from kiki.targets.ansible.tasks import Before, Reverse, Task
from kiki.targets.podman.acting import podman
from kiki.targets.podman.looks import MISSING, THERE, Noun, fact, inspecting, state_of, was_there


def created(
    noun: Noun, name: str, options: tuple[str, ...] = (), needs: tuple[str, ...] = ()
) -> tuple[Task, ...]:
    """A look, and the thing where there is none."""
    back = Reverse(kind="exact", operation=f"podman.{noun}_remove", fields={"names": [name]})
    made = podman(
        f"Create {noun} {name}",
        [noun, "create", *options, name],
        "create",
        when=(MISSING,),
        needs=needs,
        ensures=frozenset((fact(noun, name),)),
        reverses=(back,),
    )
    return state_of(noun, name), made


def removed(noun: Noun, name: str, reason: str, options: tuple[str, ...] = ()) -> tuple[Task, ...]:
    """A look, and the removal where it is there; *reason* is the code for why that is not taken
    back."""
    gone = podman(
        f"Remove {noun} {name}",
        [noun, "rm", *options, name],
        "delete",
        when=(THERE,),
        breaks=frozenset((fact(noun, name),)),
        reverses=(Reverse(kind="impossible", reason=reason),),
    )
    return state_of(noun, name), gone


def image_looked_for(image: str) -> Before:
    """A look, before a task, for whether it makes the image or gives its name to another one."""
    look = Task(
        name=f"Look for image {image}",
        module="ansible.builtin.command",
        args={"argv": inspecting("image", image)},
        verb="none",
        root=False,
    )
    return Before(looks=(look,), read=was_there)


def image_back(image: str) -> tuple[Reverse, ...]:
    """The way back of a task that makes an image: one that was there is not brought back."""
    return (
        Reverse(
            kind="exact",
            operation="podman.image_remove",
            fields={"images": [image]},
            only=("create",),
            otherwise="podman.undo_was_there",
        ),
    )
