"""Jobs of cron: what they are called, and their times as Ansible's module takes them.

Called by the operations on cron. The module finds a job by a comment above it, ``#Ansible: NAME``;
so the same command of the same user has the same name every time.
"""

import hashlib
import re
from collections.abc import Callable

from kiki.targets.ansible.tasks import BEFORE, Before, Found, Task, Was

# crontab(5): the lowest and highest number of each field
_LIMITS = {"minute": (0, 59), "hour": (0, 23), "day": (1, 31), "month": (1, 12), "weekday": (0, 7)}


def name_of(name: str, job: str, user: str) -> str:
    """*name*, or one made of the command's program and a sum of command and user."""
    if name:
        return name
    program = re.sub(r"[^A-Za-z0-9._-]", "-", job.split()[0].rpartition("/")[2])[:40].strip("-.")
    digest = hashlib.sha256(f"{user}\n{job}".encode()).hexdigest()[:8]
    return f"{program or 'job'}-{digest}"


def times_of(schedule: str) -> dict[str, str]:
    """The module's arguments for *schedule*, without what is ``*``; ValueError for a number that
    its field can't have."""
    if schedule.startswith("@"):
        return {"special_time": schedule[1:]}
    fields = dict(zip(_LIMITS, schedule.split(" "), strict=True))
    for name, text in fields.items():
        low, high = _LIMITS[name]
        plain = re.sub(r"/\d+", "", text)
        if any(not low <= int(number) <= high for number in re.findall(r"\d+", plain)):
            raise ValueError(f"{text} can't be the {name} of a schedule: {low} to {high}")
        if re.search(r"/0+(?!\d)", text):
            raise ValueError(f"{text} can't be the {name} of a schedule: a step of nothing")
    return {name: text for name, text in fields.items() if text != "*"} or {"minute": "*"}


def before(name: str, user: str) -> Before:
    """A look at *user*'s crontab: the job called *name*, for ``cron_add`` to bring it back."""
    look = Task(
        name=f"Look at the crontab of {user}",
        module="ansible.builtin.command",
        args={"argv": ["crontab", "-l", "-u", user]},
        verb="none",
        into=BEFORE,
    )
    return Before(looks=(look,), read=_reader(name))


def _reader(name: str) -> Callable[[tuple[Found, ...]], Was]:
    def read(found: tuple[Found, ...]) -> Was:
        """crontab ends with 1 for a user that has none."""
        if found[0].kept.get("rc") not in (0, 1):
            return Was(unread="ansible.before_not_seen")
        lines = str(found[0].kept.get("stdout", "")).split("\n")
        mark = f"#Ansible: {name}"
        if mark not in lines[:-1]:
            return Was(verb="create")
        return _job(lines[lines.index(mark) + 1])

    return read


def _job(line: str) -> Was:
    """*line* as the fields of ``cron_add``; one that is switched off is none."""
    parts = line.split(" ", 1 if line.startswith("@") else 5)
    if line.startswith("#") or len(parts) not in (2, 6):
        return Was(unread="ansible.before_cron")
    schedule, job = " ".join(parts[:-1]), parts[-1].replace("\\%", "%")
    return Was(values={"schedule": schedule, "job": job})
