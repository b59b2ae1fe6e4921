"""What is there, for the reading of a message: the hosts and groups of the request's inventory.

Called by ``submission``. Resolves the inventory with Ansible's own code, at most once a reading and
only if a message asks; the plan then finds it resolved.
"""

from functools import cached_property

from msgspec.structs import replace

from kiki.model.catalogue import Sort
from kiki.model.request import Request
from kiki.service.parts import Parts


class LiveCatalogue:
    """Implements ``model.catalogue.Catalogue`` for one request."""

    def __init__(self, parts: Parts, request: Request) -> None:
        self._parts = parts
        self._scope = replace(request.scope, limit="")

    def names(self, sort: Sort) -> tuple[str, ...]:
        """See the port."""
        return self._hosts

    @cached_property
    def _hosts(self) -> tuple[str, ...]:
        if self._scope.inventory is None:
            return ()
        found = self._parts.executor().resolve(self._scope)
        return tuple(sorted({*found.hosts, *found.groups}))
