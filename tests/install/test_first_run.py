"""A fresh clone and an empty HOME: the first command works, and what can go wrong is said plainly.

Clones the last commit. Uses the registries as pip and uv are configured here.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiki.model.exits import Exit
from tests.conftest import ROOT, lab_missing

pytestmark = pytest.mark.install

LIMIT_S = 60
NOBODY = 65534
SENTENCE = "demo 네임스페이스에 nginx 디플로이먼트 3개와 80 포트 서비스 만들어줘"
DEAD = "http://127.0.0.1:9/simple"
OFFLINE = {
    "PIP_CONFIG_FILE": os.devnull,
    "PIP_INDEX_URL": DEAD,
    "PIP_FIND_LINKS": "",
    "PIP_EXTRA_INDEX_URL": "",
    "PIP_RETRIES": "0",
    "UV_DEFAULT_INDEX": DEAD,
    "UV_NO_CONFIG": "1",
    "UV_NO_CACHE": "1",
}


@pytest.fixture
def clone() -> Iterator[Path]:
    """A clone that other users may read, unlike pytest's own temporary folders."""
    folder = Path(tempfile.mkdtemp(prefix="kiki-clone-"))
    folder.chmod(0o755)
    subprocess.run(["git", "clone", "-q", "--no-hardlinks", str(ROOT), folder / "kiki"], check=True)
    yield folder / "kiki"
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clone in which Kiki has run once."""
    folder = tmp_path_factory.mktemp("started") / "kiki"
    subprocess.run(["git", "clone", "-q", "--no-hardlinks", str(ROOT), folder], check=True)
    assert kiki(folder, "--version").returncode == 0
    return folder


def environment(home: Path, **more: str) -> dict[str, str]:
    """Ours without what a fresh machine lacks, and an empty HOME."""
    home.mkdir(exist_ok=True)
    ours = ("VIRTUAL_ENV", "PYTHONPATH", "PYTEST_CURRENT_TEST")
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in ours and not name.startswith(("XDG_", "KIKI_"))
    }
    return {**kept, "PATH": _path(), "HOME": str(home), **more}


def _path() -> str:
    """PATH without this environment's programs."""
    own = str(Path(sys.executable).parent)
    return os.pathsep.join(part for part in os.environ["PATH"].split(os.pathsep) if part != own)


def kiki(
    clone: Path, *arguments: str, python: str = "", **more: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*([python] if python else []), str(clone / "kiki.py"), *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env=environment(clone.parent / "home", **more),
        cwd=clone.parent,
    )


def left_over(clone: Path) -> list[str]:
    return sorted(path.name for path in clone.glob(".venv*") if path.is_dir())


def test_the_readmes_first_command_does_the_job_within_a_minute(clone: Path) -> None:
    started = time.monotonic()
    done = kiki(clone, "--message", SENTENCE)
    took = time.monotonic() - started
    assert done.returncode == 0, done.stderr
    assert took < LIMIT_S
    assert "kind: Deployment" in done.stdout
    assert "replicas: 3" in done.stdout
    assert "해시로 확인하며 설치" in done.stderr, "a Korean message gets Korean progress"
    git = ["git", "-C", str(clone), "status", "--porcelain"]
    assert subprocess.run(git, capture_output=True, text=True).stdout == ""
    assert left_over(clone) == [".venv"]


def test_the_second_run_goes_straight_through(started: Path) -> None:
    done = kiki(started, "--version")
    assert (done.returncode, done.stderr) == (0, "")
    assert re.fullmatch(r"kiki \d+\.\d+\.\d+\n", done.stdout)


def test_help_needs_nothing_but_the_environment(started: Path) -> None:
    assert "--message" in kiki(started, "--help").stdout


