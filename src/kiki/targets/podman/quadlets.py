"""A Quadlet unit for a container: its text, and the tasks about the service that it becomes.

Called by ``container_service``. Source: podman-systemd.unit(5), systemd.syntax(7); what is quoted
how was tried with podman 5.4 and systemd 257.
"""

import shlex
from typing import Any

from msgspec.structs import replace

from kiki.targets.ansible import services
from kiki.targets.ansible.files import QUADLETS, asking, directory_task, stopping
from kiki.targets.ansible.quadlets import RESTARTED, service_of, whose
from kiki.targets.ansible.tasks import FOUND, SEEN, Task
from kiki.targets.ansible.units import GENERATOR, quoted
from kiki.targets.podman.looks import MISSING, fact

_STARTED, _SAID, _REFUSED = f"{SEEN}started", f"{SEEN}said", f"{SEEN}refused"
_LINES = 5  # of what podman and the container said, when it does not start
_JOURNAL = ("journalctl", "--no-pager", "--quiet", "--output=cat")
_LABEL = '{% raw %}{{index .Config.Labels "PODMAN_SYSTEMD_UNIT"}}{% endraw %}'


def path_of(name: str) -> str:
    """The file of the unit for the container *name*."""
    return f"{QUADLETS}/{name}.container"


def folder_task() -> Task:
    """The folder that podman's generator reads."""
    return directory_task(QUADLETS, {"mode": "0755"})


def unit(fields: Any) -> str:
    """The unit for *fields* of ``container_service``."""
    lines = [
        "[Unit]",
        f"Description={fields.name} (container)",
        "Wants=network-online.target",
        "After=network-online.target",
        "",
        "[Container]",
        f"ContainerName={fields.name}",
        f"Image={fields.image}",
        *(f"PublishPort={port}" for port in fields.ports),
        *(f"Volume={_plain(mount)}" for mount in fields.volumes),
        *(f"Environment={_word(pair)}" for pair in fields.environment),
        *(f"Secret={name}" for name in fields.secrets),
        *([f"Network={fields.network}"] if fields.network else []),
        *([f"User={fields.user}"] if fields.user else []),
        *([f"Exec={_words(fields.command)}"] if fields.command else []),
        "",
        "[Service]",
        f"Restart={fields.restart}",
        "TimeoutStartSec=900",
        "",
        "[Install]",
        "WantedBy=multi-user.target",
    ]
    return "\n".join(lines) + "\n"


def _plain(text: str) -> str:
    """Podman makes a command line of it that systemd reads: ``%`` and ``$`` would be systemd's."""
    return text.replace("%", "%%").replace("$", "$$")


def _word(text: str) -> str:
    """One word where there may be several, in systemd's quotes, which podman keeps."""
    return quoted(text).replace("$", "$$")


def _words(command: str) -> str:
    """A shell's single quotes would not do: systemd reads backslashes in them."""
    words = shlex.split(command)
    return " ".join(word if shlex.quote(word) == word else _word(word) for word in words)


def nobody_else(name: str) -> tuple[Task, ...]:
    """The play stops where the host has a service of this name that is not of our unit, which would
    hide it, or a container, which podman would replace."""
    path = path_of(name)
    service = service_of(path)
    free = f"'Loaded: loaded' not in {FOUND}.stdout | default('')"
    ours = f"'({path};' in {FOUND}.stdout | default('')"
    fail = f"{service} is here already and is not of {path}; give the container another name"
    look = ["podman", "container", "inspect", "--format", _LABEL, name]
    other = f"Container {name} is here already and is not of {service}; remove it first"
    return (
        whose(service),
        stopping(f"Check that {service} is nobody else's", f"{free}\nor {ours}", fail),
        asking(f"Look at container {name}", {"argv": look}),
        stopping(
            f"Check that container {name} is nobody else's",
            f"{MISSING} or {FOUND}.stdout == '{service}'",
            other,
            (fact("container", name),),
        ),
    )


def started(name: str, ensured: frozenset[str]) -> tuple[Task, ...]:
    """The service runs. Where it does not, podman's own words tell why: systemd knows only that it
    failed, and of a unit that podman's generator refuses, only that there is none."""
    service = service_of(path_of(name))
    start, *probes = services.bring("start", (service,), ensured)
    told = [f"{one}.msg | default('')" for one in (RESTARTED, _STARTED)]  # nothing but a failure
    failing = (f"not ansible_check_mode and ({' ~ '.join(told)}) != ''",)
    said = [*_JOURNAL, f"--lines={_LINES}", f"--identifier={name}"]
    refused = f"{_REFUSED}.stderr_lines | select('search', 'converting .{name}.container') | list"
    instead = f"default({' ~ '.join(told)}, true)"
    lines = f"({refused}\n+ {_SAID}.stdout_lines) | unique | join('; ')\n| {instead}"
    return (
        replace(
            start,
            args={"name": service, "state": "started"},
            each=(),  # of a loop, as a role has it, something is always said
            var="",
            into=_STARTED,
            fails=("ansible_check_mode", f"{_STARTED}.failed | default(false)"),
        ),
        replace(asking(f"See what {name} said", {"argv": said}, _SAID), when=failing),
        replace(
            asking("See which units podman refuses", {"argv": [GENERATOR, "--dryrun"]}, _REFUSED),
            when=failing,
        ),
        replace(
            stopping(f"Check that {service} started", "false", f"{service}: {{{{ {lines} }}}}"),
            when=failing,
        ),
        *probes,
    )
