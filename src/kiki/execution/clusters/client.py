"""Asking a cluster: one question, one process of the Kubernetes client's environment.

Called by ``clusters.executor`` and by whoever reads from a cluster. The order goes in as one line
of JSON through a pipe; what comes on the way is handed on line by line. Credentials stay in the
kubeconfig, which only the process reads. It ends with this one, and is killed after its time.
"""

import contextlib
import json
import select
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from kiki.model.errors import KikiError, TemporaryError, UsageError
from kiki.model.request import ClusterSource
from kiki.provision import runtimes

SCRIPT = Path(__file__).with_name("driver")  # a folder: nothing else of ours on its path
REQUEST_S = 30.0  # of one request to the API server
START_S = 10.0  # to start a Python and load the client, on a machine that is busy
_USAGE = ("cluster.no_file", "cluster.file_invalid", "cluster.context_unknown",
          "cluster.no_context")  # fmt: skip

Said = Callable[[Any], None]


def silent(said: Any) -> None:
    """Hear nothing of what comes on the way."""


class ClusterClient:
    """Asks clusters. *python* gives the Python that has the client (it may install it first);
    *environment* is what its process gets besides: proxies."""

    def __init__(self, python: Callable[[], Path], environment: Mapping[str, str]) -> None:
        self._python = python
        self._environment = dict(environment)

    def python(self) -> Path:
        """The Python that has the client."""
        return self._python()

    def identity(self, source: ClusterSource) -> dict[str, str]:
        """What ``driver.identity`` says: context, cluster, user, namespace, server, uid,
        version."""
        found = self.ask(source, "identity", {}, timeout_s=REQUEST_S)
        return {key: str(value) for key, value in found.items()}

    def ask(
        self,
        source: ClusterSource,
        what: str,
        order: Mapping[str, Any],
        say: Said = silent,
        *,
        timeout_s: float,
        begun: Callable[[int], None] = silent,
    ) -> dict[str, Any]:
        """The answer of the driver's module *what* to *order*, within *timeout_s*; *say* gets what
        comes on the way, *begun* the process's id before it is told what to do. Ctrl-C ends it.

        UsageError ``cluster.no_file``, ``file_invalid``, ``context_unknown``, ``no_context``;
        TemporaryError ``cluster.unreachable``, ``timeout``, ``certificate``, ``denied``,
        ``login_expired``, ``refused`` (a right is missing), ``client_failed``.
        """
        told = {"ask": what, "kubeconfig": source.kubeconfig, "context": source.context}
        line = json.dumps({"timeout_s": min(timeout_s, REQUEST_S), **order, **told})
        with self._started() as process:
            assert process.stdin is not None
            begun(process.pid)
            with contextlib.suppress(BrokenPipeError):
                process.stdin.write(line.encode() + b"\n")
                process.stdin.flush()
            for found in _lines(process, time.monotonic() + timeout_s + START_S, source):
                if "said" in found:
                    say(found["said"])
                elif "error" in found:
                    raise _error(source, found["error"])
                else:
                    return dict(found["answer"])
        raise _error(source, {"code": "cluster.client_failed", "params": {"reason": "-"}})

    @contextlib.contextmanager
    def _started(self) -> Iterator["subprocess.Popen[bytes]"]:
        python = str(self._python())
        try:
            process = subprocess.Popen(
                [python, "-I", str(SCRIPT)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=runtimes.environment() | self._environment,
                start_new_session=True,
            )
        except OSError as error:
            reason = error.strerror or "OSError"
            raise TemporaryError("cluster.client_failed", reason=reason, context=python) from error
        try:
            yield process
        finally:
            process.kill()
            for pipe in filter(None, (process.stdin, process.stdout)):
                with contextlib.suppress(OSError):
                    pipe.close()
            process.wait()


def _lines(
    process: "subprocess.Popen[bytes]", until: float, source: ClusterSource
) -> Iterator[dict[str, Any]]:
    """Each line as it comes. TemporaryError ``cluster.timeout`` when the time is over."""
    assert process.stdout is not None
    rest = b""
    while True:
        left = until - time.monotonic()
        if left <= 0 or not select.select([process.stdout], [], [], left)[0]:
            raise _error(source, {"code": "cluster.timeout", "params": {}})
        chunk = process.stdout.read1(1 << 16)  # type: ignore[attr-defined]
        if not chunk:
            return
        *whole, rest = (rest + chunk).split(b"\n")
        for line in whole:
            with contextlib.suppress(msgspec.DecodeError):
                yield msgspec.json.decode(line)


def _error(source: ClusterSource, told: Mapping[str, Any]) -> KikiError:
    """The error that the driver's code and parameters mean."""
    params = {key: str(value) for key, value in told["params"].items()}
    params.setdefault("context", source.context or source.kubeconfig or "-")
    code = str(told["code"])
    if code in _USAGE:
        return UsageError(code, **params)
    return TemporaryError(code, **params)
