"""One question to a live system, in a process of its client's own environment.

Called by the adapters. The order goes in as one line of JSON through a pipe, as it may hold
credentials; the answer comes back as JSON. What goes wrong comes back as the name of an error and
no text: a client's own texts may quote what it was given. A process that hangs is killed.
"""

import json
import subprocess
from pathlib import Path
from typing import Any

import msgspec

from kiki.model.errors import TemporaryError
from kiki.model.records import Record
from kiki.provision import runtimes

SCRIPT = Path(__file__).with_name("driver")  # a folder: nothing else of ours on its path
START_S = 8.0  # to start a Python and load a client, on a machine that is busy
MOST_NAMES = 10_000  # of one sort; a system with more is not asked which


class Answer(Record, frozen=True):
    """What a driver says. *names* by sort; *errors* says why a sort could not be had, and *error*
    why none could: ``timeout``, ``too_many``, or the name of the client's own error."""

    names: dict[str, list[str]] = {}
    errors: dict[str, str] = {}
    error: str = ""


def ask(
    python: Path,
    system: str,
    order: dict[str, Any],
    timeout_s: float,
    environment: dict[str, str],
) -> Answer:
    """The answer of *system*, a module of the driver, to *order*, within *timeout_s*.
    TemporaryError ``catalogue.client_failed`` when the process itself does not work."""
    told = order | {"system": system, "timeout_s": timeout_s, "most": MOST_NAMES}
    line = json.dumps(told).encode() + b"\n"
    try:
        done = subprocess.run(
            [str(python), "-I", str(SCRIPT)],
            input=line,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=runtimes.environment() | environment,
            timeout=timeout_s + START_S,
            check=False,
        )
        return msgspec.json.decode(done.stdout, type=Answer)
    except subprocess.TimeoutExpired:
        return Answer(error="timeout")
    except OSError as error:
        reason = error.strerror or "OSError"
        raise TemporaryError("catalogue.client_failed", path=str(python), reason=reason) from error
    except msgspec.MsgspecError as error:
        code = str(done.returncode)
        raise TemporaryError("catalogue.client_failed", path=str(python), reason=code) from error
