"""Collect what hosts are: distribution, kernel, processor, memory, addresses.

Called by ``understand`` (fields) and ``compose`` (tasks). Nothing on a host changes. What is
collected is one report for each host, see
``targets.ansible.reports``.
"""

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible.collecting import (
    content_of,
    file_read,
    lines_of,
    program_asked,
    report_task,
)
from kiki.targets.ansible.tasks import Task

RISK: Risk = "low"


class Fields(Record, frozen=True):
    """None."""


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """The tasks that read, and the one that makes a report of what they read."""
    files = ("release", "processors", "memory", "uptime")
    programs = ("kernel", "name", "addresses")
    found = {name: content_of(name) for name in files}
    found |= {name: lines_of(name) for name in programs}
    return (
        file_read("the distribution", "release", "/etc/os-release"),
        file_read("processors", "processors", "/proc/cpuinfo"),
        file_read("memory", "memory", "/proc/meminfo"),
        file_read("uptime", "uptime", "/proc/uptime"),
        program_asked("the kernel", "kernel", ["uname", "-srm"]),
        program_asked("the host's name", "name", ["uname", "-n"]),
        program_asked("addresses", "addresses", ["ip", "-o", "addr", "show", "scope", "global"]),
        report_task("Report what the host is", {"facts": found}),
    )
