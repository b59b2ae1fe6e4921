"""The program ``git``, as ``repositories`` calls it: with an environment of its own, no hooks, no
prompts, and an end.

Nothing that a person wrote is ever among its options: names and messages go through the environment
and standard input, paths through standard input or behind ``--``.
"""

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress

from kiki.model.errors import KikiError, PermanentError, TemporaryError

PATIENCE_S = 30.0
_SAID = 300  # characters of git's own complaint that are repeated
_ALWAYS = (
    "--literal-pathspecs",
    "-c", "core.hooksPath=/dev/null",
    "-c", "core.fsmonitor=false",
    "-c", "gc.auto=0",
    "-c", "core.quotePath=false",
    "-c", "commit.gpgSign=false",
    "-c", "protocol.ext.allow=never",
)  # fmt: skip
FIXED = {
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ALLOW_PROTOCOL": "https:http:ssh:file",
    "GIT_SSH_COMMAND": "ssh -o BatchMode=yes",
    "GIT_CONFIG_NOSYSTEM": "1",
    "LC_ALL": "C.UTF-8",
}


class Git:
    """The program on one repository. *surroundings* are the variables that it may see."""

    def __init__(self, place: str, surroundings: Mapping[str, str]) -> None:
        self._place = place
        self._environment = {**surroundings, **FIXED}

    def __call__(
        self,
        *words: str,
        given: bytes = b"",
        more: Mapping[str, str] | None = None,
        patience_s: float = PATIENCE_S,
    ) -> str:
        """What it prints; PermanentError ``git.failed`` when it says no, see ``asked``."""
        status, out, err = self.asked(*words, given=given, more=more, patience_s=patience_s)
        if status:
            said = " ".join(err.split())[:_SAID] or f"exit {status}"
            raise PermanentError("git.failed", step=words[0], said=said, place=self._place)
        return out

    def asked(
        self,
        *words: str,
        given: bytes = b"",
        more: Mapping[str, str] | None = None,
        patience_s: float = PATIENCE_S,
    ) -> tuple[int, str, str]:
        """Exit status, output and complaint. PermanentError ``git.missing`` without the program;
        TemporaryError ``git.slow``, and then nothing of it runs any more."""
        command = ["git", f"--git-dir={self._place}", *_ALWAYS, *words]
        process = self._started(command, dict(more or {}))
        try:
            out, err = process.communicate(given, timeout=patience_s)
        except subprocess.TimeoutExpired:
            raise TemporaryError("git.slow", step=words[0], seconds=int(patience_s)) from None
        finally:
            _end(process)
        return process.returncode, out.decode("utf-8", "replace"), err.decode("utf-8", "replace")

    def _started(self, command: Sequence[str], more: dict[str, str]) -> "subprocess.Popen[bytes]":
        try:
            return subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env={**self._environment, **more},
                start_new_session=True,  # whatever it starts ends with it
            )
        except FileNotFoundError:
            raise PermanentError("git.missing") from None
        except OSError as error:
            raise _unusable(error, self._place) from error


def _unusable(error: OSError, place: str) -> KikiError:
    said = error.strerror or str(error)
    return PermanentError("git.failed", step="git", said=said, place=place)


def _end(process: "subprocess.Popen[bytes]") -> None:
    if process.poll() is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
