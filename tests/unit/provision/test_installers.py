"""What is asked of uv and pip, and what their failures mean."""

import sys
import zipfile
from pathlib import Path

import pytest

from kiki.model.errors import KikiError, PermanentError, TemporaryError
from kiki.provision import installers
from kiki.provision.installers import Tool

PIP = ["/v/bin/python", "-I", "-m", "pip", "install"]
# Real last lines of pip 23 and uv 0.9.
FAILURES = [
    (
        [
            "WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError'",
            "ERROR: Could not find a version that satisfies the requirement rich==15 (from: none)",
            "ERROR: No matching distribution found for rich==15",
        ],
        TemporaryError,
        "provision.unreachable",
        "ERROR: No matching distribution found for rich==15",
    ),
    (
        ["error: Failed to fetch: `https://mirror/simple/rich/`", "  Caused by: dns error"],
        TemporaryError,
        "provision.unreachable",
        "Caused by: dns error",
    ),
    (
        ["ERROR: Could not install packages: [Errno 28] No space left on device", ""],
        TemporaryError,
        "provision.disk_full",
        "ERROR: Could not install packages: [Errno 28] No space left on device",
    ),
    (
        [
            "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.",
            "    rich==15.0.0 from https://mirror/rich.whl:",
            "        Expected sha256 aa",
            "             Got        bb",
        ],
        PermanentError,
        "provision.hash_mismatch",
        "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.",
    ),
    (["Segmentation fault"], TemporaryError, "provision.install_failed", "Segmentation fault"),
    ([], TemporaryError, "provision.install_failed", "(no output)"),
]


@pytest.mark.parametrize(("output", "kind", "code", "line"), FAILURES)
def test_failures_are_told_apart(
    tmp_path: Path, output: list[str], kind: type[KikiError], code: str, line: str
) -> None:
    failure = installers.failure(PIP, tmp_path / ".venv", output)
    assert type(failure) is kind
    assert (failure.code, failure.params["line"]) == (code, line)


def test_a_full_disk_is_the_one_of_the_environment(tmp_path: Path) -> None:
    failure = installers.failure(PIP, tmp_path / ".venv", ["No space left on device"])
    assert failure.params["path"] == str(tmp_path)


def test_credentials_in_addresses_are_not_shown() -> None:
    assert (
        installers.telling_line(["error: https://me:secret@mirror/x"]) == "error: https://mirror/x"
    )


def test_a_failed_command_is_a_kiki_error_with_its_last_words(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "print('fine so far'); raise SystemExit('error: it broke')"]
    with pytest.raises(TemporaryError) as raised:
        installers.run(command, tmp_path)
    assert raised.value.params["line"] == "error: it broke"


def test_commands_get_no_input_and_no_path_of_the_users(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in installers.DROPPED:
        monkeypatch.setenv(name, "/elsewhere")
    monkeypatch.setenv("PIP_USER", "1")
    monkeypatch.setenv("PIP_INDEX_URL", "https://mirror/simple")
    code = "import os, sys; print(sys.stdin.read() + repr(sorted(os.environ.items())))"
    lines: list[str] = []
    installers.run([sys.executable, "-I", "-c", code], tmp_path, lines.append)
    assert "/elsewhere" not in lines[0]
    assert "('PIP_USER', '0')" in lines[0]
    assert "('PIP_INDEX_URL', 'https://mirror/simple')" in lines[0]


def test_progress_counts_the_packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lock = tmp_path / "lock.txt"
    lock.write_text("a-b==1 \\\n    --hash=x\nc==2 ; python_version < '3' \\\n    --hash=x\n")
    asked: list[list[str]] = []

    def run(command: list[str], folder: Path, on_line: object) -> None:
        asked.append(command)
        assert callable(on_line)
        for line in ("Collecting a-b==1 (from -r x)\n", "  Downloading a\n", "Collecting c==2\n"):
            on_line(line)

    monkeypatch.setattr(installers, "run", run)
    reports: list[tuple[str, dict[str, str]]] = []
    installers.install("pip", tmp_path, lock, lambda code, params: reports.append((code, params)))
    assert reports == [
        ("provision.packages", {"count": "2"}),
        ("provision.package", {"done": "1", "total": "2", "name": "a-b"}),
        ("provision.package", {"done": "2", "total": "2", "name": "c"}),
    ]
    assert {"--require-hashes", "--no-deps", "--only-binary"} <= set(asked[0])


class TestAttempt:
    def try_with(
        self, monkeypatch: pytest.MonkeyPatch, uv: bool, error: KikiError | None = None
    ) -> tuple[list[Tool], list[str]]:
        tried: list[Tool] = []
        reports: list[str] = []

        def fill(tool: Tool) -> None:
            tried.append(tool)
            if tool == "uv" and error:
                raise error

        monkeypatch.setattr(installers.shutil, "which", lambda name: "/bin/uv" if uv else None)
        installers.attempt(fill, lambda code, params: reports.append(code))
        return tried, reports

    def test_uv_when_there_is_one(self, monkeypatch: pytest.MonkeyPatch) -> None:
        assert self.try_with(monkeypatch, uv=True) == (["uv"], [])

    def test_else_pip(self, monkeypatch: pytest.MonkeyPatch) -> None:
        assert self.try_with(monkeypatch, uv=False) == (["pip"], [])

    def test_pip_when_uv_fails(self, monkeypatch: pytest.MonkeyPatch) -> None:
        error = TemporaryError("provision.unreachable", tool="uv", line="no route")
        tried, reports = self.try_with(monkeypatch, uv=True, error=error)
        assert (tried, reports) == (["uv", "pip"], ["provision.uv_failed"])

    @pytest.mark.parametrize(
        "error",
        [
            TemporaryError("provision.disk_full", path="/", line="full"),
            PermanentError("provision.hash_mismatch", tool="uv", line="other bytes"),
        ],
    )
    def test_not_when_pip_would_fail_alike(
        self, monkeypatch: pytest.MonkeyPatch, error: KikiError
    ) -> None:
        with pytest.raises(type(error)):
            self.try_with(monkeypatch, uv=True, error=error)


@pytest.mark.parametrize("tool", ["uv", "pip"])
def test_only_the_wanted_folders_of_the_wheel_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tool: Tool
) -> None:
    files = {"c/a/b/x.py": "x", "c/a/bb/y.py": "y", "c/z/w.py": "w", "p-1.dist-info/RECORD": ""}

    def run(command: list[str], folder: Path, on_line: object = None) -> None:
        into = Path(command[command.index("--target" if tool == "uv" else "-d") + 1])
        if tool == "pip":
            into.mkdir()
            with zipfile.ZipFile(into / "p-1-py3-none-any.whl", "w") as wheel:
                for name, text in files.items():
                    wheel.writestr(name, text)
            return
        for name, text in files.items():
            (into / name).parent.mkdir(parents=True, exist_ok=True)
            (into / name).write_text(text)

    monkeypatch.setattr(installers, "run", run)
    into = tmp_path / "collections"
    installers.unpack(tool, tmp_path, tmp_path / "lock.txt", ["c/a/b"], into)
    found = [str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()]
    assert found == ["collections/c/a/b/x.py"]
