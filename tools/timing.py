"""Seconds of whole processes, for the figures of ``make bench``.

Called by ``bench`` and the modules of its figures.
"""

import subprocess
import time
from collections.abc import Container


def timed(
    command: list[str], env: dict[str, str] | None = None, fine: Container[int] = (0,)
) -> float:
    """Seconds of one whole process; RuntimeError with its output when it ends with a status that is
    not *fine*."""
    started = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, env=env, check=False)
    seconds = time.perf_counter() - started
    if done.returncode not in fine:
        raise RuntimeError(f"{command} ended with {done.returncode}: {done.stdout}{done.stderr}")
    return seconds
