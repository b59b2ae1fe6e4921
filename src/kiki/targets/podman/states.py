"""Tasks that bring containers and pods that are there into a state.

Called by the operations. Each first looks at the thing: podman itself starts what runs without a
word, and its module calls that a change.
"""

from typing import Any, Literal

from kiki.targets.ansible.tasks import Reverse, Task
from kiki.targets.podman.acting import module, podman
from kiki.targets.podman.looks import STATE, container_runs, fact, halted, pod_runs, there

Held = Literal["container", "pod"]
RUNNING: dict[Held, str] = {"container": "running", "pod": "Running"}


def started(noun: Held, name: str, ensured: frozenset[str]) -> tuple[Task, ...]:
    """It runs."""
    task = _task(
        f"Start {noun} {name}",
        noun,
        name,
        "start",
        when=(f"{STATE} != '{RUNNING[noun]}'",),
        needs=(fact(noun, name),),
        breaks=frozenset((halted(name),)),
        reverses=(_exact(f"{noun}_stop", name),),
    )
    runs = container_runs(name) if noun == "container" else (pod_runs(name),)
    return (*there(noun, name, ensured), task, *runs)


def stopped(noun: Held, name: str, ensured: frozenset[str]) -> tuple[Task, ...]:
    """It does not run. Of a pod, which may be degraded, nothing in it does."""
    running = (
        f"{STATE} == 'running'" if noun == "container" else f"{STATE} in ['Running', 'Degraded']"
    )
    task = _task(
        f"Stop {noun} {name}",
        noun,
        name,
        "stop",
        when=(running,),
        needs=(fact(noun, name),),
        ensures=frozenset((halted(name),)) if noun == "container" else frozenset(),
        breaks=frozenset((f"running:{name}",)),
        reverses=(_exact(f"{noun}_start", name),),
    )
    return (*there(noun, name, ensured), task)


def restarted(name: str, ensured: frozenset[str]) -> tuple[Task, ...]:
    """It is stopped and runs again."""
    task = module(
        f"Restart container {name}",
        "podman_container",
        {"name": name, "state": "started", "force_restart": True},
        "run",
        needs=(fact("container", name),),
        breaks=frozenset((halted(name),)),
        reverses=(Reverse(kind="impossible", reason="ansible.undo_acted"),),
        acts=True,
    )
    return (*there("container", name, ensured), task, *container_runs(name))


def turned(
    title: str, words: tuple[str, ...], name: str, only: str, back: str, ensured: frozenset[str]
) -> tuple[Task, ...]:
    """A container in the state *only* is brought out of it by the command *words*; *back* is the
    operation that brings it there again."""
    task = podman(
        f"{title} container {name}",
        [*words, name],
        "update",
        when=(f"{STATE} == '{only}'",),
        needs=(fact("container", name),),
        breaks=frozenset((halted(name),)),
        reverses=(_exact(back, name),),
    )
    return (*there("container", name, ensured), task)


def _task(title: str, noun: Held, name: str, word: str, **more: Any) -> Task:
    """The module for containers; for pods, whose module knows no check mode, the command."""
    if noun == "pod":
        return podman(title, ["pod", word, name], "update", **more)
    state = {"start": "started", "stop": "stopped"}[word]
    return module(title, "podman_container", {"name": name, "state": state}, "update", **more)


def _exact(operation: str, name: str) -> Reverse:
    return Reverse(kind="exact", operation=f"podman.{operation}", fields={"names": [name]})
