"""Names that exist where a request is aimed: what the words of a message can be known to mean.

Called by ``understand``, which only asks; the adapters in ``catalogues`` and ``service.catalogue``
answer from the live systems.
"""

from typing import Literal, Protocol

Sort = Literal[
    "hosts",
    "images", "flavors", "networks", "keypairs", "security_groups", "servers",
    "namespaces",
]  # fmt: skip


class Catalogue(Protocol):
    """What is there. Asked only for a message that needs it, as an answer may cost seconds."""

    def names(self, sort: Sort) -> tuple[str, ...] | None:
        """The names of this sort, sorted and without doubles; None where there is nothing to ask.
        ``hosts``: the inventory's hosts and groups. Raises the KikiError of what could not be
        read."""
        ...

    def place(self, sort: Sort) -> str:
        """What is asked for this sort, as a person calls it (``kiki``, the name of a cloud); empty
        where there is nothing to ask. Costs nothing."""
        ...

    def members(self, names: tuple[str, ...]) -> tuple[str, ...] | None:
        """The inventory's hosts that *names* of hosts and groups stand for, sorted; all of them
        without a name; None where no inventory says."""
        ...


class Unknown:
    """Nothing is known: no inventory, no cloud."""

    def names(self, sort: Sort) -> tuple[str, ...] | None:
        """None."""
        return None

    def place(self, sort: Sort) -> str:
        """Empty."""
        return ""

    def members(self, names: tuple[str, ...]) -> tuple[str, ...] | None:
        """None."""
        return None


UNKNOWN = Unknown()
