"""The status of a run from rc and recap."""

import pytest

from kiki.execution.statuses import status
from kiki.model.run import HostStats

OK = HostStats(ok=2)
FAILED = HostStats(ok=1, failed=1)
GONE = HostStats(unreachable=1)
IGNORED = HostStats(ok=2, ignored=1)


@pytest.mark.parametrize(
    ("rc", "stats", "expected"),
    [
        (0, {"a": OK}, "successful"),
        (0, {"a": IGNORED}, "successful"),
        (2, {"a": FAILED}, "failed"),
        (2, {"a": FAILED, "b": OK}, "partly"),
        (4, {"a": GONE, "b": OK}, "partly"),
        (4, {"a": GONE, "b": GONE}, "unreachable"),
        (6, {"a": GONE, "b": FAILED}, "failed"),
        (6, {"a": GONE, "b": FAILED, "c": OK}, "partly"),
        (4, {}, "failed"),
        (250, {"a": OK}, "failed"),
    ],
)
def test_status(rc: int, stats: dict[str, HostStats], expected: str) -> None:
    assert status(rc, stats) == expected


def test_a_run_that_is_not_whole_never_succeeded() -> None:
    assert status(0, {"a": OK}, whole=False) == "failed"
