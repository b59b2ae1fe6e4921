"""Kubernetes clusters, by the official Python client (Apache-2.0).

Loaded by ``__main__``. The order has kubeconfig (a path, or several with a colon between) and
context (empty: the file's own).
"""

from collections.abc import Callable, Iterable
from typing import Any


def connected(order: dict[str, Any]) -> Any:
    """The core API of the cluster. A request that fails is not repeated."""
    import kubernetes  # type: ignore[import-not-found]  # noqa: PLC0415 -- only for clusters

    configuration = kubernetes.client.Configuration()
    configuration.retries = False
    client = kubernetes.config.new_client_from_config(
        order["kubeconfig"], order["context"] or None, client_configuration=configuration
    )
    return kubernetes.client.CoreV1Api(client)


def begin(client: Any) -> None:
    """Nothing: who asks is said with each request."""


def lists(client: Any, order: dict[str, Any]) -> dict[str, Callable[[], Iterable[str | None]]]:
    """How each sort is listed."""

    def namespaces() -> list[str | None]:
        found = client.list_namespace(limit=order["most"] + 1, _request_timeout=order["timeout_s"])
        return [each.metadata.name for each in found.items]

    return {"namespaces": namespaces}
