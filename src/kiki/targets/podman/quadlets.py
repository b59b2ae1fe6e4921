"""The text of a Quadlet unit for a container.

Called by ``container_service``. Source: podman-systemd.unit(5).
"""

import shlex
from typing import Any

from kiki.targets.ansible.files import directory_task
from kiki.targets.ansible.tasks import Task
from kiki.targets.ansible.units import quoted

FOLDER = "/etc/containers/systemd"


def folder_task() -> Task:
    """The folder that podman's generator reads."""
    return directory_task(FOLDER, {"mode": "0755"})


def unit(fields: Any) -> str:
    """The unit for *fields* of ``container_service``; ``%`` would be systemd's."""
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
        *(f"Environment={quoted(pair)}" for pair in fields.environment),
        *(f"Secret={name}" for name in fields.secrets),
        *([f"Network={fields.network}"] if fields.network else []),
        *([f"User={fields.user}"] if fields.user else []),
        *([f"Exec={_plain(shlex.join(shlex.split(fields.command)))}"] if fields.command else []),
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
    return text.replace("%", "%%")
