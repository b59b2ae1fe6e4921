"""Who is logged in to a registry.

Called by ``registry_login`` and ``registry_logout``.
"""

from kiki.targets.ansible.tasks import FOUND, Task
from kiki.targets.podman.looks import KNOWN

USER = f"{FOUND}.stdout | default('') | trim"
"""The name that ``logged_in`` found; empty where there is none."""


def logged_in(registry: str, *, before: bool = False) -> Task:
    """A task that keeps who is logged in; *before*: for the way back."""
    return Task(
        name=f"See who is logged in to {registry}" + (" before it changes" if before else ""),
        module="ansible.builtin.command",
        args={"argv": ["podman", "login", "--get-login", registry]},
        verb="none",
        still=not before,
        register=not before,
        fails=() if before else (f"{FOUND}.{KNOWN}",),
        root=False,
    )
