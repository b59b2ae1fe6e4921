"""Have systemd run a container, now and at boot, by a Quadlet unit.

Called by ``understand`` (fields) and ``compose`` (tasks). It is root's: the unit is one of the
host.
"""

import shlex
from typing import Literal

from msgspec.structs import replace

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible.files import file_task, stopping
from kiki.targets.ansible.quadlets import read_again, running
from kiki.targets.ansible.tasks import FOUND, Task
from kiki.targets.podman.fields import (
    Assignment,
    Image,
    Mounted,
    Name,
    OptionalName,
    Published,
    User,
    Words,
    check_published,
    host_paths,
)
from kiki.targets.podman.quadlets import folder_task, nobody_else, path_of, started, unit

RISK: Risk = "high"


class Fields(Record, frozen=True):
    """As of ``container_run``; *restart* is systemd's."""

    name: Name
    image: Image
    ports: tuple[Published, ...] = ()
    volumes: tuple[Mounted, ...] = ()
    environment: tuple[Assignment, ...] = ()
    secrets: tuple[Name, ...] = ()
    restart: Literal["no", "on-failure", "always"] = "always"
    command: Words = ""
    network: OptionalName = ""
    user: User = ""

    def __post_init__(self) -> None:
        """ValueError for a number that is no port, and for a quote that does not end."""
        check_published(self.ports)
        shlex.split(self.command)


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """Looks at podman's version and at who has the name, the unit, and its service started, or
    started anew where the unit changed."""
    path = path_of(fields.name)
    asked = Task(
        name="Ask podman for its version",
        module="ansible.builtin.command",
        args={"argv": ["podman", "--version"]},
        verb="none",
        still=True,
        register=True,
    )
    test = f"{FOUND}.stdout | default('') | split | last is version('4.4', '>=')"
    fail = "Podman before 4.4 knows no Quadlet units"
    written = file_task(path, unit(fields), {"mode": "0644"})
    return (
        asked,
        stopping("Check that podman knows Quadlet units", test, fail),
        *nobody_else(fields.name),
        folder_task(),
        *running(path),
        replace(written, writes=(path, *host_paths(fields.volumes))),
        *read_again(path, told=True),
        *started(fields.name, ensured),
    )
