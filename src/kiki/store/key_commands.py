"""A site's own command that prints the master key: a vault's client, say.

Called by ``store.key_sources``. The program is started without a shell, with nothing on its
standard input; it has a few seconds, and what it prints is bounded. What it says on its standard
error is not shown: it may hold what must not be.
"""

import os
import select
import signal
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress

from kiki.model.errors import KikiError, TemporaryError, UsageError

PATIENCE_S = 20.0
LONGEST = 1 << 12
"""Bytes; a key in base64 with its line end is 45."""


def output(words: Sequence[str], source: str, patience_s: float = PATIENCE_S) -> bytes:
    """What the program prints. UsageError ``store.master_key_unusable`` when it can't be started
    or prints too much; TemporaryError ``store.master_key_failed`` or
    ``store.master_key_timeout``."""
    process = _started(words, source)
    try:
        return _ended(process, source, time.monotonic() + patience_s, patience_s)
    finally:
        _end(process)


def _started(words: Sequence[str], source: str) -> "subprocess.Popen[bytes]":
    try:
        return subprocess.Popen(
            list(words),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # whatever it starts ends with it
        )
    except (OSError, ValueError) as error:
        detail = getattr(error, "strerror", None) or "it can't be started"
        raise UsageError("store.master_key_unusable", source=source, detail=detail) from None


def _ended(
    process: "subprocess.Popen[bytes]", source: str, deadline: float, patience_s: float
) -> bytes:
    try:
        said = _read(process, deadline)
        if len(said) > LONGEST:
            detail = f"it prints more than {LONGEST} bytes"
            raise UsageError("store.master_key_unusable", source=source, detail=detail)
        status = process.wait(max(0.0, deadline - time.monotonic()))
    except (TimeoutError, subprocess.TimeoutExpired):
        raise _slow(source, patience_s) from None
    if status:
        raise TemporaryError("store.master_key_failed", source=source, status=status)
    return said


def _slow(source: str, patience_s: float) -> KikiError:
    return TemporaryError("store.master_key_timeout", source=source, seconds=round(patience_s))


def _read(process: "subprocess.Popen[bytes]", deadline: float) -> bytes:
    """What it prints until it closes its output, or a byte more than it may print."""
    assert process.stdout is not None
    said = b""
    while len(said) <= LONGEST:
        ready, _, _ = select.select([process.stdout], [], [], max(0.0, deadline - time.monotonic()))
        if not ready:
            raise TimeoutError
        chunk = os.read(process.stdout.fileno(), LONGEST + 1 - len(said))
        if not chunk:
            return said
        said += chunk
    return said


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End it with everything in its session, unless it has ended well, and close its output."""
    if process.returncode is None:  # not waited for yet, so its number is still its own
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    if process.stdout is not None:
        process.stdout.close()
    process.wait()
