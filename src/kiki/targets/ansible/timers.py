"""Timers of systemd: what they are called, their times as systemd.time(7) has them, their units.

Called by the operations on timers. Times come as crontab(5) has them, so that the same words mean
the same for cron and for a timer.
"""

import hashlib
import re
from collections.abc import Iterator

from kiki.targets.ansible.cron import times_of

_DAYS = ("Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat")
_SPANS = {"minute": (0, 59), "hour": (0, 23), "day": (1, 31), "month": (1, 12)}
_NAMED = {"hourly": "0 * * * *", "daily": "0 0 * * *", "weekly": "0 0 * * 0",
          "monthly": "0 0 1 * *", "yearly": "0 0 1 1 *", "annually": "0 0 1 1 *"}  # fmt: skip


def name_of(name: str, command: str) -> str:
    """*name*, or one made of the command's program and a sum of the command."""
    if name:
        return name
    program = command.split()[0].rpartition("/")[2].lstrip(".").partition(".")[0]
    digest = hashlib.sha256(command.encode()).hexdigest()[:8]
    return f"{re.sub(r'[^A-Za-z0-9_-]', '-', program)[:40].strip('-_') or 'job'}-{digest}"


def calendar_of(schedule: str) -> tuple[str, ...]:
    """The values of ``OnCalendar=`` for *schedule*: two where cron runs on days of the month and on
    days of the week. ValueError for times that there are not, and for ``@reboot``."""
    if schedule == "@reboot":
        raise ValueError("a timer runs at times, and not when the host boots")
    plain = _NAMED[schedule[1:]] if schedule.startswith("@") else schedule
    times_of(plain)
    minute, hour, day, month, weekday = plain.split(" ")
    days, dates = _weekdays(weekday), f"*-{_plain('month', month)}-{_plain('day', day)}"
    clock = f"{_plain('hour', hour, pad=True)}:{_plain('minute', minute, pad=True)}:00"
    if days and not day.startswith("*") and not weekday.startswith("*"):
        any_date = f"*-{_plain('month', month)}-*"
        return f"{days} {any_date} {clock}", f"{dates} {clock}"
    return (f"{days} {dates} {clock}".lstrip(),)


def _plain(field: str, text: str, *, pad: bool = False) -> str:
    """A list of numbers, ranges and steps in systemd's words."""
    return ",".join(_part(part, *_SPANS[field], pad=pad) for part in text.split(","))


def _part(text: str, lowest: int, highest: int, *, pad: bool) -> str:
    """A step without an end is written out: systemd takes none that is never reached."""
    numbers, _, step = text.partition("/")
    first, _, last = numbers.partition("-")
    width = 2 if pad else 1
    if first == "*":
        return f"{lowest}/{step}" if step and int(step) > 1 else "*"
    if step and not last:
        stepped = range(int(first), highest + 1, int(step))
        return ",".join(f"{number:0{width}}" for number in stepped)
    start = f"{int(first):0{width}}"
    found = f"{start}..{int(last):0{width}}" if last else start
    return f"{found}/{step}" if step else found


def _weekdays(text: str) -> str:
    """The days by their names; empty for every day."""
    if text in ("*", "*/1"):
        return ""
    chosen = {day for part in text.lower().split(",") for day in _days(part)}
    return ",".join(_DAYS[day] for day in sorted(chosen))


def _days(part: str) -> Iterator[int]:
    """The days of one part of a list; Sunday is 0, and 7 where it ends a range."""
    numbers, _, step = part.partition("/")
    first, _, last = numbers.partition("-")
    if first == "*":
        return iter(range(0, 7, int(step or 1)))
    start = _day(first)
    end = _day(last) if last else (7 if step else start)
    end = 7 if last == "sun" and start else end
    return (day % 7 for day in range(start, end + 1, int(step or 1)))


def _day(text: str) -> int:
    return int(text) if text.isdigit() else [day.lower() for day in _DAYS].index(text)


def service_text(name: str, command: str, user: str) -> str:
    """The unit that the timer starts; a percent sign is a character of the command."""
    lines = [
        "[Unit]",
        f"Description={name}",
        "",
        "[Service]",
        "Type=oneshot",
        f"ExecStart={command.replace('%', '%%')}",
        *([f"User={user}"] if user else []),
    ]
    return "\n".join(lines) + "\n"


def timer_text(name: str, schedule: str, *, persistent: bool) -> str:
    """The timer; to the second, as systemd else waits up to a minute."""
    lines = [
        "[Unit]",
        f"Description=When {name} runs",
        "",
        "[Timer]",
        *(f"OnCalendar={each}" for each in calendar_of(schedule)),
        "AccuracySec=1s",
        *(["Persistent=true"] if persistent else []),
        "",
        "[Install]",
        "WantedBy=timers.target",
    ]
    return "\n".join(lines) + "\n"
