"""Change windows: when nothing is to be applied, and to what, as a line of text that people write.

Called by ``settings``, which refuses a line that can't be read, and by ``service.freezing``. Forms,
each with ``for PATTERN ...`` and ``zone AREA/CITY`` after it where wanted::

    mon-fri 09:00-18:00          these days, between these times; over midnight when turned round
    sat+sun 00:00-24:00
    daily 22:00-02:00
    fri 17:00..mon 08:00         every week from here to there
    2026-12-20..2027-01-03       dates, the last one too
    2026-12-20T18:00..2027-01-03T08:00
"""

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta, tzinfo
from fnmatch import fnmatchcase
from typing import NamedTuple

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY, _TIME = f"(?:{'|'.join(_DAYS)})", r"(\d\d:\d\d)"
_DATE = r"(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d))?"
_DAILY = re.compile(rf"(daily|{_DAY}(?:[-+]{_DAY})*) {_TIME}-{_TIME}")
_WEEKLY = re.compile(rf"({_DAY}) {_TIME}\.\.({_DAY}) {_TIME}")
_DATES = re.compile(rf"{_DATE}\.\.{_DATE}")
_LINE = re.compile(r"(?P<when>.+?)(?: for (?P<names>.+?))?(?: zone (?P<zone>\S+))?")
_DAY_MINUTES, _WEEK_MINUTES = 24 * 60, 7 * 24 * 60


class Window(NamedTuple):
    """One line: *text* as it was written, *names* are patterns (none: everything), *zone* is None
    for this machine's; *holds* says of a local time whether it is inside."""

    text: str
    names: tuple[str, ...]
    zone: tzinfo | None
    holds: Callable[[datetime], bool]

    def closed(self, now: datetime, names: Iterable[str]) -> bool:
        """Whether what is called by any of *names* may not be changed at *now*, which has a
        zone."""
        known = tuple(names)
        meant = not self.names or any(
            fnmatchcase(name, wanted) for wanted in self.names for name in known
        )
        return meant and self.holds(now.astimezone(self.zone).replace(tzinfo=None))


def window(text: str) -> Window:
    """The window of a line; ValueError for one that can't be read."""
    found = _LINE.fullmatch(" ".join(text.split()))
    if found is None:
        raise ValueError(text)
    names = tuple((found["names"] or "").split())
    return Window(text, names, _zone(found["zone"] or ""), _when(found["when"].lower(), text))


def _zone(name: str) -> tzinfo | None:
    if not name:
        return None
    from zoneinfo import ZoneInfo  # noqa: PLC0415 -- lazy: most windows name no zone

    try:
        return ZoneInfo(name)
    except (KeyError, OSError) as error:  # ZoneInfoNotFoundError is a KeyError
        raise ValueError(name) from error


def _when(when: str, text: str) -> Callable[[datetime], bool]:
    if found := _DAILY.fullmatch(when):
        return _daily(_days(found[1]), _minutes(found[2]), _minutes(found[3]))
    if found := _WEEKLY.fullmatch(when):
        return _weekly(_in_week(found[1], found[2]), _in_week(found[3], found[4]))
    if found := _DATES.fullmatch(when.upper()):
        return _between(_moment(found[1], found[2], 0), _moment(found[3], found[4], 1))
    raise ValueError(text)


def _days(text: str) -> frozenset[int]:
    if text == "daily":
        return frozenset(range(7))
    found: set[int] = set()
    for part in text.split("+"):
        names = part.split("-")
        if len(names) > 2:
            raise ValueError(text)
        first, last = _DAYS.index(names[0]), _DAYS.index(names[-1])
        found.update((first + step) % 7 for step in range((last - first) % 7 + 1))
    return frozenset(found)


def _minutes(text: str) -> int:
    hours, minutes = int(text[:2]), int(text[3:])
    if minutes > 59 or hours * 60 + minutes > _DAY_MINUTES:
        raise ValueError(text)
    return hours * 60 + minutes


def _in_week(day: str, time: str) -> int:
    return _DAYS.index(day) * _DAY_MINUTES + _minutes(time)


def _of_day(now: datetime) -> int:
    return now.hour * 60 + now.minute


def _daily(days: frozenset[int], start: int, end: int) -> Callable[[datetime], bool]:
    """Over midnight the part after it belongs to the day before."""
    if start == end:
        raise ValueError(str(start))

    def holds(now: datetime) -> bool:
        today, before, at = now.weekday(), (now.weekday() - 1) % 7, _of_day(now)
        if start < end:
            return today in days and start <= at < end
        return (today in days and at >= start) or (before in days and at < end)

    return holds


def _weekly(start: int, end: int) -> Callable[[datetime], bool]:
    length = (end - start) % _WEEK_MINUTES
    if not length:
        raise ValueError(str(start))

    def holds(now: datetime) -> bool:
        at = now.weekday() * _DAY_MINUTES + _of_day(now)
        return (at - start) % _WEEK_MINUTES < length

    return holds


def _moment(day: str, time: str | None, whole: int) -> datetime:
    """A date without a time is its beginning; *whole* days later as the end of a range."""
    at = datetime.combine(date.fromisoformat(day), datetime.min.time())
    if time is None:
        return at + timedelta(days=whole)
    return at + timedelta(minutes=_minutes(time))


def _between(start: datetime, end: datetime) -> Callable[[datetime], bool]:
    if start >= end:
        raise ValueError(str(end))
    return lambda now: start <= now < end
