"""One order in, lines of JSON out: how a program of another environment talks with Kiki.

Used by the ``driver`` folders of ``clusters`` and ``clouds``, which are started as scripts by
``execution.clients``. Standard library only. Standard input: one line of JSON. Standard output:
lines with ``said`` (something on the way), and at last one with ``answer`` or ``error``. When Kiki
dies its end of standard input closes, and the process ends.
"""

import json
import os
import sys
import threading
from collections.abc import Callable
from typing import Any

_LOCK = threading.Lock()


def put(line: dict[str, Any]) -> None:
    """Write one line; nobody who reads any more ends the process."""
    with _LOCK:
        try:
            sys.stdout.write(json.dumps(line) + "\n")
            sys.stdout.flush()
        except OSError:
            os._exit(1)


def say(said: Any) -> None:
    """Tell something on the way."""
    put({"said": said})


def serve(answered: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """One order, one answer; threads that still wait for the system end with the process."""
    line = b""
    while not line.endswith(b"\n"):
        chunk = os.read(0, 1 << 16)
        if not chunk:
            return
        line += chunk
    threading.Thread(target=_watch, daemon=True).start()
    put(answered(json.loads(line)))
    os._exit(0)


def _watch() -> None:
    """End once Kiki is gone."""
    while os.read(0, 1):
        pass
    os._exit(1)
