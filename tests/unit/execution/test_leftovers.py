"""What killed runs left in memory."""

import os
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from kiki.execution import leftovers, processes, scratch
from kiki.execution.environment import MARK
from kiki.execution.processes import Traces


@pytest.fixture(autouse=True)
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "shm").mkdir()
    monkeypatch.setattr(scratch, "_SHM", tmp_path / "shm")
    monkeypatch.setattr(scratch, "_ROOM", 500)
    return scratch.root()


def test_only_the_folders_of_runs_that_are_over_go(root: Path) -> None:
    sockets = scratch.sockets("a")
    program = [sys.executable, "-c", "import time; time.sleep(60)"]
    with subprocess.Popen(program, start_new_session=True, env={MARK: "/runs/r"}) as process:
        traces = Traces(
            process=processes.describe(process.pid), run="/runs/r", sockets="", scratch=""
        )
        alive, over = scratch.folder("alive"), scratch.folder("over")
        leftovers.mark(alive, traces)
        dead = msgspec.structs.replace(traces.process, started=1)
        leftovers.mark(over, msgspec.structs.replace(traces, process=dead, run="/runs/other"))
        leftovers.sweep()
        assert alive.exists()
        assert not over.exists()
        process.kill()
    leftovers.sweep()
    assert not alive.exists()
    assert sockets.exists()


def test_one_that_is_being_made_stays_and_an_old_one_goes(root: Path) -> None:
    new, old = scratch.folder("new"), scratch.folder("old")
    os.utime(old, (1, 1))
    leftovers.sweep()
    assert new.exists()
    assert not old.exists()


def test_a_folder_of_this_very_process_stays(root: Path) -> None:
    ours = scratch.folder("inventory")
    leftovers.mark_as_ours(ours)
    leftovers.sweep()
    assert ours.exists()