def test_a_moved_clone_still_runs(started: Path, tmp_path: Path) -> None:
    moved = tmp_path / "옮긴 clone"
    shutil.copytree(started, moved, symlinks=True)
    done = kiki(moved, "--version")
    assert (done.returncode, done.stderr) == (0, "")
    code = "import kiki; print(kiki.__file__)"
    found = subprocess.run([moved / ".venv/bin/python", "-I", "-c", code], capture_output=True)
    assert found.stdout.decode().strip() == f"{moved}/src/kiki/__init__.py"


def test_it_runs_from_any_folder_and_through_a_link(started: Path, tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "kiki.py").symlink_to(started / "kiki.py")
    (tmp_path / "kiki").mkdir()  # a folder of the same name in the current one is no package
    done = subprocess.run(
        [tmp_path / "bin" / "kiki.py", "--version"], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def test_a_changed_lock_makes_it_anew(started: Path) -> None:
    lock = started / "requirements" / "base.txt"
    before = lock.read_text()
    try:
        lock.write_text(before + "\n")
        done = kiki(started, "--version")
        assert done.returncode == 0
        assert "have changed" in done.stderr
        assert kiki(started, "--version").stderr == ""
    finally:
        lock.write_text(before)


def test_two_first_runs_at_once_make_one_environment(clone: Path) -> None:
    command = [str(clone / "kiki.py"), "--version"]
    env = environment(clone.parent / "home")
    runs = [
        subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env
        )
        for _ in range(2)
    ]
    said = [run.communicate() for run in runs]
    assert [run.returncode for run in runs] == [0, 0], said
    progress = "".join(stderr for _, stderr in said)
    assert progress.count("First run here") == 1
    assert progress.count("waiting for it") == 1
    assert left_over(clone) == [".venv"]


def test_a_killed_first_run_leaves_nothing_that_is_used(clone: Path) -> None:
    with subprocess.Popen(
        [str(clone / "kiki.py"), "--version"],
        stderr=subprocess.PIPE,
        text=True,
        env=environment(clone.parent / "home"),
        start_new_session=True,
    ) as run:
        assert run.stderr
        while "Installing" not in run.stderr.readline():
            assert run.poll() is None
        os.killpg(run.pid, signal.SIGKILL)
    assert left_over(clone) != [".venv"]
    assert kiki(clone, "--version").returncode == 0
    assert left_over(clone) == [".venv"]


def test_a_damaged_environment_is_set_aside(clone: Path) -> None:
    (clone / ".venv" / "bin").mkdir(parents=True)
    (clone / ".venv" / "bin" / "python").write_text("not a program")
    done = kiki(clone, "--version")
    assert done.returncode == 0, done.stderr
    assert "kept as" in done.stderr
    assert len(left_over(clone)) == 2


def test_ctrl_c_is_11_and_clean(clone: Path) -> None:
    with subprocess.Popen(
        [str(clone / "kiki.py"), "--version"],
        stderr=subprocess.PIPE,
        text=True,
        env=environment(clone.parent / "home"),
        start_new_session=True,
    ) as run:
        assert run.stderr
        while "Installing" not in run.stderr.readline():
            assert run.poll() is None
        os.killpg(run.pid, signal.SIGINT)
        said = run.stderr.read()
    assert run.returncode == Exit.CANCELLED
    assert "Run the same command again" in said
    assert "Traceback" not in said
    assert left_over(clone) == []


def test_without_a_registry_it_is_9_and_says_what_to_check(clone: Path) -> None:
    done = kiki(clone, "--version", **OFFLINE)
    assert done.returncode == Exit.TEMPORARY
    assert "pip config list" in done.stderr
    assert "Traceback" not in done.stderr
    assert left_over(clone) == []


def test_a_full_disk_is_9_and_names_it(clone: Path) -> None:
    if os.geteuid() != 0:
        lab_missing("only root can mount a small disk")
    small = clone.parent / "small"
    small.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=40m", "small", small], check=True)
    try:
        done = kiki(clone, "--version", KIKI_VENV=str(small / "venv"))
        assert [path.name for path in small.iterdir()] == ["venv.lock"]
    finally:
        subprocess.run(["umount", small], check=True)
    assert done.returncode == Exit.TEMPORARY
    assert f"The disk of {small} is full" in done.stderr


