"""Asking a cluster: one question, one process of the Kubernetes client's environment.

Called by ``clusters.executor`` and by whoever reads from a cluster. How a process is asked is
``execution.clients``; credentials stay in the kubeconfig, which only the process reads.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from kiki.execution.clients import Client, Said, Told, silent
from kiki.model.errors import KikiError, TemporaryError, UsageError
from kiki.model.request import ClusterSource

SCRIPT = Path(__file__).with_name("driver")  # a folder: nothing else of ours on its path
REQUEST_S = 30.0  # of one request to the API server
_USAGE = ("cluster.no_file", "cluster.file_invalid", "cluster.context_unknown",
          "cluster.no_context")  # fmt: skip


class ClusterClient:
    """Asks clusters. *python* gives the Python that has the client (it may install it first);
    *environment* is what its process gets besides: proxies."""

    def __init__(self, python: Callable[[], Path], environment: Mapping[str, str]) -> None:
        self._client = Client(SCRIPT, python, environment, "cluster")

    def python(self) -> Path:
        """The Python that has the client."""
        return self._client.python()

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
        whole = {"timeout_s": min(timeout_s, REQUEST_S), **order, **told}
        try:
            return self._client.answer(whole, say, timeout_s, begun)
        except Told as error:
            raise _error(source, error) from error


def _error(source: ClusterSource, told: Told) -> KikiError:
    """The error that the driver's code and parameters mean."""
    params = {"context": source.context or source.kubeconfig or "-", **told.params}
    if told.code in _USAGE:
        return UsageError(told.code, **params)
    return TemporaryError(told.code, **params)
