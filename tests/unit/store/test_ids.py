"""Ids sort by time, are short, and survive being typed."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from kiki.store.ids import new_id, typed

MOMENTS = st.datetimes(
    datetime(1970, 1, 2), datetime(2500, 1, 1), timezones=st.just(UTC)
)  # fmt: skip


def text(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


@given(MOMENTS, MOMENTS, st.binary(min_size=4, max_size=4), st.binary(min_size=4, max_size=4))
def test_they_sort_by_time(one: datetime, two: datetime, first: bytes, second: bytes) -> None:
    earlier, later = sorted((text(one), text(two)))
    ids = [new_id(earlier, lambda _: first), new_id(later, lambda _: second)]
    assert earlier == later or ids == sorted(ids)


@given(MOMENTS)
def test_fourteen_characters_that_can_be_typed(moment: datetime) -> None:
    made = new_id(text(moment))
    assert len(made) == 14
    assert set(made) <= set("0123456789abcdefghjkmnpqrstvwxyz")
    assert typed(f" {made.upper()} ") == made


def test_a_known_one() -> None:
    assert new_id("1970-01-01T00:00:00.032Z", lambda _: b"\x00\x00\x00\x1f") == "0000000100000z"


def test_a_thousand_in_one_millisecond_differ() -> None:
    assert len({new_id("2026-01-01T00:00:00.000Z") for _ in range(1000)}) > 980
