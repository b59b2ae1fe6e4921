"""Tasks that look at what podman has, which the others depend on.

Called by the operations. They run in check mode, too, and change nothing; how podman says what
there is comes from ``podman inspect`` (4.3 and newer).
"""

from typing import Literal

from msgspec.structs import replace

from kiki.targets.ansible.files import asking, stopping
from kiki.targets.ansible.tasks import FOUND, PROBE, SEEN, Found, Task, Was

Noun = Literal["container", "pod", "image", "network", "volume", "secret"]

STATE = f"{FOUND}.stdout | default('')"
"""The state that ``state_of`` found: running, exited, created, paused; empty where it is none."""

THERE = f"{FOUND}.rc | default(1) == 0"
"""Whether the thing that ``state_of`` looked for is there."""

MISSING = f"{FOUND}.rc | default(1) != 0"

_FIELDS = {
    "container": ".State.Status", "pod": ".State", "image": ".Id", "secret": ".Spec.Name",
}  # fmt: skip
_LAST = 5  # lines of a container that are shown beside its state
_ENDED = "{% raw %}{{.State.Status}} ({{.State.ExitCode}}){{.State.Error}}{% endraw %}"
_NOW, _SAID = f"{SEEN}now", f"{SEEN}said"
# podman-inspect(1): 125 where podman itself has an error, as there is no such thing.
KNOWN = "rc | default(2) not in [0, 1, 125]"


def inspecting(noun: Noun, name: str) -> list[str]:
    """The command that shows one word about the thing, and fails where there is none. Of volumes
    it shows none: all but ``exists`` take the beginning of a name for the name."""
    if noun == "volume":
        return ["podman", "volume", "exists", name]
    field = _FIELDS.get(noun, ".Name")
    return ["podman", noun, "inspect", "--format", "{% raw %}{{" + field + "}}{% endraw %}", name]


def state_of(noun: Noun, name: str, into: str = "") -> Task:
    """A task that keeps the state of the thing in ``FOUND``, whether or not it is there."""
    return Task(
        name=f"Look at {noun} {name}",
        module="ansible.builtin.command",
        args={"argv": inspecting(noun, name)},
        verb="none",
        still=True,
        register=True,
        into=into,
        fails=(f"{into or FOUND}.{KNOWN}",),
        root=False,
    )


def there(
    noun: Noun, name: str, ensured: frozenset[str], look: Task | None = None
) -> tuple[Task, ...]:
    """Tasks that keep the state of the thing, or what *look* sees of it, and stop the play on a
    host that has none, unless a later task removes it."""
    look = look or state_of(noun, name)
    if fact(noun, name) in ensured:
        return (look,)
    none, here = f"There is no {noun} {name}", (fact(noun, name),)
    check = stopping(f"Check that {noun} {name} exists", THERE, none, here)
    return look, replace(rootless(check), gone=none)


def was_there(found: tuple[Found, ...]) -> Was:
    """Whether the look before a task found the thing: a task that makes it creates it only then."""
    if "rc" not in found[0].kept:
        return Was(unread="ansible.before_not_seen")
    return Was() if found[0].kept["rc"] == 0 else Was(verb="create")


def pod_runs(name: str) -> Task:
    """A probe: the pod's containers all run."""
    return Task(
        name=f"{PROBE}pod {name} is running",
        module="ansible.builtin.command",
        args={"argv": inspecting("pod", name)},
        verb="none",
        probe=True,
        tries=3,
        fails=(f"{STATE} != 'Running'",),
        needs=(fact("pod", name),),
        root=False,
    )


def container_runs(name: str) -> tuple[Task, ...]:
    """A probe, with looks before it: the container runs. Where it does not, how it ended and the
    last lines that it said tell why; podman shows these on the output where they were written."""
    argv = ["podman", "container", "inspect", "--format", _ENDED, name]
    logs = ["podman", "logs", "--tail", str(_LAST), name]
    lines = f"({_SAID}.stdout_lines + {_SAID}.stderr_lines) | join('; ')"
    return (
        _asked(f"See how container {name} is", argv, _NOW, name),
        _asked(f"See the last lines of container {name}", logs, _SAID, name),
        Task(
            name=f"{PROBE}container {name} is running",
            module="ansible.builtin.assert",
            args={
                "that": [f"({_NOW}.stdout | default('')).startswith('running')"],
                "fail_msg": f"{{{{ {_NOW}.stdout }}}} {{{{ {lines} }}}}",
                "quiet": True,
            },
            verb="none",
            probe=True,
            needs=(fact("container", name),),
            root=False,
        ),
    )


def _asked(title: str, argv: list[str], into: str, name: str) -> Task:
    """A look of a probe: goes where that goes, and never fails."""
    asked = asking(title, {"argv": argv}, into)
    return replace(asked, probe=True, needs=(fact("container", name),), root=False)


def fact(noun: Noun, name: str) -> str:
    """What holds after a task that makes the thing."""
    return f"{noun}:{name}"


def halted(name: str) -> str:
    """What holds after a task that ends the container *name*, until one that runs it."""
    return f"halted:{name}"


def rootless(task: Task) -> Task:
    """*task* as the user who connects."""
    return replace(task, root=False)
