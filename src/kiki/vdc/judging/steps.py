"""Whether what is to be done on servers and in a cluster can be read, done, and reached.

Called by ``judging``. What the target's own check says of the code is not here: ``compiling`` makes
that code, and whoever shows or plans it has it checked.
"""

from kiki.vdc.definition import Definition
from kiki.vdc.names import group_of
from kiki.vdc.source import Source, brief, listed
from kiki.vdc.stages import Unclear, operations, places, servers_of


def judge(source: Source, definition: Definition) -> None:
    """Report each entry that can't be done, and servers that nobody can reach."""
    _names(source, definition)
    for place in places(definition):
        try:
            operations(place)
        except Unclear as unclear:
            params = {key: brief(value) for key, value in unclear.params.items()}
            source.report(unclear.code, "error", place.path, **params)
    _reach(source, definition)


def _names(source: Source, definition: Definition) -> None:
    for section in ("hosts", "podman"):
        for name, entries in getattr(definition, section).items():
            if not servers_of(definition, name):
                known = (*definition.tiers, *definition.servers)
                source.unknown("vdc.step_servers", (section, name), name, known)
            elif not entries:
                source.report("vdc.step_none", "warning", (section, name), name=name)


def _reach(source: Source, definition: Definition) -> None:
    """A stage on servers logs in to each: without a floating IP only from inside."""
    met = dict.fromkeys(one for place in places(definition) for one in place.servers)
    groups = dict.fromkeys(group_of(definition, one) for one in met)
    inside = [one for one in groups if one and not definition.servers[one].floating_ip]
    if inside:
        path = next(place.path for place in places(definition) if place.servers)
        source.report("vdc.step_inside", "warning", path[:1], names=listed(inside))
