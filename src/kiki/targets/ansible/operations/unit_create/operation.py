"""Make a program a service of systemd.

Called by ``understand`` (fields) and ``compose`` (tasks). The unit is written and systemd is told;
starting it, and starting it at boot, are operations of their own.
"""

from typing import Literal

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible.accounts import account_checks
from kiki.targets.ansible.fields import Assignment, Command, OptionalPath, Owner, UnitName
from kiki.targets.ansible.files import reloading
from kiki.targets.ansible.tasks import Task
from kiki.targets.ansible.units import path_of, quoted, unit_task

RISK: Risk = "high"


class Fields(Record, frozen=True):
    """*command* is run without a shell, as *user* (root when empty) and in *folder*, with the
    variables of *environment* (``NAME=value``)."""

    name: UnitName
    command: Command
    description: str = ""
    user: Owner = ""
    folder: OptionalPath = ""
    restart: Literal["no", "on-failure", "always"] = "on-failure"
    environment: tuple[Assignment, ...] = ()

    def __post_init__(self) -> None:
        """ValueError for a description that would be more than one line."""
        if any(ord(char) < 32 for char in self.description) or self.description.endswith("\\"):
            raise ValueError("a description is one line of text")


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """A look for the user, the unit, and systemd reads it."""
    return (
        *account_checks("user", (fields.user,), ensured),
        unit_task(fields.name, "service", _text(fields)),
        *reloading(path_of(fields.name)),
    )


def _text(fields: Fields) -> str:
    lines = [
        "[Unit]",
        f"Description={(fields.description or fields.name).replace('%', '%%')}",
        "Wants=network-online.target",
        "After=network-online.target",
        "",
        "[Service]",
        f"ExecStart={fields.command}",
        *([f"User={fields.user}"] if fields.user else []),
        *([f"WorkingDirectory={fields.folder}"] if fields.folder else []),
        *(f"Environment={quoted(one)}" for one in fields.environment),
        f"Restart={fields.restart}",
        *(["RestartSec=5"] if fields.restart != "no" else []),
        "",
        "[Install]",
        "WantedBy=multi-user.target",
    ]
    return "\n".join(lines) + "\n"
