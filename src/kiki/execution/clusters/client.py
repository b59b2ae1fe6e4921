"""Asking a cluster: one question, one process of the Kubernetes client's environment.

Called by ``clusters.executor`` and by whoever reads from a cluster. How a process is asked is
``execution.clients``; credentials stay in the kubeconfig, which only the process reads.
"""

from pathlib import Path
from typing import Any

from kiki.execution.clients import SourceClient
from kiki.model.request import ClusterSource

REQUEST_S = 30.0  # of one request to the API server


class ClusterClient(SourceClient[ClusterSource]):
    """Asks clusters; ``identity`` is context, cluster, user, namespace, server, uid, version.

    UsageError ``cluster.no_file``, ``file_invalid``, ``context_unknown``, ``no_context``;
    TemporaryError ``cluster.unreachable``, ``timeout``, ``certificate``, ``denied``,
    ``login_expired``, ``refused`` (a right is missing), ``client_failed``.
    """

    area = "cluster"
    script = Path(__file__).with_name("driver")  # a folder: nothing else of ours on its path
    request_s = REQUEST_S
    wrong = ("cluster.no_file", "cluster.file_invalid", "cluster.context_unknown",
             "cluster.no_context")  # fmt: skip

    def _told(self, source: ClusterSource) -> dict[str, Any]:
        return {"kubeconfig": source.kubeconfig, "context": source.context}

    def _named(self, source: ClusterSource) -> dict[str, str]:
        return {"context": source.context or source.kubeconfig or "-"}
