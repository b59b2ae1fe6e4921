"""One process at a time."""

import os
import subprocess
import sys
from pathlib import Path

from kiki.provision.turns import alone

HOLD = "import sys; from pathlib import Path; from kiki.provision.turns import alone\n" + (
    "with alone(Path(sys.argv[1]), lambda: None):\n    print('held', flush=True); sys.stdin.read()"
)


def hold(path: Path) -> "subprocess.Popen[str]":
    """A process that has the lock until it is killed or its input ends."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_who_comes_second_is_told_once_and_waits(tmp_path: Path) -> None:
    other = hold(tmp_path / "lock")
    told: list[int] = []

    def waiting() -> None:
        told.append(other.pid)
        assert other.stdin is not None
        other.stdin.close()

    with alone(tmp_path / "lock", waiting):
        assert other.wait(10) == 0
    assert told == [other.pid]
    assert other.stdout is not None
    other.stdout.close()


def test_a_killed_holder_leaves_nothing_to_wait_for(tmp_path: Path) -> None:
    other = hold(tmp_path / "lock")
    other.kill()
    other.communicate()
    told: list[str] = []
    with alone(tmp_path / "lock", lambda: told.append("waiting")):
        assert not told


def test_the_next_turn_comes_after_a_failure(tmp_path: Path) -> None:
    told: list[str] = []
    for _ in range(2):
        try:
            with alone(tmp_path / "lock", lambda: told.append("waiting")):
                raise KeyError(os.getpid())
        except KeyError:
            pass
    assert not told
