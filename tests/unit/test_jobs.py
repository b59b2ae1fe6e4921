"""The inline jobs adapter: who owns a change, and what a killed owner leaves."""

import subprocess
import sys
from pathlib import Path

import pytest

from kiki.jobs import InlineJobs
from kiki.model.change import Change
from kiki.model.errors import TemporaryError
from kiki.model.request import Request

OWNER = """
import sys, time
from kiki.jobs import InlineJobs
def work():
    print("owned", flush=True)
    time.sleep(60)
InlineJobs(sys.argv[1]).start("c1", work)
"""


def a_change() -> Change:
    return Change(id="c1", state="applied", request=Request(), created="", updated="")


def test_work_is_done_and_its_change_handed_back(tmp_path: Path) -> None:
    assert InlineJobs(str(tmp_path)).start("c1", a_change) == a_change()


def test_a_change_without_an_owner_is_abandoned_and_an_owned_one_is_not(tmp_path: Path) -> None:
    jobs = InlineJobs(str(tmp_path))
    seen: list[bool] = []

    def work() -> Change:
        seen.append(jobs.abandoned("c1"))
        return a_change()

    jobs.start("c1", work)
    assert seen == [False]
    assert jobs.abandoned("c1")


def test_another_process_cannot_start_what_is_owned_and_sees_a_kill(tmp_path: Path) -> None:
    jobs = InlineJobs(str(tmp_path))
    owner = subprocess.Popen(
        [sys.executable, "-c", OWNER, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    assert owner.stdout is not None
    with owner:
        assert owner.stdout.readline() == "owned\n"
        assert not jobs.abandoned("c1")
        with pytest.raises(TemporaryError, match="job.owned"):
            jobs.start("c1", a_change)
        owner.kill()
        owner.wait()
    assert jobs.abandoned("c1")
    assert jobs.start("c1", a_change).id == "c1"


def test_a_failure_gives_the_change_back(tmp_path: Path) -> None:
    jobs = InlineJobs(str(tmp_path))

    def work() -> Change:
        raise TemporaryError("engine.timeout")

    with pytest.raises(TemporaryError):
        jobs.start("c1", work)
    assert jobs.abandoned("c1")
