"""What is there, for the reading of a message: the hosts and groups of the request's inventory, and
the names that the live systems have.

Called by ``submission``. Live systems are those of the service's own settings, so that nobody who
is bound to projects is told their names. Resolves the inventory with Ansible's own code, at most
once a reading and only if a message asks; the plan then finds it resolved.
"""

from functools import cached_property

from msgspec.structs import replace

from kiki.model.catalogue import UNKNOWN, Catalogue, Sort
from kiki.model.inventory import Inventory
from kiki.model.request import Request
from kiki.service.parts import Parts


class RequestCatalogue:
    """Implements ``model.catalogue.Catalogue`` for one request."""

    def __init__(self, parts: Parts, request: Request) -> None:
        self._parts = parts
        self._scope = replace(request.scope, limit="")
        self._live: Catalogue = UNKNOWN if request.bound else parts.catalogue

    def names(self, sort: Sort) -> tuple[str, ...] | None:
        """See the port."""
        return self._hosts if sort == "hosts" else self._live.names(sort)

    def place(self, sort: Sort) -> str:
        """See the port."""
        if sort != "hosts":
            return self._live.place(sort)
        return self._scope.inventory.origin if self._scope.inventory else ""

    def members(self, names: tuple[str, ...]) -> tuple[str, ...] | None:
        """See the port."""
        found = self._inventory
        if found is None or not {*names} <= {*found.hosts, *found.groups, "all"}:
            return None
        groups = {**found.groups, "all": found.hosts}
        hosts = {host for name in names or ("all",) for host in groups.get(name, (name,))}
        return tuple(sorted(hosts))

    @property
    def _hosts(self) -> tuple[str, ...] | None:
        found = self._inventory
        return None if found is None else tuple(sorted({*found.hosts, *found.groups}))

    @cached_property
    def _inventory(self) -> Inventory | None:
        if self._scope.inventory is None:
            return None
        return self._parts.executor().resolve(self._scope)
