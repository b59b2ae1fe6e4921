"""llama.cpp itself for the slow suite, with a small model: as Kiki's own engine has them."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from kiki.provision import runtimes
from tests.conftest import ROOT
from tests.models.having import SHELF, SMOL, fetched, installed

KEY = "sk-geheim-4711"


class Llama(NamedTuple):
    """What a server needs."""

    python: Path
    model: Path


def provided() -> Llama:
    """The environment and the model; skips when they can't be had."""
    installed("llama")
    model = fetched(SMOL)
    python = runtimes.find("llama")
    assert python is not None
    return Llama(python, SHELF / model.file)


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