def as_nobody(clone: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """Kiki run by somebody who may read the clone but not write it."""
    if os.geteuid() != 0:
        lab_missing("only root can become another user")
    python = "/usr/bin/python3"  # one in root's home can't be run by others
    if not Path(python).exists():
        lab_missing(f"no {python}")
    return subprocess.run(
        [python, clone / "kiki.py", "--version"],
        capture_output=True,
        text=True,
        env={**environment(clone.parent / "home"), "HOME": "/nonexistent", **more},
        user=NOBODY,
        group=NOBODY,
        extra_groups=[],
        cwd="/",
    )


def test_a_clone_that_cant_be_written_is_2_and_says_how_to_go_on(clone: Path) -> None:
    done = as_nobody(clone)
    assert done.returncode == Exit.USAGE
    assert f"{clone}/.venv can't be written" in done.stderr
    assert "KIKI_VENV=" in done.stderr


def test_it_runs_from_there_with_the_environment_elsewhere(clone: Path) -> None:
    own = clone.parent / "own"
    own.mkdir()
    shutil.chown(own, NOBODY, NOBODY)
    done = as_nobody(clone, KIKI_VENV=str(own / "venv"))
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("kiki ")
    assert left_over(clone) == []


def old_pythons() -> list[str]:
    """Every Python older than 3.11 that works here; a pyenv shim may not."""
    versions = (Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions").glob("3.*")
    folders = [Path("/usr/bin"), Path("/usr/local/bin"), *(folder / "bin" for folder in versions)]
    names = [f"python3.{minor}" for minor in range(6, 11)]
    return [str(folder / name) for folder in folders for name in names if (folder / name).exists()]


@pytest.mark.parametrize("python", old_pythons() or [""])
class TestOldPython:
    def test_alone_it_says_what_to_install(self, clone: Path, python: str) -> None:
        if not python:
            pytest.skip("no Python older than 3.11 here; the unit tests simulate one")
        done = kiki(clone, "--version", python=python, PATH=str(clone))
        assert done.returncode == Exit.FAILED
        assert "dnf install python3.11" in done.stderr
        assert "Traceback" not in done.stderr

    def test_beside_a_newer_one_it_hands_over(self, started: Path, python: str) -> None:
        if not python:
            pytest.skip("no Python older than 3.11 here; the unit tests simulate one")
        assert kiki(started, "--version", python=python).stdout.startswith("kiki ")


def test_ansible_is_installed_on_demand(started: Path) -> None:
    done = kiki(started, "setup", "ansible")
    assert done.returncode == 0, done.stderr
    playbook = started / ".venv-ansible" / "bin" / "ansible-playbook"
    shown = subprocess.run([playbook, "--version"], capture_output=True, text=True, check=True)
    assert "core 2.19." in shown.stdout
    doc = [playbook.with_name("ansible-doc"), "--json", "community.general.ufw"]
    where = {"ANSIBLE_COLLECTIONS_PATH": str(started / ".venv-ansible" / "collections")}
    described = subprocess.run(doc, env={**os.environ, **where}, capture_output=True, text=True)
    assert '"community.general.ufw"' in described.stdout


def test_installed_by_pip_the_command_is_kiki(clone: Path, tmp_path: Path) -> None:
    venv = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", venv], check=True)
    pip = [venv / "bin" / "pip", "install", "-q", "--disable-pip-version-check", clone]
    subprocess.run(pip, check=True, env=environment(tmp_path / "home"))
    done = subprocess.run([venv / "bin" / "kiki", "--version"], capture_output=True, text=True)
    assert done.stdout.startswith("kiki "), done.stderr
    code = "from kiki.provision import places; print(places.lock('ansible').read_text()[:40])"
    shipped = subprocess.run([venv / "bin" / "python", "-c", code], capture_output=True, text=True)
    assert "==" in shipped.stdout, shipped.stderr
