"""Asking a live system: one question, one process of its client's environment.

Called by ``clusters.client`` and ``clouds.client``, which know what to say. The order goes in as
one line of JSON through a pipe; what comes on the way is handed on line by line. Credentials stay
in the files of the user's, which only the process reads. It ends with this one, and is killed
after its time.
"""

import contextlib
import json
import select
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Generic, TypeVar

import msgspec

from kiki.model.errors import KikiError, TemporaryError, UsageError
from kiki.provision import runtimes

Source = TypeVar("Source")

START_S = 10.0  # to start a Python and load the client, on a machine that is busy

Said = Callable[[Any], None]


def silent(said: Any) -> None:
    """Hear nothing of what comes on the way."""


class Told(Exception):  # noqa: N818 -- it never leaves ``execution``
    """What the process says is in the way: a code without its area, and parameters."""

    def __init__(self, code: str, params: Mapping[str, Any]) -> None:
        super().__init__(code)
        self.code = code
        self.params = {key: str(value) for key, value in params.items()}


class Client:
    """Starts *script* (a folder: nothing else of ours on its path) with the Python that *python*
    gives; *environment* is what its process gets besides. Codes are of the messages' *area*."""

    def __init__(
        self, script: Path, python: Callable[[], Path], environment: Mapping[str, str], area: str
    ) -> None:
        self._script = script
        self._python = python
        self._environment = dict(environment)
        self._area = area

    def python(self) -> Path:
        """The Python that has the client."""
        return self._python()

    def answer(
        self, order: Mapping[str, Any], say: Said, timeout_s: float, begun: Callable[[int], None]
    ) -> dict[str, Any]:
        """The process's answer to *order*, within *timeout_s*; *say* gets what comes on the way,
        *begun* the process's id before it is told what to do. Ctrl-C ends it. Told
        ``<area>.<what>`` for an error that it says, ``timeout`` and ``client_failed``."""
        with self._started() as process:
            assert process.stdin is not None
            begun(process.pid)
            with contextlib.suppress(BrokenPipeError):
                process.stdin.write(json.dumps(order).encode() + b"\n")
                process.stdin.flush()
            for found in self._lines(process, time.monotonic() + timeout_s + START_S):
                if "said" in found:
                    say(found["said"])
                elif "error" in found:
                    raise Told(found["error"]["code"], found["error"]["params"])
                else:
                    return dict(found["answer"])
        raise self._failed("-")

    def _failed(self, reason: str, **params: str) -> Told:
        return Told(f"{self._area}.client_failed", {"reason": reason, **params})

    @contextlib.contextmanager
    def _started(self) -> Iterator["subprocess.Popen[bytes]"]:
        python = str(self._python())
        try:
            process = subprocess.Popen(
                [python, "-I", str(self._script)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=runtimes.environment() | self._environment,
                start_new_session=True,
            )
        except OSError as error:
            raise self._failed(error.strerror or "OSError", context=python) from error
        try:
            yield process
        finally:
            process.kill()
            for pipe in filter(None, (process.stdin, process.stdout)):
                with contextlib.suppress(OSError):
                    pipe.close()
            process.wait()

    def _lines(self, process: "subprocess.Popen[bytes]", until: float) -> Iterator[dict[str, Any]]:
        """Each line as it comes."""
        assert process.stdout is not None
        rest = b""
        while True:
            left = until - time.monotonic()
            if left <= 0 or not select.select([process.stdout], [], [], left)[0]:
                raise Told(f"{self._area}.timeout", {})
            chunk = process.stdout.read1(1 << 16)  # type: ignore[attr-defined]
            if not chunk:
                return
            *whole, rest = (rest + chunk).split(b"\n")
            for line in whole:
                with contextlib.suppress(msgspec.DecodeError):
                    yield msgspec.json.decode(line)


class SourceClient(Generic[Source]):
    """Asks the systems that a *Source* names. A subclass says of which *area* the messages are,
    what *script* runs, how long one request to such a system may take (*request_s*), which codes
    stay as they are until somebody corrects something (*wrong*), and how a source is told."""

    area: str
    script: Path
    request_s: float
    wrong: tuple[str, ...]

    def __init__(self, python: Callable[[], Path], environment: Mapping[str, str]) -> None:
        """*python* gives the Python that has the client (it may install it first); *environment*
        is what its process gets besides: proxies."""
        self._client = Client(self.script, python, environment, self.area)

    def python(self) -> Path:
        """The Python that has the client."""
        return self._client.python()

    def identity(self, source: Source) -> dict[str, str]:
        """What ``identity`` of the area's driver says."""
        found = self.ask(source, "identity", {}, timeout_s=self.request_s)
        return {key: str(value) for key, value in found.items()}

    def ask(
        self,
        source: Source,
        what: str,
        order: Mapping[str, Any],
        say: Said = silent,
        *,
        timeout_s: float,
        begun: Callable[[int], None] = silent,
    ) -> dict[str, Any]:
        """The answer of the driver's module *what* to *order*, within *timeout_s*; *say* gets what
        comes on the way, *begun* the process's id before it is told what to do. Ctrl-C ends it.
        UsageError for a code of *wrong*, TemporaryError for any other."""
        told = {"ask": what, **self._told(source)}
        whole = {"timeout_s": min(timeout_s, self.request_s), **order, **told}
        try:
            return self._client.answer(whole, say, timeout_s, begun)
        except Told as error:
            raise self._error(source, error) from error

    def _told(self, source: Source) -> dict[str, Any]:
        """What of *source* is in the order."""
        raise NotImplementedError

    def _named(self, source: Source) -> dict[str, str]:
        """What messages name of *source* where the driver does not."""
        raise NotImplementedError

    def _error(self, source: Source, told: Told) -> KikiError:
        params = {**self._named(source), **told.params}
        error = UsageError if told.code in self.wrong else TemporaryError
        return error(told.code, **params)
