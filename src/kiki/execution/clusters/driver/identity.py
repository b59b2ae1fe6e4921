"""Which cluster this is: what an approval is bound to.

Asked as ``identity``. A cluster has no name of its own; its kube-system namespace lives as long as
it does and has a uid. Who may not read that is told apart by the server and its authority.
"""

import hashlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING or __package__:
    from kiki.execution.clusters.driver.connection import Api, Refused
else:
    from connection import Api, Refused


def answer(api: Api, order: dict[str, Any], say: Callable[[Any], None]) -> dict[str, str]:
    """context, cluster, user, namespace, server, uid and version."""
    return {
        "context": api.context,
        "cluster": api.cluster,
        "user": api.user,
        "namespace": order.get("namespace") or api.namespace,
        "server": api.server,
        "uid": _uid(api),
        "version": _version(api),
    }


def _uid(api: Api) -> str:
    try:
        found = api.get("/api/v1/namespaces/kube-system")
        return str(found["metadata"]["uid"])
    except Refused:
        return "server:" + hashlib.sha256(_authority(api) + api.server.encode()).hexdigest()[:32]


def _authority(api: Api) -> bytes:
    if not api.authority:
        return b""
    with open(api.authority, "rb") as file:  # noqa: PTH123 -- standard library, one line
        return file.read()


def _version(api: Api) -> str:
    try:
        return str(api.get("/version").get("gitVersion", ""))
    except Refused:
        return ""
