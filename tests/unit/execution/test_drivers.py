"""Starting drivers, also ahead of need."""

import gc
import os
import sys
import time
from pathlib import Path

import pytest

from kiki.execution import drivers, processes
from kiki.execution.drivers import Driver, Drivers, TimedOut
from kiki.model.errors import TemporaryError
from tests.unit.execution.conftest import FakeHome

ECHO = """\
import json, sys
order = sys.stdin.readline()
if order:
    print(order.strip(), flush=True)
    print("x" * 10_000, file=sys.stderr, flush=True)
    print("the last words", file=sys.stderr, flush=True)
"""


@pytest.fixture(autouse=True)
def script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "driver.py"
    path.write_text(ECHO)
    monkeypatch.setattr(drivers, "SCRIPT", path)
    return path


def gone(pid: int) -> bool:
    return processes.look(pid) is None


def test_it_leads_a_session_of_its_own_with_few_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    driver = Driver(FakeHome())
    assert os.getpgid(driver.pid) == os.getsid(driver.pid) == driver.pid
    assert b"AWS_SECRET" not in Path(f"/proc/{driver.pid}/environ").read_bytes()
    driver.close()


def test_an_order_and_its_lines_and_complaints() -> None:
    driver = Driver(FakeHome())
    driver.give({"argv": ["한글"]})
    assert list(driver.lines(10)) == [{"argv": ["한글"]}]
    driver.close()
    assert gone(driver.pid)


def test_of_its_complaints_the_end_is_kept() -> None:
    driver = Driver(FakeHome())
    driver.give({"argv": []})
    list(driver.lines(10))
    assert driver.complaint().endswith("the last words\n")
    assert len(driver.complaint()) <= 4000
    assert driver.complaint() == "the last words\n", "no line that may have been cut in a secret"
    driver.close()


def test_a_limit(script: Path) -> None:
    script.write_text("import time; time.sleep(60)")
    driver = Driver(FakeHome())
    driver.give({"argv": []})
    with pytest.raises(TimedOut):
        list(driver.lines(0.2))
    started = time.monotonic()
    driver.close()
    assert time.monotonic() - started < 3
    assert gone(driver.pid)


def test_the_one_that_waits_is_taken_once() -> None:
    made = Drivers()
    home = FakeHome()
    made.warm(home)
    made.warm(home)
    first, second = made.take(home), made.take(home)
    assert first.pid != second.pid
    for driver in (first, second):
        driver.close()


def test_one_of_another_ansible_or_that_died_is_not_taken(tmp_path: Path) -> None:
    made = Drivers()
    other = tmp_path / "python"
    other.symlink_to(sys.executable)
    made.warm(FakeHome())
    driver = made.take(FakeHome(python=str(other)))
    assert driver.python == str(other)
    driver.close()
    made.warm(FakeHome())
    waiting = made._next
    assert waiting is not None
    os.kill(waiting.pid, 9)
    waiting._process.wait()
    driver = made.take(FakeHome())
    assert driver.pid != waiting.pid
    driver.close()


def test_one_that_is_never_asked_does_not_stay() -> None:
    made = Drivers()
    made.warm(FakeHome())
    assert made._next is not None
    pid = made._next.pid
    del made
    gc.collect()
    assert gone(pid)


def test_an_ansible_that_is_not_there_shows_when_it_is_needed() -> None:
    made = Drivers()
    home = FakeHome(python="/no/such/python")
    made.warm(home)
    with pytest.raises(TemporaryError, match=r"execution\.ansible_unusable"):
        made.take(home)
