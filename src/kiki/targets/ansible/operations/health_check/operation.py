"""Collect how hosts are: processor, memory, disks, busiest processes, the system log's end.

Called by ``understand`` (fields) and ``compose`` (tasks). Nothing on a host
changes, and before somebody has approved it nothing is read. What is collected is one report for
each host, see ``targets.ansible.reports``. Programs' arguments are left out: they may hold secrets.
"""

from typing import Annotated, Any

from msgspec import Meta

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible.tasks import APPLYING, REPORT, SEEN, Reverse, Task

RISK: Risk = "medium"
_ENGLISH = ["env", "LC_ALL=C"]
_PSEUDO = ("tmpfs", "devtmpfs", "squashfs", "efivarfs")
_LOGS = ["/var/log/syslog", "/var/log/messages"]


class Fields(Record, frozen=True):
    """How many *processes* and *lines* of the log; none of them with 0."""

    processes: Annotated[int, Meta(ge=0, le=50)] = 5
    lines: Annotated[int, Meta(ge=0, le=1000)] = 200


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """The tasks that read, and the one that makes a report of what they read."""
    return (
        _file("processor times", "stat", "/proc/stat"),
        _file("load", "load", "/proc/loadavg"),
        _file("memory", "memory", "/proc/meminfo"),
        _program("disks", "disks", ["df", "-P", "-l", "-T", *_without(_PSEUDO)]),
        *_processes(fields.processes),
        *_log(fields.lines),
        _file("processor times again", "later", "/proc/stat"),
        _report(fields),
    )


def _without(types: tuple[str, ...]) -> list[str]:
    return [word for name in types for word in ("-x", name)]


def _processes(count: int) -> tuple[Task, ...]:
    columns = "pid=,user:32=,pcpu=,pmem=,comm="
    command = ["ps", "-e", "-o", columns, "--sort=-pcpu"]
    return (_program("processes", "processes", command),) if count else ()


def _log(lines: int) -> tuple[Task, ...]:
    """The journal's end, or that of the file where a system keeps it without a journal."""
    if not lines:
        return ()
    asked = ["journalctl", "--no-pager", "--quiet", "--output=short-iso", f"--lines={lines}"]
    missing = f"{SEEN}journal.stdout_lines | default([]) | length == 0"
    return (
        _program("the journal", "journal", asked),
        _program("the log file", "log", ["tail", "-q", "-n", str(lines), *_LOGS], (missing,)),
    )


def _file(what: str, name: str, path: str) -> Task:
    return _look(what, name, "ansible.builtin.slurp", {"src": path})


def _program(what: str, name: str, argv: list[str], when: tuple[str, ...] = ()) -> Task:
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


def _report(fields: Fields) -> Task:
    found = {name: _content(name) for name in ("stat", "later", "load", "memory")}
    found |= {"disks": _lines("disks")}
    if fields.processes:
        found["processes"] = _lines("processes", f"[:{fields.processes}]")
    if fields.lines:
        journal, log = f"{SEEN}journal", f"{SEEN}log"
        either = f"{journal}.stdout_lines | default([]) or {log}.stdout_lines | default([])"
        found["log"] = f"{{{{ ({either})[-{fields.lines}:] }}}}"
    return Task(
        name=f"Report the health ({fields.processes} processes, {fields.lines} lines of the log)",
        module="ansible.builtin.set_fact",
        args={REPORT: found},
        verb="run",
        acts=True,
        report=True,
        reverses=(Reverse(kind="impossible", reason="ansible.undo_acted"),),
    )


def _content(name: str) -> str:
    """The text of a file that was read; empty where it was not."""
    return f"{{{{ {SEEN}{name}.content | default('') | b64decode }}}}"


def _lines(name: str, part: str = "") -> str:
    found = f"({SEEN}{name}.stdout_lines | default([]))"
    return f"{{{{ {found}{part} }}}}"
