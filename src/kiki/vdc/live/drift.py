"""What of a project is not as its definition says, whoever changed it, and by what.

Called by the CLI. Heat compares templates and does not see what was changed by hand; this compares
the definition with what Nova, Neutron and Cinder themselves say.
"""

from kiki.vdc.comparing import Action, Change, Difference
from kiki.vdc.definition import Definition
from kiki.vdc.live.estate import Estate
from kiki.vdc.live.facts import Facts, comparable, there, wanted

_SIGNS: dict[tuple[bool, bool], Action] = {
    (True, False): "add", (False, True): "remove", (True, True): "update",
}  # fmt: skip


def drift(definition: Definition, estate: Estate) -> tuple[Difference, ...]:
    """What would have to happen to the project: what is missing is added, what the definition does
    not know goes, what differs is changed from what it is to what is written."""
    wish, now = wanted(definition), there(estate)
    found = []
    for sort, name in dict.fromkeys((*wish, *now)):
        key = (sort, name)
        if not comparable(estate, key, wish):
            continue
        changes = _changes(key, wish, now)
        action = _SIGNS[key in wish, key in now]
        if action != "update" or changes:
            found.append(Difference(action, estate.project, sort, name, changes))
    return tuple(found)


def _changes(key: tuple[str, str], wish: Facts, now: Facts) -> tuple[Change, ...]:
    """The properties that differ, of those that the definition says."""
    if key not in wish or key not in now:
        return ()
    is_now = now[key]
    return tuple(
        Change(name, is_now.get(name, "-"), value)
        for name, value in wish[key].items()
        if is_now.get(name, "-") != value
    )
