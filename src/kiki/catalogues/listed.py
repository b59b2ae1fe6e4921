"""A catalogue of names that are handed in: the shipped fake.

Called by tests; asks nobody.
"""

from collections.abc import Iterable, Mapping

from kiki.model.catalogue import Sort
from kiki.model.errors import KikiError


class ListedCatalogue:
    """Implements ``model.catalogue.Catalogue``. *failing* is raised for the sorts that it names;
    *groups* are those of the hosts, with their hosts.
    *asked* counts what was asked for, in order."""

    def __init__(
        self,
        names: Mapping[Sort, Iterable[str]],
        *,
        place: str = "listed",
        failing: Mapping[Sort, KikiError] | None = None,
        groups: Mapping[str, Iterable[str]] | None = None,
    ) -> None:
        self._names = {sort: tuple(sorted(set(found))) for sort, found in names.items()}
        self._groups = {name: tuple(found) for name, found in (groups or {}).items()}
        self._failing = dict(failing or {})
        self._place = place
        self.asked: list[Sort] = []

    def names(self, sort: Sort) -> tuple[str, ...] | None:
        """See the port."""
        self.asked.append(sort)
        if sort in self._failing:
            raise self._failing[sort]
        return self._names.get(sort)

    def place(self, sort: Sort) -> str:
        """See the port."""
        return self._place if sort in self._names or sort in self._failing else ""

    def members(self, names: tuple[str, ...]) -> tuple[str, ...] | None:
        """See the port."""
        hosts = [name for name in self._names.get("hosts", ()) if name not in self._groups]
        found = {host for name in names or hosts for host in self._groups.get(name, (name,))}
        return tuple(sorted(found)) if hosts else None
