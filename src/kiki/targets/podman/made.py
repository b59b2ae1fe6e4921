"""Tasks that make and remove what podman keeps by name: networks, volumes, secrets, pods.

Called by the operations. They are commands: the modules for these know no check mode, so that a
plan would say nothing of them. What is there already stays as it is.
"""

from kiki.targets.ansible.tasks import Reverse, Task
from kiki.targets.podman.acting import podman
from kiki.targets.podman.looks import MISSING, THERE, Noun, fact, state_of


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
