"""What every suite has: golden files, no network where none belongs, and a plain account of skips.

``KIKI_REQUIRE_LABS=1`` turns a lab that did not start into a failure, as CI wants it.
"""

import os
import signal
import socket
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest

from tests import labs, postgres

ROOT = Path(__file__).resolve().parent.parent
OFFLINE = ("unit", "golden", "contract")
LOOPBACK = ("127.0.0.1", "::1", "localhost")
# Variables of the developer's that would change what Kiki does; these few are the tests' own.
OURS = (
    "KIKI_LAB", "KIKI_LAB_LIVE", "KIKI_LAB_NUMBER", "KIKI_REQUIRE_LABS", "KIKI_VENV",
    "KIKI_ANSIBLE", "KIKI_LLAMA", "KIKI_OPENVINO", "KIKI_OPENSTACK", "KIKI_KUBERNETES",
    "KIKI_OPENSTACK_LIVE", "KIKI_KUBE_LIVE",
)  # fmt: skip
CHANGING = ("WORK_DIR", "MODEL_URL", "API_KEY", "ANSIBLE_CONFIG", "NO_COLOR", "KUBECONFIG")

RUN_BY = {
    "models": "make test-models",
    "clouds": "make test-clouds",
    "slow": "make test-live",
    "install": "make test-live",
}
_deselected: Counter[str] = Counter()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write the golden files anew")
    parser.addoption("--every-stray", action="store_true", help="try every stray word, not a few")


def pytest_configure(config: pytest.Config) -> None:
    """One environment for everybody: no configuration of the user's, English, UTF-8, and a Ctrl-C
    that is heard: a shell has what it starts in the background ignore it, with all its children."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for name in list(os.environ):
        ours = name.startswith("KIKI_") and name not in OURS
        if ours or name in CHANGING or name.startswith("OS_"):
            del os.environ[name]
    os.environ.update(LC_ALL="C.UTF-8", LANG="C.UTF-8")


@pytest.fixture(scope="session", autouse=True)
def own_folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Configuration, state and data of the tests' own."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("CONFIG", "STATE", "DATA", "CACHE"):
            patch.setenv(f"XDG_{name}_HOME", str(home / name.lower()))
        yield


@pytest.fixture(autouse=True)
def offline(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """No real network, and so no real model, in suites that must pass anywhere."""
    inside = request.node.path.relative_to(ROOT / "tests").parts[0]
    if inside in OFFLINE:
        monkeypatch.setattr(socket.socket, "connect", _guarded(socket.socket.connect))
        monkeypatch.setattr(socket.socket, "connect_ex", _guarded(socket.socket.connect_ex))


def _guarded(real: Any) -> Any:
    def connect(self: socket.socket, address: Any) -> Any:
        if isinstance(address, tuple) and address[0] not in LOOPBACK:
            pytest.fail(f"this suite is offline, but something connects to {address}")
        return real(self, address)

    return connect


class Golden:
    """Compares with files, or writes them when --update-golden is given."""

    def __init__(self, update: bool) -> None:
        self.update = update

    def check(self, path: Path, text: str) -> None:
        """*text* must be the contents of *path*."""
        if self.update:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        assert path.exists(), f"{path} is missing: make golden, then look at the diff"
        assert text == path.read_text("utf-8")

    def check_folder(self, folder: Path, files: dict[str, str]) -> None:
        """*files* (relative path to text) must be all that is in *folder*."""
        there = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
        if self.update:
            for gone in there - set(files):
                (folder / gone).unlink()
            there = set(files)
        assert there == set(files)
        for name, text in files.items():
            self.check(folder / name, text)


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    return Golden(request.config.getoption("--update-golden"))


def lab_missing(reason: str) -> NoReturn:
    """Skip, or fail where labs are required."""
    if os.environ.get("KIKI_REQUIRE_LABS") == "1":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.Server]:
    """A PostgreSQL server; each test makes its own database on it."""
    if postgres.programs() is None:
        lab_missing("PostgreSQL is not installed (Debian: apt-get install postgresql)")
    server = postgres.Server()
    yield server
    server.remove()


@pytest.fixture(scope="session")
def migrated(postgres_server: postgres.Server, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A database with Kiki's schema and no record, to make others from."""
    from kiki.store.opening import open_store

    name, folder = postgres_server.create(), tmp_path_factory.mktemp("migrated")
    url, password = postgres_server.url(name), str(postgres_server.password_file)
    open_store(str(folder), str, database=url, password_file=password).close()
    return name


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """With --dist loadscope, files run beside one another, but all that needs one lab stays with
    one worker: hosts that two tests change at once are no evidence of anything."""
    from xdist.scheduler import LoadScopeScheduling

    class Files(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return labs.shared(nodeid.partition("::")[0])

    return Files(config, log)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One more than processors: whoever has a lab mostly waits for it."""
    return (os.cpu_count() or 1) + 1


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Every worker collects, and leaves out, the same: one of them tells."""
    for script in getattr(node, "workeroutput", {}).get("labs", []):
        labs.leave(script)
    _deselected.update(
        Counter(getattr(node, "workeroutput", {}).get("deselected", {})) - _deselected
    )


def pytest_sessionfinish(session: pytest.Session) -> None:
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["deselected"] = dict(_deselected)
        session.config.workeroutput["labs"] = labs.left()
    else:
        labs.stop()


def pytest_deselected(items: list[pytest.Item]) -> None:
    for item in items:
        marks = (mark for mark in RUN_BY if item.get_closest_marker(mark))
        _deselected[RUN_BY.get(next(marks, ""), "make test")] += 1


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """The last lines: what did not run, and why."""
    reasons: Counter[str] = Counter()
    for report in terminalreporter.stats.get("skipped", []):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        reasons[str(reason).removeprefix("Skipped: ")] += 1
    for reason, count in sorted(reasons.items()):
        terminalreporter.write_line(f"skipped: {count} because {reason}")
    if not reasons:
        terminalreporter.write_line("skipped: nothing")
    for command, count in sorted(_deselected.items()):
        terminalreporter.write_line(f"not run here: {count} tests of {command}")
