"""What an OpenStack cloud has, by openstacksdk.

Called by ``wiring`` when a cloud is configured. The cloud is found as OpenStack's own programs find
it: ``clouds.yaml``, or the OS_* variables, which go to the helper through a pipe.
"""

from collections.abc import Callable, Mapping
from pathlib import Path

from kiki.catalogues import asking
from kiki.catalogues.asking import Answer
from kiki.catalogues.live import LiveCatalogue


class OpenStackCatalogue(LiveCatalogue):
    """Implements ``model.catalogue.Catalogue``. *cloud* is a name of ``clouds.yaml``, empty when
    *variables* (OS_*) say it all; *python* gives the Python that has openstacksdk, *environment*
    what its process gets besides."""

    sorts = ("images", "flavors", "networks", "keypairs", "security_groups", "servers")

    def __init__(
        self,
        cloud: str,
        variables: Mapping[str, str],
        python: Callable[[], Path],
        *,
        timeout_s: float,
        environment: Mapping[str, str],
    ) -> None:
        super().__init__(cloud or variables.get("OS_AUTH_URL", ""))
        self._order = {"cloud": cloud, "variables": dict(variables), "sorts": self.sorts}
        self._python = python
        self._timeout_s = timeout_s
        self._environment = dict(environment)

    def _ask(self) -> Answer:
        return asking.ask(self._python(), "clouds", self._order, self._timeout_s, self._environment)
