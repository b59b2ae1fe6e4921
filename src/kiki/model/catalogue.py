"""Names that exist where a request is aimed: what the words of a message can be known to mean.

Called by ``understand``, which only asks; ``service.catalogue`` answers from the live systems.
"""

from typing import Literal, Protocol

Sort = Literal["hosts"]


class Catalogue(Protocol):
    """What is there. Asked only for a message that needs it, as an answer may cost a second."""

    def names(self, sort: Sort) -> tuple[str, ...]:
        """The names of this sort, sorted; empty where there is nothing to ask. ``hosts``: the
        inventory's hosts and groups. Raises the KikiError of what could not be read."""
        ...


class Unknown:
    """Nothing is known: no inventory, no cloud."""

    def names(self, sort: Sort) -> tuple[str, ...]:
        """None."""
        return ()


UNKNOWN = Unknown()
