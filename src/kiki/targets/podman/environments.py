"""Variables of a container's environment whose values hold secrets.

Called by ``container_run``. Such a value goes to podman by a pipe and is kept as a secret of its
own, which the container has as the variable: it is in no code and no argument. Who may inspect the
container on its host sees it, as every variable. Source: podman-run(1), ``--secret``.
"""

import msgspec

from kiki.model.secret import named, placeholder, variable
from kiki.targets.ansible.files import stopping
from kiki.targets.ansible.tasks import SEEN, Reverse, Task
from kiki.targets.podman.acting import podman
from kiki.targets.podman.looks import MISSING, fact, rootless, state_of

LONGEST = 128  # characters of a secret's name, as of all names here
_CONTAINER = f"{SEEN}container"


class Hidden(msgspec.Struct, frozen=True):
    """The variable *name*, whose *value* holds placeholders; *secret* is what podman calls it."""

    name: str
    value: str
    secret: str


def hidden(container: str, environment: tuple[str, ...]) -> tuple[Hidden, ...]:
    """Those of *environment* (``NAME=value``) that hold secrets; ValueError for long names."""
    pairs = (pair.split("=", 1) for pair in environment)
    found = tuple(
        Hidden(name, value, f"{container}-{name}") for name, value in pairs if named(value)
    )
    for one in found:
        if len(one.secret) > LONGEST:
            raise ValueError(f"{one.secret} is too long for the name of a secret")
    return found


def plain(environment: tuple[str, ...]) -> dict[str, str]:
    """The others, by name."""
    pairs = (pair.split("=", 1) for pair in environment)
    return {name: value for name, value in pairs if not named(value)}


def option(one: Hidden) -> str:
    """How a container is given the secret."""
    return f"{one.secret},type=env,target={one.name}"


def kept(container: str, found: tuple[Hidden, ...]) -> tuple[Task, ...]:
    """The secrets, where podman has none of these names. One that is there when the container is
    not may hold another value, which podman tells nobody: then the play stops."""
    if not found:
        return ()
    look = state_of("container", container, _CONTAINER)
    return (look, *(task for one in found for task in _kept(one)))


def _kept(one: Hidden) -> tuple[Task, ...]:
    name = one.secret
    fail = (
        f"There is a podman secret {name} without its container, and nobody can see what it"
        " holds; remove it first"
    )
    known = f"{_CONTAINER}.rc | default(1) == 0"
    check = stopping(f"Check that secret {name} is not left over", f"{MISSING} or {known}", fail)
    back = Reverse(kind="exact", operation="podman.secret_remove", fields={"names": [name]})
    made = podman(
        f"Keep {one.name} as secret {name}",
        ["secret", "create", name, "-"],
        "create",
        when=(MISSING,),
        stdin=_template(one.value),
        secrets=named(one.value),
        ensures=frozenset((fact("secret", name),)),
        reverses=(back,),
    )
    return state_of("secret", name), rootless(check), made


def _template(value: str) -> str:
    """*value* as Ansible fills it in; beside the placeholders it has no braces."""
    for name in named(value):
        value = value.replace(placeholder(name), "{{ " + variable(name) + " }}")
    return value
