"""uv, or venv and pip: the commands that make an environment and fill it from a lock.

Called by ``bootstrap`` and ``ansible``. Standard library only. Wheels only and hashes always, so no
code of a package runs while it is installed. Every failure becomes a KikiError: a full disk, a
registry that can't be reached and anything else are told apart by what the installer printed.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterable
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from kiki.model.errors import KikiError, PermanentError, TemporaryError
from kiki.provision import places

Report = Callable[[str, dict[str, str]], None]
Tool = Literal["uv", "pip"]

LOCKED = ("--no-deps", "--require-hashes", "--only-binary", ":all:")
# Settings of the user's that would send the packages elsewhere or change what runs.
DROPPED = ("PYTHONPATH", "PYTHONHOME", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "VIRTUAL_ENV")
FIXED = {
    "PIP_USER": "0",
    "PIP_NO_INPUT": "1",
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    "PIP_ROOT_USER_ACTION": "ignore",
    "UV_NO_PROGRESS": "1",
}

_FULL = re.compile(r"No space left on device|os error 28|Disk quota exceeded", re.I)
_HASH = re.compile(r"DO NOT MATCH THE HASHES|hash mismatch", re.I)
_NETWORK = re.compile(
    r"no matching distribution|could not find a version|failed to fetch|connection|timed? ?out"
    r"|name resolution|no route to host|proxy|certificate|error sending request",
    re.I,
)


def attempt(fill: Callable[[Tool], None], report: Report) -> None:
    """Have *fill* work with uv when there is one, else, or when that fails, with pip.

    pip gets its turn after uv because a site's mirror is often known to pip's configuration only,
    which uv does not read.
    """
    if shutil.which("uv"):
        try:
            return fill("uv")
        except TemporaryError as error:
            if error.code == "provision.disk_full" or not find_spec("ensurepip"):
                raise
            report("provision.uv_failed", {"line": str(error.params["line"])})
    return fill("pip")


def create(tool: Tool, folder: Path) -> None:
    """Make an empty environment in *folder* with the Python that runs this."""
    shutil.rmtree(folder, ignore_errors=True)
    if tool == "uv":
        start = ["uv", "venv", "--quiet", "--no-project", "--python", sys.executable]
    else:
        start = [sys.executable, "-I", "-m", "venv"]
    run([*start, str(folder)], folder)


def wheels() -> list[str]:
    """Where packages come from: in an unpacked archive from its own wheels, and nothing is asked
    over the network; else from wherever uv or pip are configured to look."""
    found = places.wheels()
    return ["--no-index", "--find-links", str(found)] if found else []


def download(folder: Path, locks: Iterable[Path], report: Report) -> None:
    """Put the wheels that *locks* name into *folder*, each checked against its hash; *report* hears
    ``provision.downloading`` of each lock."""
    with tempfile.TemporaryDirectory() as place:
        pip = Path(place) / "pip"
        create("pip", pip)
        start = [
            str(pip / "bin" / "python"),
            "-I",
            "-m",
            "pip",
            "download",
            "--progress-bar",
            "off",
        ]
        for lock in locks:
            report("provision.downloading", {"name": lock.stem})
            run([*start, *wheels(), "-d", str(folder), *LOCKED, "-r", str(lock)], folder)


def install(tool: Tool, folder: Path, lock: Path, report: Report) -> None:
    """Install everything that *lock* names into the environment in *folder*, byte-compiled."""
    names = locked_names(lock.read_text())
    report("provision.packages", {"count": str(len(names))})
    python = str(folder / "bin" / "python")
    if tool == "uv":
        start = ["uv", "pip", "install", "--python", python, "--compile-bytecode"]
        run([*start, *wheels(), *LOCKED, "-r", str(lock)], folder)
    else:
        start = [python, "-I", "-m", "pip", "install", "--progress-bar", "off", *wheels()]
        run([*start, *LOCKED, "-r", str(lock)], folder, _counter(len(names), report))


def unpack(tool: Tool, folder: Path, lock: Path, wanted: Iterable[str], into: Path) -> None:
    """Put the folders *wanted* of the one wheel that *lock* names into *into*.

    The wheel itself, five times their size, goes to a folder beside *into* and is removed.
    """
    fetched = into.with_name(f"{into.name}.fetched")
    python = str(folder / "bin" / "python")
    if tool == "uv":
        start = ["uv", "pip", "install", "--no-cache", "--python", python, "--target", str(fetched)]
        run([*start, *wheels(), *LOCKED, "-r", str(lock)], folder)
        _move(fetched, wanted, into)
    else:
        start = [python, "-I", "-m", "pip", "download", "--progress-bar", "off", "-d", str(fetched)]
        run([*start, *wheels(), *LOCKED, "-r", str(lock)], folder)
        _unzip(next(fetched.glob("*.whl")), tuple(f"{name}/" for name in wanted), into)
    shutil.rmtree(fetched)


def _move(fetched: Path, wanted: Iterable[str], into: Path) -> None:
    for name in wanted:
        (into / name).parent.mkdir(parents=True, exist_ok=True)
        (fetched / name).rename(into / name)


def _unzip(wheel: Path, prefixes: tuple[str, ...], into: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(into, [name for name in archive.namelist() if name.startswith(prefixes)])


def locked_names(lock: str) -> list[str]:
    """The packages that a lock's text names, in its order."""
    return re.findall(r"^([A-Za-z0-9._-]+)==", lock, re.M)


def _counter(total: int, report: Report) -> Callable[[str], None]:
    seen: list[str] = []

    def on_line(line: str) -> None:
        if line.startswith("Collecting "):
            seen.append(line.split()[1].split("==")[0])
            count = {"done": str(len(seen)), "total": str(total)}
            report("provision.package", {**count, "name": seen[-1]})

    return on_line


def run(command: list[str], folder: Path, on_line: Callable[[str], None] = lambda _: None) -> None:
    """Run an installer that works on *folder* to its end, each line of its output to *on_line*.

    It never asks and never reads our input. On Ctrl-C it is ended before that goes on.
    """
    output: list[str] = []
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=_environment(),
        text=True,
        encoding="utf-8",
        errors="replace",
    ) as process:
        try:
            for line in process.stdout or ():
                output.append(line.rstrip())
                on_line(line)
        except KeyboardInterrupt:
            process.terminate()
            raise
    if process.returncode:
        raise failure(command, folder, output)


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in DROPPED}
    return {"UV_HTTP_RETRIES": "1", **kept, **FIXED}


def failure(command: list[str], folder: Path, output: list[str]) -> KikiError:
    """What an installer's output means."""
    tool = "uv" if Path(command[0]).name == "uv" else "pip" if "pip" in command else "venv"
    text, line = "\n".join(output), telling_line(output)
    if _FULL.search(text):
        return TemporaryError("provision.disk_full", path=str(folder.parent), line=line)
    if _HASH.search(text):
        return PermanentError("provision.hash_mismatch", tool=tool, line=line)
    if _NETWORK.search(text):
        return TemporaryError("provision.unreachable", tool=tool, line=line)
    return TemporaryError("provision.install_failed", tool=tool, line=line)


def telling_line(output: list[str]) -> str:
    """The last line that names an error, else the last one; without credentials of addresses."""
    lines = [line.strip() for line in output if line.strip()]
    errors = [line for line in lines if line.lower().startswith(("error", "caused by"))]
    return re.sub(r"//[^/@\s]+@", "//", (errors or lines or ["(no output)"])[-1])
