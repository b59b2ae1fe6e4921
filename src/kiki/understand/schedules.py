"""Finds when something is to run, and gives it as cron writes it: "매일 새벽 3시", "every 10 minutes".

Called by ``lexer``. A time counts only if all of it is said: "매일" without an hour is none, nor is
a step that does not divide its hour or day ("every 7 minutes"), which cron can't do evenly. What
follows the time and says no more ("마다", "에 한 번") belongs to it. An hour without 오전, 오후, am or
pm is one of 24. Nothing is looked for in quotes.
"""

import re
from collections.abc import Iterator
from functools import cache

HINTS = ("매", "마다", "간격", "평일", "주말", "every", "daily", "nightly", "hourly", "weekly", "monthly",
         "each", "* ", "@", "day", "weekend", "month")  # fmt: skip
Span = tuple[int, int, str]
_MINUTES, _HOURS = 60, 24
_DAYS = ("일", "월", "화", "수", "목", "금", "토")
_EN_NAMES = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
# Korean parts of the day: the hours that one says so, of which 12 and what goes to the next half.
_EARLY = frozenset(("새벽", "오전", "아침"))
_LATE = frozenset(("오후", "저녁"))
_QUOTED = r"\"[^\"\n]*\"|“[^”\n]*”|‘[^’\n]*’|「[^」\n]*」|`[^`\n]*`|(?<![A-Za-z0-9])'[^'\n]*'(?![A-Za-z0-9])"
_CRON_FIELD = r"(?:\*|\d{1,2}(?:-\d{1,2})?)(?:/\d{1,2})?(?:,(?:\*|\d{1,2}(?:-\d{1,2})?)(?:/\d{1,2})?)*"
_CRON = (
    rf"(?P<cron>{_CRON_FIELD}(?:[ \t]+{_CRON_FIELD}){{3}}[ \t]+"
    rf"(?:{_CRON_FIELD}|(?:sun|mon|tue|wed|thu|fri|sat)(?:[,-](?:sun|mon|tue|wed|thu|fri|sat))*))"
)
_NICK = r"(?P<nick>@(?:reboot|hourly|daily|weekly|monthly|yearly|annually))"
_KO_CLOCK = (
    r"(?:(?P<noon>자정|정오)|(?P<part>새벽|오전|아침|오후|저녁|밤|낮)?\s*"
    r"(?:(?P<hm>\d{1,2}:\d{2})|(?P<h>\d{1,2})\s*시(?:\s*(?:(?P<m>\d{1,2})\s*분|(?P<half>반)|정각))?))"
)
_KO_DAY = r"(?:일|월|화|수|목|금|토)"
_KO_DAYS = (
    rf"(?:(?P<range>{_KO_DAY}(?:요일)?(?:\s*[~-]\s*|부터\s*){_KO_DAY}(?:요일)?(?:까지)?)"
    rf"|(?P<days>{_KO_DAY}(?:요일)?(?:(?:\s*[,/·]\s*|\s*[와과랑]\s*|이랑\s*)?{_KO_DAY}(?:요일)?)*))"
)
_KO_END = r"(?:\s*에)?(?:\s*마다)?(?:\s*한\s*번씩?|\s*1번씩?|\s*1회씩?|\s*씩)?(?:\s*정기적으로|\s*주기적으로|\s*자동으로)?"
_KO_EACH = r"(?:(?:매일(?:매일)?|날마다|하루에\s*한\s*번씩?|하루\s*한\s*번씩?)(?:\s*,)?|(?P<work>평일(?:에는|에|마다)?|매주\s*평일)|(?P<off>주말(?:에는|에|마다)?|매주\s*주말)|매주\s*{days}(?:에|마다)?|(?:매월|매달)\s*(?P<date>\d{{1,2}})\s*일(?:에|마다)?)"
_KOREAN = (
    rf"{_KO_EACH.format(days=_KO_DAYS)}\s*{_KO_CLOCK}{_KO_END}",
    rf"(?:매분|매\s*1\s*분|1\s*분|(?:매\s*)?(?P<step>\d{{1,2}})\s*분)(?:\s*간격(?:으로)?|\s*마다|(?<=매분))(?:\s*한\s*번씩?)?",
    rf"(?:매\s*시간?|매\s*시간)\s*(?P<at>\d{{1,2}})\s*분{_KO_END}",
    rf"(?:매\s*시간(?:\s*정각)?|매시\s*정각|매시|(?P<hours>\d{{1,2}})\s*시간\s*(?:마다|간격(?:으로)?)|한\s*시간\s*(?:마다|간격(?:으로)?)){_KO_END}",
)
_EN_CLOCK = (
    r"(?:(?P<noon>midnight|noon)|(?P<h>\d{1,2})(?::(?P<m>\d{2}))?\s*(?P<half>a\.?m\.?|p\.?m\.?)?(?![\w:/.-]*\d)"
    r"(?:\s*(?P<part>in the morning|in the afternoon|in the evening|at night))?)"
)
_EN_DAY = r"(?:sun|mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?)(?:day)?s?"
_EN_DAYS = (
    rf"(?:(?P<range>{_EN_DAY}\s*(?:-|to|through|thru)\s*{_EN_DAY})"
    rf"|(?P<days>{_EN_DAY}(?:(?:\s*,\s*(?:and\s+)?|\s+and\s+|\s*/\s*){_EN_DAY})*))"
)
_NTH = r"(?P<date>\d{1,2})(?:st|nd|rd|th)?"
_EN_EACH = (
    r"(?:(?P<daily>every\s*day|each\s+day|daily|every\s+(?:single\s+)?(?:night|morning)|nightly|once\s+a\s+day|each\s+night)"
    r"|(?P<work>(?:every|each)\s+(?:weekday|workday|working\s+day)|(?:on\s+)?weekdays)"
    r"|(?P<off>every\s+weekend|on\s+weekends|weekends)"
    rf"|(?:(?:every|each|weekly\s+on|weekly|once\s+a\s+week\s+on|on)\s+){_EN_DAYS}"
    rf"|(?:monthly\s+on\s+the\s+|on\s+the\s+|every\s+month\s+on\s+the\s+|every\s+){_NTH}"
    r"(?:\s+(?:day\s+)?of\s+(?:every|each|the)\s+month|(?<=\d)(?:st|nd|rd|th)?\s+every\s+month)?)"
)
_ENGLISH = (
    rf"{_EN_EACH}\s*,?\s*(?:at|@)?\s*{_EN_CLOCK}",
    rf"at\s+{_EN_CLOCK}\s+{_EN_EACH}",
    r"(?:every\s+minute|once\s+a\s+minute|each\s+minute)",
    r"every\s+(?P<step>\d{1,2})\s*-?(?:minutes?|mins?|m)\b",
    r"(?:every\s+hour|hourly|once\s+an\s+hour|each\s+hour)(?:\s+(?:on\s+the\s+hour|at\s+(?:minute\s+|:)?(?P<at>\d{1,2})(?!\d*\s*[ap]m)(?:\s+(?:minutes?\s+)?past)?))?",
    r"every\s+(?P<hours>\d{1,2})\s*-?(?:hours?|hrs?|h)\b",
)


