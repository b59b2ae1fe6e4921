"""Collect how hosts are: processor, memory, disks, busiest processes, the system log's end.

Called by ``understand`` (fields) and ``compose`` (tasks). Nothing on a host
changes. What is collected is one report for
each host, see ``targets.ansible.reports``. Programs' arguments are left out: they may hold secrets.
"""

from typing import Annotated

from msgspec import Meta

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible.collecting import (
    content_of,
    file_read,
    lines_of,
    program_asked,
    report_task,
)
from kiki.targets.ansible.tasks import SEEN, Task

RISK: Risk = "medium"
_PSEUDO = ("tmpfs", "devtmpfs", "squashfs", "efivarfs")
_LOGS = ["/var/log/syslog", "/var/log/messages"]


class Fields(Record, frozen=True):
    """How many *processes* and *lines* of the log; none of them with 0."""

    processes: Annotated[int, Meta(ge=0, le=50)] = 5
    lines: Annotated[int, Meta(ge=0, le=1000)] = 200


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """The tasks that read, and the one that makes a report of what they read."""
    return (
        file_read("processor times", "stat", "/proc/stat"),
        file_read("load", "load", "/proc/loadavg"),
        file_read("memory", "memory", "/proc/meminfo"),
        program_asked("disks", "disks", ["df", "-P", "-l", "-T", *_without(_PSEUDO)]),
        *_processes(fields.processes),
        *_log(fields.lines),
        file_read("processor times again", "later", "/proc/stat"),
        _report(fields),
    )


def _without(types: tuple[str, ...]) -> list[str]:
    return [word for name in types for word in ("-x", name)]


def _processes(count: int) -> tuple[Task, ...]:
    columns = "pid=,user:32=,pcpu=,pmem=,comm="
    command = ["ps", "-e", "-o", columns, "--sort=-pcpu"]
    return (program_asked("processes", "processes", command),) if count else ()


def _log(lines: int) -> tuple[Task, ...]:
    """The journal's end, or that of the file where a system keeps it without a journal."""
    if not lines:
        return ()
    asked = ["journalctl", "--no-pager", "--quiet", "--output=short-iso", f"--lines={lines}"]
    missing = f"{SEEN}journal.stdout_lines | default([]) | length == 0"
    return (
        program_asked("the journal", "journal", asked),
        program_asked("the log file", "log", ["tail", "-q", "-n", str(lines), *_LOGS], (missing,)),
    )


def _report(fields: Fields) -> Task:
    found = {name: content_of(name) for name in ("stat", "later", "load", "memory")}
    found |= {"disks": lines_of("disks")}
    if fields.processes:
        found["processes"] = lines_of("processes", f"[:{fields.processes}]")
    if fields.lines:
        journal, log = f"{SEEN}journal", f"{SEEN}log"
        either = f"{journal}.stdout_lines | default([]) or {log}.stdout_lines | default([])"
        found["log"] = f"{{{{ ({either})[-{fields.lines}:] }}}}"
    title = f"Report the health ({fields.processes} processes, {fields.lines} lines of the log)"
    return report_task(title, found)
