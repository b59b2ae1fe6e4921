"""kiki.py: what it decides before Kiki's own code runs, and that an old Python can read it."""

import ast
import importlib.util
import json
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from kiki.model.exits import Exit
from kiki.provision import environments
from tests.conftest import ROOT

LAUNCHER = ROOT / "kiki.py"
SOURCE = LAUNCHER.read_text("utf-8")
STANDARD_ONLY = """
import sys
sys.path.insert(0, sys.argv[1])
import kiki.provision.bootstrap
print(*sorted(name for name in sys.modules if name.startswith("kiki")))
"""


@pytest.fixture
def launcher(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The launcher as a module, its environment and lock in a folder of the test's own."""
    spec = importlib.util.spec_from_file_location("launcher", LAUNCHER)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    venv = tmp_path / ".venv"
    (tmp_path / "base.txt").write_text("rich==1 \\\n    --hash=sha256:00\n")
    monkeypatch.setattr(module, "VENV", str(venv))
    monkeypatch.setattr(module, "PYTHON", str(venv / "bin" / "python"))
    monkeypatch.setattr(module, "LOCK", str(tmp_path / "base.txt"))
    return module


def make_environment(folder: Path, lock: str) -> None:
    def fill(aside: Path) -> None:
        (aside / "bin").mkdir(parents=True)
        (aside / "bin" / "python").symlink_to(sys.executable)

    environments.make(folder, lock, fill, lambda code, params: None)


class TestOldPython:
    def test_python_3_6_can_read_it(self) -> None:
        ast.parse(SOURCE, feature_version=(3, 6))

    def test_it_uses_nothing_that_is_newer_than_3_6(self) -> None:
        for newer in ("removeprefix", "removesuffix", "capture_output", "dataclass", "annotations"):
            assert newer not in SOURCE

    def test_it_imports_the_standard_library_alone_until_a_new_python_runs_it(self) -> None:
        imported = set(re.findall(r"^\s*import (\w+)$", SOURCE, re.M))
        assert imported == {"os", "sys", "json", "subprocess", "importlib"}

    def test_its_exit_codes_are_those_of_the_model(self, launcher: ModuleType) -> None:
        assert (launcher.FAILED, launcher.CANCELLED) == (Exit.FAILED, Exit.CANCELLED)

    def test_what_it_hands_over_to_needs_no_package(self) -> None:
        command = [sys.executable, "-I", "-S", "-c", STANDARD_ONLY, str(ROOT / "src")]
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        assert "kiki.provision.installers" in done.stdout


class TestReady:
    def test_not_without_an_environment(self, launcher: ModuleType) -> None:
        assert not launcher.ready()

    def test_with_the_environment_that_provision_makes(
        self, launcher: ModuleType, tmp_path: Path
    ) -> None:
        make_environment(tmp_path / ".venv", (tmp_path / "base.txt").read_text())
        assert launcher.ready()

    def test_not_when_the_lock_has_changed(self, launcher: ModuleType, tmp_path: Path) -> None:
        make_environment(tmp_path / ".venv", (tmp_path / "base.txt").read_text())
        (tmp_path / "base.txt").write_text("rich==2\n")
        assert not launcher.ready()

    def test_not_when_the_python_it_was_made_with_is_another_one_now(
        self, launcher: ModuleType, tmp_path: Path
    ) -> None:
        make_environment(tmp_path / ".venv", (tmp_path / "base.txt").read_text())
        (tmp_path / ".venv/bin/python").unlink()
        (tmp_path / ".venv/bin/python").symlink_to("/bin/sh")
        assert not launcher.ready()

    def test_not_when_its_python_is_gone(self, launcher: ModuleType, tmp_path: Path) -> None:
        make_environment(tmp_path / ".venv", (tmp_path / "base.txt").read_text())
        (tmp_path / ".venv/bin/python").unlink()
        assert not launcher.ready()

    def test_not_without_a_stamp(self, launcher: ModuleType, tmp_path: Path) -> None:
        make_environment(tmp_path / ".venv", (tmp_path / "base.txt").read_text())
        (tmp_path / ".venv" / environments.STAMP).unlink()
        assert not launcher.ready()


class TestInterpreter:
    def fake(self, launcher: ModuleType, monkeypatch: pytest.MonkeyPatch, **found: int) -> None:
        """*found*: names on PATH (``_`` for ``.``) and what probing each says."""
        verdicts = {f"/bin/{name.replace('_', '.')}": verdict for name, verdict in found.items()}
        monkeypatch.setattr(
            launcher, "programs", lambda name: [f"/bin/{name}"] * (f"/bin/{name}" in verdicts)
        )
        monkeypatch.setattr(launcher, "probe", lambda python: verdicts.get(python, launcher.OLD))

    def test_a_newer_one_on_path(
        self, launcher: ModuleType, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.fake(launcher, monkeypatch, python3_14=0, python3_12=0)
        assert launcher.interpreter() == "/bin/python3.12"

    def test_a_broken_shim_is_passed_over(
        self, launcher: ModuleType, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.fake(launcher, monkeypatch, python3_13=127, python3_11=0)
        assert launcher.interpreter() == "/bin/python3.11"

    def test_without_venv_it_serves_when_uv_is_there(
        self, launcher: ModuleType, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.fake(launcher, monkeypatch, python3_12=launcher.NO_VENV, uv=0)
        assert launcher.interpreter() == "/bin/python3.12"

    def test_none_says_what_to_install(
        self,
        launcher: ModuleType,
        monkeypatch: pytest.MonkeyPatch,
        capfd: pytest.CaptureFixture[str],
    ) -> None:
        self.fake(launcher, monkeypatch)
        with pytest.raises(SystemExit) as stopped:
            launcher.interpreter()
        assert stopped.value.code == Exit.FAILED
        said = capfd.readouterr().err
        assert "dnf install python3.11" in said
        assert "apt install python3" in said

    def test_none_with_venv_names_the_package(
        self,
        launcher: ModuleType,
        monkeypatch: pytest.MonkeyPatch,
        capfd: pytest.CaptureFixture[str],
    ) -> None:
        self.fake(launcher, monkeypatch, python3=launcher.NO_VENV)
        with pytest.raises(SystemExit):
            launcher.interpreter()
        said = capfd.readouterr().err
        assert "/bin/python3" in said
        assert "apt install python3-venv" in said

    def test_the_probe_tells_this_python_is_good(self, launcher: ModuleType) -> None:
        assert launcher.probe(sys.executable) == 0

    def test_the_probe_survives_what_is_no_program(self, launcher: ModuleType) -> None:
        assert launcher.probe("/etc/hostname") not in (0, launcher.OLD, launcher.NO_VENV)


@pytest.mark.parametrize(
    ("arguments", "variables", "language"),
    [
        (["--version"], {"LANG": "ko_KR.UTF-8"}, "ko"),
        (["--version"], {"LANG": "ko_KR.UTF-8", "LC_ALL": "C.UTF-8"}, "en"),
        (["--version"], {"LANG": ""}, "en"),
        (["--message", "Nginx 설치"], {"LANG": "C"}, "ko"),
        (["--lang", "en", "--message", "Nginx 설치"], {"LANG": "ko_KR.UTF-8"}, "en"),
        (["--version"], {"KIKI_LANG": "ko"}, "ko"),
    ],
)
def test_language(
    launcher: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    variables: dict[str, str],
    language: str,
) -> None:
    for name in ("KIKI_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "argv", ["kiki.py", *arguments])
    assert launcher.language() == language


def test_every_text_can_be_filled_without_kikis_own_formatter() -> None:
    for lang in ("en", "ko"):
        path = ROOT / "src" / "kiki" / "messages" / lang / "provision.json"
        for entry in json.loads(path.read_text("utf-8")).values():
            for text in entry.values():
                assert not re.search(r"\{\w*[^\w}]", text), text


def test_a_python_started_in_the_clone_finds_the_package_and_not_the_launcher() -> None:
    code = "import kiki, kiki.model.exits; print(kiki.__version__, kiki.__file__)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, env={"PATH": ""}
    )
    assert done.stdout.endswith("src/kiki/__init__.py\n"), done.stderr
