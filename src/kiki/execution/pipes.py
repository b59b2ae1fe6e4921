"""Handing values to Ansible through named pipes.

Called by ``runner``. A value goes from Kiki's memory through the kernel into Ansible's: it is in
no argument, no environment and no file. Each pipe is read once.
"""

import contextlib
import errno
import io
import json
import os
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kiki.execution.faults import guarded

_STEP = 0.005  # seconds between looks for a reader


class Pipe:
    """A named pipe that gives *text* to its first reader.

    The writer never blocks in the kernel: the pipe may be taken away, by whoever ends the run,
    while nobody has opened it yet.
    """

    def __init__(self, path: Path, text: str) -> None:
        self.path = path
        self._data = text.encode()
        self._closed = threading.Event()
        with guarded(path):
            os.mkfifo(path, 0o600)
        self._writer = threading.Thread(target=self._write, daemon=True)
        self._writer.start()

    def close(self) -> None:
        """Take the pipe away, whether or not anybody has read it."""
        self._closed.set()
        self._writer.join()
        self.path.unlink(missing_ok=True)

    def _write(self) -> None:
        with contextlib.suppress(OSError):
            pipe = self._opened()
            if pipe is not None:
                with os.fdopen(pipe, "wb", buffering=0) as file:
                    self._pour(file)

    def _opened(self) -> int | None:
        """The writing end once there is a reader (ENXIO until then); None when closed before."""
        while not self._closed.wait(_STEP):
            try:
                return os.open(self.path, os.O_WRONLY | os.O_NONBLOCK)
            except OSError as error:
                if error.errno != errno.ENXIO:
                    raise
        return None

    def _pour(self, pipe: io.FileIO) -> None:
        rest = self._data
        while rest:
            written = pipe.write(rest)  # None while the pipe is full
            rest = rest[written or 0 :]
            if written is None and self._closed.wait(_STEP):
                return


NO_TEMPLATE = "__ansible_unsafe"
"""How Ansible writes a text that is none, in JSON."""


class Template(str):
    """A text that Ansible may take for a template."""

    __slots__ = ()


def variables(values: Mapping[str, str], nested: Mapping[str, Mapping[str, Any]]) -> str:
    """A JSON file of extra variables, each text marked so that Ansible never takes it for a
    template: a password may contain ``{{``. Those of *nested* may be of any JSON type, and
    ``Template``. Not YAML: a text marked there is read as if it had no quotes, so that a password
    of digits or ``yes`` would be a number or a truth value."""
    named = (*values.items(), *nested.items())
    return json.dumps({name: _written(value) for name, value in named})


def _written(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _written(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_written(one) for one in value]
    if isinstance(value, str) and not isinstance(value, Template):
        return {NO_TEMPLATE: value}
    return value
