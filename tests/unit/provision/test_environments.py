"""A half-made environment is never used, whatever goes wrong while it is made."""

import errno
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kiki.model.errors import KikiError, TemporaryError, UsageError
from kiki.provision import environments
from tests.conftest import ROOT

Reports = list[tuple[str, dict[str, str]]]


def fill(aside: Path) -> None:
    """The least that counts as an environment, with one script that knows where it stands."""
    (aside / "bin").mkdir(parents=True)
    (aside / "bin" / "python").symlink_to(sys.executable)
    (aside / "bin" / "tool").write_text(f"#!{aside}/bin/python\n")


def make(folder: Path, lock: str = "one") -> Reports:
    reports: Reports = []
    environments.make(folder, lock, fill, lambda code, params: reports.append((code, params)))
    return reports


def test_it_is_made_once(tmp_path: Path) -> None:
    make(tmp_path / "env")
    made = (tmp_path / "env").stat().st_ino
    make(tmp_path / "env")
    assert (tmp_path / "env").stat().st_ino == made


def test_scripts_name_the_place_where_it_ends_up(tmp_path: Path) -> None:
    make(tmp_path / "env")
    assert (tmp_path / "env/bin/tool").read_text() == f"#!{tmp_path}/env/bin/python\n"


def test_a_folder_among_the_scripts_is_left_alone(tmp_path: Path) -> None:
    def with_folder(aside: Path) -> None:
        fill(aside)
        (aside / "bin" / "__pycache__").mkdir()

    environments.make(tmp_path / "env", "one", with_folder, lambda code, params: None)
    assert (tmp_path / "env/bin/__pycache__").is_dir()
    assert (tmp_path / "env/bin/tool").read_text() == f"#!{tmp_path}/env/bin/python\n"


def test_a_changed_lock_replaces_it_and_leaves_nothing_else(tmp_path: Path) -> None:
    make(tmp_path / "env")
    (tmp_path / "env" / "old").touch()
    make(tmp_path / "env", "two")
    assert environments.current(tmp_path / "env", "two")
    assert not (tmp_path / "env" / "old").exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["env", "env.lock"]


def test_when_filling_fails_there_is_none(tmp_path: Path) -> None:
    def fails(aside: Path) -> None:
        fill(aside)
        raise TemporaryError("provision.unreachable", tool="pip", line="no route")

    with pytest.raises(TemporaryError, match=r"provision\.unreachable"):
        environments.make(tmp_path / "env", "one", fails, lambda code, params: None)
    assert [path.name for path in tmp_path.iterdir()] == ["env.lock"]


def test_when_filling_fails_the_outdated_one_stays(tmp_path: Path) -> None:
    make(tmp_path / "env")

    def interrupted(aside: Path) -> None:
        fill(aside)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        environments.make(tmp_path / "env", "two", interrupted, lambda code, params: None)
    assert environments.current(tmp_path / "env", "one")


def test_what_a_killed_builder_left_is_removed(tmp_path: Path) -> None:
    fill(tmp_path / "env-new-12345")
    make(tmp_path / "env")
    assert not (tmp_path / "env-new-12345").exists()


def test_what_is_not_ours_is_kept_beside(tmp_path: Path) -> None:
    (tmp_path / "env").mkdir()
    (tmp_path / "env" / "thesis.txt").write_text("years of work")
    ((code, params),) = make(tmp_path / "env")
    assert code == "provision.set_aside"
    assert (Path(params["kept"]) / "thesis.txt").read_text() == "years of work"
    assert environments.current(tmp_path / "env", "one")


def test_a_dangling_link_in_its_place_is_set_aside(tmp_path: Path) -> None:
    (tmp_path / "env").symlink_to(tmp_path / "nowhere")
    make(tmp_path / "env")
    assert environments.current(tmp_path / "env", "one")


def test_two_builders_make_it_once(tmp_path: Path) -> None:
    """The second waits for the first, says so, and uses what that made."""
    slow = (
        "import sys, time; from pathlib import Path; from kiki.provision import environments\n"
        "def fill(aside):\n"
        "    (aside / 'bin').mkdir(parents=True)\n"
        "    (aside / 'bin' / 'python').symlink_to(sys.executable)\n"
        "    print('filling', flush=True); time.sleep(0.5)\n"
        "environments.make(Path(sys.argv[1]), 'one', fill, lambda code, params: None)\n"
    )
    command = [sys.executable, "-c", slow, str(tmp_path / "env")]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as first:
        assert first.stdout
        assert first.stdout.readline() == "filling\n"
        started = time.monotonic()
        reports = make(tmp_path / "env")
        assert time.monotonic() - started > 0.2
    assert first.returncode == 0
    assert [code for code, _ in reports] == ["provision.waiting"]


@pytest.mark.parametrize(
    ("number", "kind", "code"),
    [
        (errno.EACCES, UsageError, "provision.not_writable"),
        (errno.EROFS, UsageError, "provision.not_writable"),
        (errno.EPERM, UsageError, "provision.not_writable"),
        (errno.ENOSPC, TemporaryError, "provision.disk_full"),
        (errno.EDQUOT, TemporaryError, "provision.disk_full"),
        (errno.EIO, TemporaryError, "provision.install_failed"),
    ],
)
def test_no_foreign_exception_leaks(
    tmp_path: Path, number: int, kind: type[KikiError], code: str
) -> None:
    def fails(aside: Path) -> None:
        raise OSError(number, os.strerror(number), str(aside))

    with pytest.raises(kind) as raised:
        environments.make(tmp_path / "env", "one", fails, lambda code, params: None)
    assert raised.value.code == code
