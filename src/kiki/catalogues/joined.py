"""Several catalogues as one: the first that has a sort answers for it.

Called by ``wiring``.
"""

from kiki.model.catalogue import Catalogue, Sort


class JoinedCatalogue:
    """Implements ``model.catalogue.Catalogue``."""

    def __init__(self, *catalogues: Catalogue) -> None:
        self._catalogues = catalogues

    def names(self, sort: Sort) -> tuple[str, ...] | None:
        """See the port."""
        asked = self._for(sort)
        return asked.names(sort) if asked else None

    def place(self, sort: Sort) -> str:
        """See the port."""
        asked = self._for(sort)
        return asked.place(sort) if asked else ""

    def members(self, names: tuple[str, ...]) -> tuple[str, ...] | None:
        """See the port."""
        return next((found for one in self._catalogues if (found := one.members(names))), None)

    def _for(self, sort: Sort) -> Catalogue | None:
        return next((one for one in self._catalogues if one.place(sort)), None)
