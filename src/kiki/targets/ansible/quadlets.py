"""Quadlet units: files of which podman's generator makes services whenever systemd reads its units.

Called by podman's ``container_service``, and by the operations that remove files or bring them
back. Source: podman-systemd.unit(5); what a service does when its file changes was seen with podman
5.4 and systemd 257.
"""

from msgspec.structs import replace

from kiki.targets.ansible.files import QUADLETS, asking, units_read
from kiki.targets.ansible.tasks import APPLYING, SEEN, Task

RESTARTED = f"{SEEN}restarted"
"""The result of the task that starts a service anew."""

_STATE = f"{SEEN}state"


def service_of(path: str) -> str:
    """The service of the container's unit at *path*; empty for any other file."""
    folder, _, name = path.rpartition("/")
    return name.removesuffix(".container") + ".service" if _is_unit(folder, name) else ""


def _is_unit(folder: str, name: str) -> bool:
    return folder == QUADLETS and name.endswith(".container") and name != ".container"


def running(path: str) -> tuple[Task, ...]:
    """A look, before the unit at *path* changes, at whether a container of it runs, or is about to
    be tried again. A role's follow-ups come all at once: none of them may wait for a look."""
    service = service_of(path)
    if not service:
        return ()
    return (asking(f"See whether {service} runs", {"argv": _status(service)}, _STATE),)


def read_again(path: str, *, told: bool = False) -> tuple[Task, ...]:
    """systemd reads the unit at *path* after it changed, and what ``running`` saw run is started
    anew: it would go on as it was. *told*: that it did not start is for a later task to say."""
    service = service_of(path)
    if not service:
        return ()
    return (
        units_read(path),
        Task(
            name=f"Restart {service}",
            module="ansible.builtin.systemd_service",
            args={"name": service, "state": "restarted"},
            verb="run",
            acts=True,
            follows=(f"path:{path}",),
            when=(f"'Active: activ' in {_STATE}.stdout | default('')",),
            into=RESTARTED if told else "",
            register=told,
            fails=("false",) if told else (),
        ),
    )


def forgotten(path: str) -> tuple[Task, ...]:
    """systemd forgets the service of the unit at *path*, which was removed, and that it failed: one
    that was ended by a signal did."""
    service = service_of(path)
    if not service:
        return ()
    forget = asking(
        f"Have systemd forget {service}", {"argv": ["systemctl", "reset-failed", service]}
    )
    return units_read(path), replace(forget, when=(APPLYING,))


def _status(service: str) -> list[str]:
    return ["systemctl", "status", "--no-pager", "--lines=0", service]


def whose(service: str) -> Task:
    """A look at where the service comes from."""
    return asking(f"See whether there is a service {service}", {"argv": _status(service)})
