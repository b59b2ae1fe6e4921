"""Which server goes into which stack when one is too small.

Called by ``compiling``. A stack is filled with one tier's servers in the order of the file. Nested
stacks would not help: Heat counts them with the one that they are in.
"""

from collections.abc import Iterator
from typing import NamedTuple

from kiki.model.errors import UsageError
from kiki.vdc.heat.servers import Group
from kiki.vdc.heat.stack import MOST_BYTES, MOST_RESOURCES

_OTHERS = "others"


class Piece(NamedTuple):
    """Servers *first* up to *last* of a group."""

    group: Group
    first: int
    last: int


def pieces(groups: tuple[Group, ...]) -> Iterator[tuple[str, tuple[Piece, ...]]]:
    """The name of each stack, after its tier, with what is in it."""
    tiers: dict[str, list[Group]] = {}
    for group in groups:
        tier = f"servers-{group.servers.tier}" if group.servers.tier else _OTHERS
        tiers.setdefault(tier, []).append(group)
    for tier, those in tiers.items():
        filled = list(_filled(those))
        for number, found in enumerate(filled):
            yield (tier if len(filled) == 1 else f"{tier}-{number}"), tuple(found)


def _filled(groups: list[Group]) -> Iterator[list[Piece]]:
    """The pieces of each stack of one tier."""
    here: list[Piece] = []
    room, space = MOST_RESOURCES, MOST_BYTES
    for group in groups:
        weight = max(group.weight(member) for member in [*group.disks, ""])
        size = _size(group, weight)
        text = 2 * len(group.servers.user_data.encode())
        first = 0
        while first < group.servers.count:
            fits = min(room // weight, (space - text) // size, group.servers.count - first)
            whole = first == 0 and fits == group.servers.count
            if fits < 1 or (group.servers.placement and not whole):
                if not here:
                    raise UsageError("vdc.group_too_large", name=group.name, path=group.name)
                yield here
                here, room, space = [], MOST_RESOURCES, MOST_BYTES
                continue
            here.append(Piece(group, first, first + fits))
            room, space = room - fits * weight - 1, space - fits * size - text
            first += fits
    if here:
        yield here


def _size(group: Group, weight: int) -> int:
    """About how many bytes one server is, rather too many: its name stands in each resource."""
    own = sum(len(key) + len(value) + 20 for key, value in group.servers.metadata.items())
    return 300 + 350 * weight + 4 * weight * len(group.name.encode()) + own
