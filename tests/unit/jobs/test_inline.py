"""The inline jobs adapter: who owns a change, and what a killed owner leaves."""

import fcntl
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

import kiki
from kiki.jobs.inline import InlineJobs
from kiki.model.change import Change
from kiki.model.errors import TemporaryError
from kiki.model.request import Request

SOURCE = Path(kiki.__file__).parent.parent
OWNER = """
import sys, time
from kiki.jobs.inline import InlineJobs
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
        [sys.executable, "-c", OWNER, str(tmp_path)],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(SOURCE)},
    )
    assert owner.stdout is not None
    with owner:
        assert owner.stdout.readline() == "owned\n"
        assert not jobs.abandoned("c1")
        with pytest.raises(TemporaryError) as caught:
            jobs.start("c1", a_change)
        assert caught.value.code == "job.owned"
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


def test_a_lock_file_that_can_not_be_made_is_said_and_nothing_is_done(tmp_path: Path) -> None:
    (tmp_path / "jobs").write_text("in the way", "utf-8")
    jobs = InlineJobs(str(tmp_path / "jobs"))
    for act in (lambda: jobs.start("c1", a_change), lambda: jobs.abandoned("c1")):
        with pytest.raises(TemporaryError) as caught:
            act()
        assert caught.value.code == "job.folder_failed"


def test_no_lock_files_are_left(tmp_path: Path) -> None:
    jobs = InlineJobs(str(tmp_path))
    assert jobs.abandoned("c2"), "looking makes none"
    jobs.start("c1", a_change)
    assert list(tmp_path.iterdir()) == []


def test_a_lock_file_that_its_owner_removed_meanwhile_owns_nothing(tmp_path: Path) -> None:
    """Between opening the file and locking it the owner may end and remove it, and a third may
    make it anew: the lock on the old file then means nothing."""
    jobs = InlineJobs(str(tmp_path))
    real, seen = fcntl.flock, []

    def flock(descriptor: int, kind: int) -> None:
        real(descriptor, kind)
        if not seen:
            (tmp_path / "c1.lock").unlink()
        seen.append(kind)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("kiki.jobs.inline.fcntl.flock", flock)
        jobs.start("c1", lambda: owned_by_the_file_that_is_there(tmp_path))
    assert len(seen) == 2


def owned_by_the_file_that_is_there(folder: Path) -> Change:
    with (folder / "c1.lock").open() as file, pytest.raises(BlockingIOError):
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return a_change()


def test_somebody_who_only_looks_does_not_keep_an_owner_out(tmp_path: Path) -> None:
    jobs = InlineJobs(str(tmp_path))
    with (tmp_path / "c1.lock").open("w") as looking:
        fcntl.flock(looking, fcntl.LOCK_SH)
        threading.Timer(0.05, lambda: fcntl.flock(looking, fcntl.LOCK_UN)).start()
        assert jobs.start("c1", a_change) == a_change()
