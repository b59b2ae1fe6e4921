"""A look at a host of a lab past Kiki and Ansible. Used by the labs' classes and the live tests.

ssh's own failure is no answer of the host: it is tried again, and then an error that says why. A
look that took it for an empty answer made tests fail without a reason, and let others pass.
"""

import subprocess
import time
from pathlib import Path

_ATTEMPTS = 3
_UNREACHED = 255  # what ssh ends with when it is ssh that failed


class UnreachedError(Exception):
    """The host did not let us in, or the connection was cut."""


def reach(
    folder: Path, host: str, command: str, typed: str = ""
) -> subprocess.CompletedProcess[str]:
    """What *command*, given *typed*, says on *host* of the lab in *folder*. pytest shows of a test
    that fails which of its looks did."""
    done = _asked(folder, host, command, typed)
    for _ in range(1, _ATTEMPTS):
        if done.returncode != _UNREACHED:
            break
        time.sleep(1)
        done = _asked(folder, host, command, typed)
    if done.returncode == _UNREACHED:
        raise UnreachedError(f"{host}: {command}: {done.stderr}")
    if done.returncode:
        print(f"{host}: {command}: ended with {done.returncode}: {done.stderr}")
    return done


def _asked(folder: Path, host: str, command: str, typed: str) -> subprocess.CompletedProcess[str]:
    words = ["ssh", "-F", str(folder / "ssh_config"), host, command]
    return subprocess.run(words, input=typed, capture_output=True, text=True)
