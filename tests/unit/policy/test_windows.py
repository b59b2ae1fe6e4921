"""Change windows: lines that people write, and the moments that are inside."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from kiki.model.windows import window

SEOUL = ZoneInfo("Asia/Seoul")
# 2026-03-06 is a Friday.


def closed(line: str, at: str, *names: str) -> bool:
    now = datetime.fromisoformat(at).replace(tzinfo=SEOUL)
    return window(line + " zone Asia/Seoul").closed(now.astimezone(UTC), names)


@pytest.mark.parametrize(
    ("line", "at", "inside"),
    [
        ("mon-fri 09:00-18:00", "2026-03-06T09:00", True),
        ("mon-fri 09:00-18:00", "2026-03-06T08:59", False),
        ("mon-fri 09:00-18:00", "2026-03-06T18:00", False),
        ("mon-fri 09:00-18:00", "2026-03-07T12:00", False),
        ("fri-mon 09:00-18:00", "2026-03-08T12:00", True),
        ("fri-mon 09:00-18:00", "2026-03-10T12:00", False),
        ("sat+sun 00:00-24:00", "2026-03-07T23:59", True),
        ("sat+sun 00:00-24:00", "2026-03-09T00:00", False),
        ("daily 22:00-02:00", "2026-03-06T01:59", True),
        ("daily 22:00-02:00", "2026-03-06T02:00", False),
        ("fri 22:00-02:00", "2026-03-07T01:00", True),
        ("fri 22:00-02:00", "2026-03-06T01:00", False),
        ("fri 17:00..mon 08:00", "2026-03-06T17:00", True),
        ("fri 17:00..mon 08:00", "2026-03-08T03:00", True),
        ("fri 17:00..mon 08:00", "2026-03-09T08:00", False),
        ("FRI 17:00..Mon 08:00", "2026-03-09T07:59", True),
        ("2026-03-01..2026-03-06", "2026-03-06T23:59", True),
        ("2026-03-01..2026-03-06", "2026-03-07T00:00", False),
        ("2026-03-01T18:00..2026-03-06T08:00", "2026-03-01T17:59", False),
        ("2026-03-01T18:00..2026-03-06T08:00", "2026-03-06T07:59", True),
    ],
)
def test_moments(line: str, at: str, inside: bool) -> None:
    assert closed(line, at) is inside


def test_patterns_say_what_it_is_for() -> None:
    line = "daily 00:00-24:00 for prod-* k8s"
    assert closed(line, "2026-03-06T09:00", "ansible", "prod-web")
    assert closed(line, "2026-03-06T09:00", "k8s")
    assert not closed(line, "2026-03-06T09:00", "ansible", "test-web")
    assert not closed(line, "2026-03-06T09:00")


@pytest.mark.parametrize(
    "line",
    ["", "daily", "mon 9:00-18:00", "mon 09:00-25:00", "mon 09:60-10:00", "mon 09:00-09:00",
     "mon-wed-fri 09:00-10:00", "someday 09:00-10:00", "fri 17:00..fri 17:00",
     "2026-02-30..2026-03-02",
     "2026-03-02..2026-03-01", "2026-03-01", "daily 09:00-10:00 zone Mars/Base",
     "daily 09:00-10:00 zone ../../etc/passwd", "daily 09:00-10:00 zone", "daily 09:00-10:00 for"],
)  # fmt: skip
def test_what_is_no_window(line: str) -> None:
    with pytest.raises(ValueError):
        window(line)
