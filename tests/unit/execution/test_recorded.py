"""What only the fake has; what it shares with the real executor is in tests/contract."""

import threading
from pathlib import Path

import msgspec
import pytest

from kiki.execution.recorded import RecordedExecutor, Recording, read_recordings, recorded
from kiki.model.errors import KikiError, NotFoundError
from kiki.model.run import HostStats, RunEvent, RunResult
from tests.unit.execution.conftest import make_order

EVENT = RunEvent(counter=1, kind="changed", host="n1", task="T")
RECORDING = Recording(rc=0, events=(EVENT, EVENT), stats={"n1": HostStats(ok=1)})


def ignore(_: object) -> None:
    """A listener that drops everything."""


def test_a_result_is_recorded_written_and_read(tmp_path: Path) -> None:
    made = recorded(
        RunResult(status="successful", rc=0, events=(EVENT,), stats={"n1": HostStats(ok=1)})
    )
    path = tmp_path / "r.json"
    path.write_bytes(msgspec.json.encode({"check": made}))
    assert read_recordings(str(path)) == {"check": made}
    with pytest.raises(KikiError):
        read_recordings(str(tmp_path / "none"))


def test_a_mode_that_was_not_recorded(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="not_recorded"):
        RecordedExecutor(str(tmp_path), {}).run(make_order(), ignore, ignore)


def test_a_playback_is_cut_from_another_thread_and_by_its_time(tmp_path: Path) -> None:
    slow = msgspec.structs.replace(RECORDING, pause_s=0.2)
    executor = RecordedExecutor(str(tmp_path), {"apply": slow})
    cut = threading.Timer(0.05, lambda: executor.cancel("r1"))
    cut.start()
    assert executor.run(make_order(), ignore, ignore).status == "cancelled"
    executor = RecordedExecutor(
        str(tmp_path), {"apply": msgspec.structs.replace(slow, pause_s=9.0)}
    )
    assert executor.run(make_order(run_id="r2", timeout_s=0), ignore, ignore).status == "timeout"
