"""Tasks that collect what hosts report: reads that never fail a host, and the report of them.

Called by the operations that report or answer. Nothing is read in check mode: a plan reads nothing.
"""

from typing import Any

from kiki.model.records import digest
from kiki.targets.ansible.tasks import APPLYING, REPORT, SEEN, Reverse, Task

_ENGLISH = ["env", "LC_ALL=C"]


def file_read(what: str, name: str, path: str) -> Task:
    """A task that reads the file at *path* for ``content_of(name)``; *what* it is, in its title."""
    return _look(what, name, "ansible.builtin.slurp", {"src": path})


def program_asked(what: str, name: str, argv: list[str], when: tuple[str, ...] = ()) -> Task:
    """A task that runs *argv* for ``lines_of(name)``."""
    return _look(what, name, "ansible.builtin.command", {"argv": [*_ENGLISH, *argv]}, when)


def _look(
    what: str, name: str, module: str, args: dict[str, Any], when: tuple[str, ...] = ()
) -> Task:
    """A task that reads, never fails the host, and is left out in check mode: a plan reads
    nothing."""
    return Task(
        name=f"Read {what}",
        module=module,
        args=args,
        verb="none",
        acts=True,
        still=True,
        into=f"{SEEN}{name}",
        when=(APPLYING, *when),
        fails=("false",),
    )


def report_task(title: str, found: dict[str, Any]) -> Task:
    """The task that hands *found* on as the host's report."""
    return Task(
        name=title,
        module="ansible.builtin.set_fact",
        args={REPORT: found},
        verb="run",
        acts=True,
        report=True,
        reverses=(Reverse(kind="impossible", reason="ansible.undo_acted"),),
    )


def answer_task(title: str, kind: str, fields: Any, found: Any) -> Task:
    """The task that hands *found* on for the answer of one operation; ``answers.Heard.found`` has
    it again."""
    return report_task(title, {report_key(kind, fields): found})


def report_key(kind: str, fields: Any) -> str:
    """Under what a host's report has what was found for an operation: two of one kind differ."""
    return f"{kind}-{digest(fields).partition(':')[2][:12]}"


def content_of(name: str) -> str:
    """The text of a file that was read; empty where it was not."""
    return f"{{{{ {SEEN}{name}.content | default('') | b64decode }}}}"


def lines_of(name: str, part: str = "") -> str:
    """The lines that a program said; *part* is a slice of them."""
    found = f"({SEEN}{name}.stdout_lines | default([]))"
    return f"{{{{ {found}{part} }}}}"
