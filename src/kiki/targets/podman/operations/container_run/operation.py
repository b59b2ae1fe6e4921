"""Run a container, and have it run as said.

Called by ``understand`` (fields) and ``compose`` (tasks). A container of this name that is
otherwise is replaced; one that is as said and stopped is started.
"""

import shlex
from typing import Any

from msgspec.structs import replace

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible import probes
from kiki.targets.ansible.tasks import Before, Reverse, Task
from kiki.targets.podman.acting import module, podman
from kiki.targets.podman.environments import hidden, kept, option, plain
from kiki.targets.podman.fields import (
    Cpus,
    Given,
    Image,
    Mounted,
    Name,
    OptionalName,
    Published,
    Restart,
    Size,
    User,
    Words,
    check_published,
    host_paths,
)
from kiki.targets.podman.images import CHECK, PULLED, is_own, pulled
from kiki.targets.podman.looks import container_runs, fact, halted, inspecting, was_there

RISK: Risk = "medium"


class Fields(Record, frozen=True):
    """*ports* are ``host:container``, *volumes* ``volume-or-path:path``, *environment*
    ``NAME=value``, where ``{{secret:NAME}}`` in a value is a secret of Kiki; *secrets* are names of
    secrets that podman has. *command* and *health* are divided into words as a shell does, and run
    without one."""

    name: Name
    image: Image
    ports: tuple[Published, ...] = ()
    volumes: tuple[Mounted, ...] = ()
    environment: tuple[Given, ...] = ()
    secrets: tuple[Name, ...] = ()
    restart: Restart = "no"
    memory: Size = ""
    cpus: Cpus = ""
    command: Words = ""
    health: Words = ""
    network: OptionalName = ""
    pod: OptionalName = ""
    user: User = ""
    remove: bool = False

    def __post_init__(self) -> None:
        """ValueError for what podman itself refuses."""
        check_published(self.ports)
        if self.pod and (self.ports or self.network):
            raise ValueError("a container in a pod has the pod's ports and network")
        if self.remove and self.restart not in ("no", "on-failure"):
            raise ValueError("a container that goes when it ends can't be restarted")
        hidden(self.name, self.environment)
        for text in (self.command, self.health):
            shlex.split(text)


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """The image, the container, and probes: it runs, its ports answer, it says that it is well."""
    here = fact("container", fields.name)
    ports = (
        port.partition("/")[0] for port in fields.ports if not port.endswith(("/udp", "/sctp"))
    )
    asked = [probes.port_answers(int(port.split(":")[-2]), here) for port in ports]
    if fields.health:
        asked.append(_well(fields.name))
    return (
        *pulled(fields.image, ensured),
        *kept(fields.name, hidden(fields.name, fields.environment)),
        _container(fields, ensured),
        *container_runs(fields.name),
        *asked,
    )


def _container(fields: Fields, ensured: frozenset[str]) -> Task:
    name, here = fields.name, fact("container", fields.name)
    look = Task(
        name=f"Look for container {name}",
        module="ansible.builtin.command",
        args={"argv": inspecting("container", name)},
        verb="none",
        root=False,
    )
    back = {"names": [name]}
    return module(
        f"Run container {name}",
        "podman_container",
        {
            "name": name,
            "image": fields.image,
            "state": "started",
            **_pull(fields.image, ensured),
            **_args(fields),
        },
        "update",
        needs=tuple(_needed(fields)),
        ensures=frozenset((here, f"running:{name}")),
        breaks=frozenset((halted(name),)),
        writes=host_paths(fields.volumes),
        before=Before(looks=(look,), read=was_there),
        reverses=(
            Reverse(
                kind="exact",
                operation="podman.container_remove",
                fields={**back, "force": True},
                only=("create",),
            ),
            Reverse(kind="exact", operation="podman.container_stop", fields=back, only=("update",)),
        ),
    )


def _pull(image: str, ensured: frozenset[str]) -> dict[str, str]:
    """The module would fetch in check mode, too, what is not there yet. Where the image is there
    nothing is said: a container that somebody made without ``--pull`` would be another one."""
    if fact("image", image) in ensured:
        return {"pull": f"{{{{ 'never' if {CHECK} else omit }}}}"}
    if is_own(image):
        return {}
    return {"pull": f"{{{{ 'never' if {CHECK} and {PULLED} is changed else omit }}}}"}


def _args(fields: Fields) -> dict[str, Any]:
    """The module's arguments for what was said; what was not is podman's own default."""
    args = {
        "publish": list(fields.ports),
        "volume": list(fields.volumes),
        "env": plain(fields.environment),
        "secrets": [*fields.secrets, *map(option, hidden(fields.name, fields.environment))],
        "restart_policy": fields.restart if fields.restart != "no" else "",
        "memory": fields.memory,
        "cpus": fields.cpus,
        "command": shlex.split(fields.command),
        "healthcheck": fields.health,
        "network": [fields.network] if fields.network else [],
        "pod": fields.pod,
        "user": fields.user,
        "rm": fields.remove,
    }
    return {key: value for key, value in args.items() if value}


def _needed(fields: Fields) -> list[str]:
    """What an earlier task of the play may bring."""
    mounted = (mount.partition(":")[0] for mount in fields.volumes)
    found = [fact("image", fields.image)]
    found += [f"path:{one}" if one.startswith("/") else fact("volume", one) for one in mounted]
    found += [fact("secret", name) for name in fields.secrets]
    own = hidden(fields.name, fields.environment)
    found += [fact("secret", one.secret) for one in own]
    found += [fact("network", fields.network)] if fields.network else []
    return found + ([fact("pod", fields.pod)] if fields.pod else [])


def _well(name: str) -> Task:
    asked = podman(f"Probe: container {name} is healthy", ["healthcheck", "run", name], "none")
    args = {"argv": asked.args["argv"]}
    return replace(asked, args=args, probe=True, tries=3, needs=(fact("container", name),))
