"""A run's folder: what Ansible is given, and what stays as the record of the run.

Called by ``runner``. Laid out as ansible-runner lays out its private data folder::

    runs/run_<id>/
      project/...            the artifact's files, byte by byte
      inventory/hosts.json   the frozen inventory
      inventory/limit        its hosts that the run is for, one a line, if not all
      env/                   ansible.cfg, extra_vars.json
      process.json           which processes belong to the run (see processes)
      events.jsonl           what happened: no diffs, no file contents, secrets redacted
      stdout.log             the same for people
      result.json            how it ended

Folders are 0700 and files 0600. Secrets, and diffs of hosts' files, are never here.
"""

import json
import os
import re
from pathlib import Path, PurePosixPath
from typing import Any

from kiki.execution.faults import guarded
from kiki.model.artifact import Artifact
from kiki.model.errors import StateError, UsageError

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


class Folder:
    """One run's folder. Making it fails when it is there: a run happens once."""

    def __init__(self, runs: Path, run_id: str) -> None:
        if not _ID.fullmatch(run_id):
            raise UsageError("execution.run_id_invalid", id=run_id)
        self.path = runs / f"run_{run_id}"
        self.project = self.path / "project"
        self.inventory = self.path / "inventory" / "hosts.json"
        self.limit = self.path / "inventory" / "limit"
        self.config = self.path / "env" / "ansible.cfg"
        self.extra_vars = self.path / "env" / "extra_vars.json"
        self.trace = self.path / "process.json"
        self.events = self.path / "events.jsonl"
        self.log = self.path / "stdout.log"
        self.result = self.path / "result.json"

    def make(self) -> None:
        """Make the empty folder. StateError when there was a run with this id."""
        with guarded(self.path):
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            try:
                self.path.mkdir(mode=0o700)
            except FileExistsError:
                raise StateError("execution.run_exists", path=str(self.path)) from None

    def put(self, path: Path, text: str) -> None:
        """Write one file of the folder, making folders between as needed."""
        with guarded(path):
            _make_private(path.parent)
            with open_private(path) as file:
                file.write(text)

    def put_artifact(self, artifact: Artifact) -> None:
        """Write the artifact's files, exactly."""
        for file in artifact.files:
            self.put(self.project / safe(file.path), file.text)

    def put_json(self, path: Path, value: Any) -> None:
        """Write a JSON value for people and programs."""
        self.put(path, json.dumps(value, indent=1, ensure_ascii=False) + "\n")


def open_private(path: Path) -> Any:
    """A new text file that only the owner can read. An existing one is truncated."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    return os.fdopen(handle, "w", encoding="utf-8", newline="")


def safe(path: str) -> PurePosixPath:
    """An artifact's path, refused when it would leave the project."""
    given = PurePosixPath(path)
    if not given.parts or given.is_absolute() or ".." in given.parts or "\0" in path:
        raise UsageError("execution.unsafe_path", path=path)
    return given


def _make_private(path: Path) -> None:
    if not path.exists():
        _make_private(path.parent)
        path.mkdir(mode=0o700, exist_ok=True)