def spans(message: str) -> tuple[Span, ...]:
    """The times in *message* as (start, end, cron), in order and without overlap."""
    lower = message.lower()
    if not any(hint in lower for hint in HINTS):
        return ()
    blank = re.sub(_QUOTED, lambda match: "\0" * len(match[0]), lower)
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
    korean = [re.compile(rf"{before}{form}(?![가-힣]*\d)") for form in _KOREAN]
    english = [re.compile(rf"{before}{form}{after}") for form in (_CRON, _NICK, *_ENGLISH)]
    return (*english, *korean)


def _cron_of(match: re.Match[str]) -> str:
    """What *match* says, in cron's words; empty where it can't be."""
    said = {key: value for key, value in match.groupdict().items() if value}
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
    if hour < 0 or days is None:
        return ""
    return f"{minute} {hour} {said.get('date', '*')} * {days}" if _is_date(said) else ""


def _is_date(said: dict[str, str]) -> bool:
    """A day that every month has at least in one of them; "the 31st" is left to cron."""
    return 1 <= int(said.get("date", "1")) <= 31


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
    hour = _in_24(hour, said.get("part", ""), said.get("half", "").replace(".", ""))
    return (minute, hour) if minute < _MINUTES and hour < _HOURS else (0, -1)


def _which_night(hour: int, said: dict[str, str]) -> bool:
    """As in "토요일 밤 12시", "every night at 11": of which day, or which half, nobody can tell."""
    night = said.get("part") in ("밤", "at night")
    dated = bool({"work", "off", "range", "days", "date"} & said.keys())
    nightly = "night" in said.get("daily", "") and not {"half", "part"} & said.keys()
    small = hour in (0, 1, 2, 3, 12)
    return (night and dated and small) or (nightly and 4 <= hour <= 12)


def _in_24(hour: int, part: str, half: str) -> int:
    """*hour* of 24; -1 where it can't be said with *part* or *half*."""
    early = part in _EARLY or half == "am" or part == "in the morning"
    late = part in _LATE or half == "pm" or part in ("in the afternoon", "in the evening")
    night = part in ("밤", "at night")
    if part == "낮":
        return hour + 12 if hour <= 5 else (hour if 9 <= hour <= 12 else -1)
    if night:
        return {12: 0}.get(hour, hour if hour >= 18 or hour <= 3 else hour + 12)
    if (early or late) and hour > 12:
        return hour if late and hour < _HOURS else -1
    if early:
        return hour % 12
    return hour % 12 + 12 if late else hour


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
