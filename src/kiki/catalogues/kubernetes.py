"""What a Kubernetes cluster has, by the official client.

Called by ``wiring`` when a kubeconfig is named. Credentials stay in the kubeconfig, which only the
helper reads.
"""

from collections.abc import Callable, Mapping
from pathlib import Path

from kiki.catalogues import asking
from kiki.catalogues.asking import Answer
from kiki.catalogues.live import LiveCatalogue


class KubernetesCatalogue(LiveCatalogue):
    """Implements ``model.catalogue.Catalogue``. *kubeconfig* is a path, or several with a colon
    between; *context* is empty for the file's own; *python* gives the Python that has the client,
    *environment* what its process gets besides."""

    sorts = ("namespaces",)

    def __init__(
        self,
        kubeconfig: str,
        context: str,
        python: Callable[[], Path],
        *,
        timeout_s: float,
        environment: Mapping[str, str],
    ) -> None:
        super().__init__(context or kubeconfig)
        self._order = {"kubeconfig": kubeconfig, "context": context, "sorts": self.sorts}
        self._python = python
        self._timeout_s = timeout_s
        self._environment = dict(environment)

    def _ask(self) -> Answer:
        return asking.ask(
            self._python(), "clusters", self._order, self._timeout_s, self._environment
        )
