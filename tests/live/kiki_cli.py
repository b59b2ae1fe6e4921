"""Running the real command line against a state folder of its own. Used by the live suites."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

from tests.conftest import ROOT


class Answer(NamedTuple):
    """How one call ended."""

    code: int
    out: str
    err: str

    @property
    def change(self) -> dict[str, Any]:
        """The change in the JSON that the call printed."""
        found: dict[str, Any] = json.loads(self.out)["change"]
        return found

    @property
    def told(self) -> str:
        """Everything that it said, for messages of failed tests."""
        return f"exit {self.code}\n{self.out}\n{self.err}"


class Kiki:
    """The command line with a home, a state folder and a working folder of its own."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.state = folder / "state"
        self.folder = folder / "work"
        self.folder.mkdir(parents=True, exist_ok=True)
        self.limit_s = 300  # of a call that is waited for; more where a lab is slow beside others
        self._environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "LANG": "C.UTF-8",
            "PYTHONPATH": str(ROOT / "src"),
            "KIKI_STATE": str(self.state),
            **environment,
        }

    def __call__(self, *arguments: str, typed: str | None = None, **environment: str) -> Answer:
        """Run to the end; *typed* is standard input, else there is none."""
        done = subprocess.run(
            self.command(*arguments),
            input=typed,
            stdin=subprocess.DEVNULL if typed is None else None,
            capture_output=True,
            text=True,
            cwd=self.folder,
            env=self._environment | environment,
            timeout=self.limit_s,
        )
        return Answer(done.returncode, done.stdout, done.stderr)

    def start(self, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        """Run on its own, in a process group of its own."""
        return subprocess.Popen(
            self.command(*arguments),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=self.folder,
            env=self._environment | environment,
            start_new_session=True,
        )

    def command(self, *arguments: str) -> list[str]:
        """The argument list of a call."""
        return [sys.executable, "-m", "kiki", *arguments]
