"""Finds when something is to run, and gives it as cron writes it: "매일 새벽 3시", "every hour".

Called by ``lexer``; how it is said stands in ``schedule_forms``. A time counts only if all of it is
said: "매일" without an hour is none, nor is a step that does not divide its hour or day ("every 7
minutes"), which cron can't do evenly. What follows the time and says no more ("마다", "에 한 번")
belongs to it. An hour without 오전, 오후, am or pm is one of 24. Nothing is looked for in quotes.
"""

import re
from collections.abc import Iterator
from functools import cache

from kiki.understand import schedule_forms as forms

HINTS = (
    "매", "마다", "간격", "평일", "주말", "하루", "every", "daily", "nightly", "hourly", "weekly",
    "monthly", "each", "* ", "@", "day", "weekend", "month",
)  # fmt: skip
Span = tuple[int, int, str]
_MINUTES, _HOURS, _NOON = 60, 24, 12
_LONGEST_MONTH = 31
_DAYS = ("일", "월", "화", "수", "목", "금", "토")
_EN_NAMES = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
# Korean parts of the day: the hours that one says so, of which 12 and what goes to the next half.
_EARLY = frozenset(("새벽", "오전", "아침"))
_LATE = frozenset(("오후", "저녁"))
# What one calls so, by the hour of 24; "저녁 12시" and "at 4 at night" are nothing that one says.
_PARTS = {
    "새벽": range(8), "아침": range(4, 12), "저녁": range(16, 24), "in the morning": range(1, 12),
    "in the afternoon": range(12, 19), "in the evening": range(16, 24),
}  # fmt: skip
_MORNING, _NIGHTLY = range(12), (*range(17, 24), *range(7))
_AT_NOON = {9: 9, 10: 10, 11: 11, 12: 12} | {hour: hour + _NOON for hour in range(1, 6)}
_AT_NIGHT = {12: 0} | {hour: hour + _NOON for hour in range(6, 12)} | {4: -1, 5: -1}


def spans(message: str) -> tuple[Span, ...]:
    """The times in *message* as (start, end, cron), in order and without overlap."""
    lower = message.lower()
    if not any(hint in lower for hint in HINTS):
        return ()
    blank = re.sub(forms.QUOTED, lambda match: "\0" * len(match[0]), lower)
    found = sorted(_found(blank), key=lambda span: (span[0], -span[1]))
    chosen: list[Span] = []
    for span in found:
        if not chosen or span[0] >= chosen[-1][1]:
            chosen.append(span)
    return tuple(chosen)


def _found(text: str) -> Iterator[Span]:
    for pattern in _patterns():
        for match in pattern.finditer(text):
            cron = _cron_of(match)
            if cron:
                yield match.start(), match.end(), cron


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    before, after = r"(?<![\w*/@.-])", r"(?![\w*/-])"
    korean = [re.compile(rf"{before}{form}(?![가-힣]*\d)") for form in forms.KOREAN]
    english = [re.compile(rf"{before}{form}{after}") for form in forms.ENGLISH]
    return (*english, *korean)


def _cron_of(match: re.Match[str]) -> str:
    """What *match* says, in cron's words; empty where it can't be."""
    said = {key.rstrip("2"): value for key, value in match.groupdict().items() if value}
    if "cron" in said:
        return " ".join(said["cron"].split()) if "*" in said["cron"] else ""
    if "nick" in said:
        return said["nick"]
    if "step" in said or "hours" in said:
        return _steps(said)
    if "at" in said:
        return f"{int(said['at'])} * * * *" if int(said["at"]) < _MINUTES else ""
    clock = _clock(said)
    if clock is None:
        return "0 * * * *" if re.search(r"시|hour", match[0]) else "* * * * *"
    days = _days(said)
    minute, hour = clock
    if hour < 0 or days is None or not _is_then(hour, said.get("daily", "")):
        return ""
    return f"{minute} {hour} {said.get('date', '*')} * {days}" if _is_date(said) else ""


def _is_date(said: dict[str, str]) -> bool:
    """A day that every month has at least in one of them; "the 31st" is left to cron."""
    return 1 <= int(said.get("date", "1")) <= _LONGEST_MONTH


def _steps(said: dict[str, str]) -> str:
    whole, key = (_MINUTES, "step") if "step" in said else (_HOURS, "hours")
    step = int(said[key])
    if step < 1 or step >= whole or whole % step:
        return ""
    every = "*" if step == 1 else f"*/{step}"
    return f"{every} * * * *" if key == "step" else f"0 {every} * * *"


def _clock(said: dict[str, str]) -> tuple[int, int] | None:
    """Minute and hour; None without a time of the day, an hour of -1 for one that there is not."""
    if "noon" in said:
        return 0, (12 if said["noon"] in ("정오", "noon") else 0)
    if "hm" in said:
        hour, minute = (int(part) for part in said["hm"].split(":"))
    elif "h" in said:
        hour, minute = int(said["h"]), int(said.get("m", "0"))
        minute = 30 if said.get("half") == "반" else minute
    else:
        return None
    if _which_night(hour, said):
        return 0, -1
    part = said.get("part", "")
    hour = _in_24(hour, part, said.get("half", "").replace(".", ""))
    fits = minute < _MINUTES and hour in _PARTS.get(part, range(_HOURS))
    return (minute, hour) if fits else (0, -1)


def _is_then(hour: int, daily: str) -> bool:
    """Whether *hour* is in the morning or at night, where every one of these was said."""
    if "morning" in daily:
        return hour in _MORNING
    return hour in _NIGHTLY if "night" in daily else True


def _which_night(hour: int, said: dict[str, str]) -> bool:
    """As in "토요일 밤 12시", "every night at 11": of which day, or which half, nobody can tell."""
    night = said.get("part") in ("밤", "at night")
    dated = bool({"work", "off", "range", "days", "date"} & said.keys())
    nightly = "night" in said.get("daily", "") and not {"half", "part"} & said.keys()
    return (night and dated and hour in (0, 1, 2, 3, 12)) or (nightly and hour in range(4, 13))


def _in_24(hour: int, part: str, half: str) -> int:
    """*hour* of 24; -1 where it can't be said with *part* or *half*."""
    early = part in _EARLY or half == "am" or part == "in the morning"
    late = part in _LATE or half == "pm" or part in ("in the afternoon", "in the evening")
    night = part in ("밤", "at night")
    if part == "낮":
        return _AT_NOON.get(hour, -1)
    if night:
        return _AT_NIGHT.get(hour, hour)
    if (early or late) and hour > _NOON:
        return hour if late and hour < _HOURS else -1
    if early:
        return hour % _NOON
    return hour % _NOON + _NOON if late else hour


def _days(said: dict[str, str]) -> str | None:
    """The field for days of the week; None for a range that cron can't have."""
    if "work" in said:
        return "1-5"
    if "off" in said:
        return "0,6"
    if "range" in said:
        first, last = _listed(said["range"])
        return f"{first}-{last}" if first < last else (f"{first}-6,0" if last == 0 else None)
    if "days" in said:
        return ",".join(str(day) for day in sorted(set(_listed(said["days"]))))
    return "*"


def _listed(text: str) -> list[int]:
    """The days that *text* names, 0 for Sunday."""
    short = text.replace("요일", "")
    korean = [_DAYS.index(char) for char in short if char in _DAYS]
    names = re.findall("|".join(_EN_NAMES), text)
    return korean or [_EN_NAMES.index(name) for name in names]
