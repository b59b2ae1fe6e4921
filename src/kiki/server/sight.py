"""Which changes somebody may see, and what they may do with them in which project.

Called by ``work`` and ``queued``.
"""

from kiki.model.agent import Sight
from kiki.model.change import Change
from kiki.model.errors import NotFoundError, UsageError
from kiki.model.people import EVERYWHERE, Identity, Right, project_name
from kiki.server.surroundings import Call


def sight(who: Identity) -> Sight:
    """What *who* sees: all of the projects that they may read, their own where they may do
    anything."""
    some = None if who.where(EVERYWHERE) else tuple(sorted(who.places))
    return Sight(viewer=who.name, projects=who.projects("read"), own=some)


def visible(call: Call) -> Change:
    """The change of the path, with one of the needed rights in its project; NotFoundError
    ``change.unknown`` for one that is not shown, also for a beginning that several have."""
    asked = call.path["id"]
    try:
        change = call.agent.get(asked)
    except NotFoundError:
        if call.who.may("read"):
            raise
        change = None
    if change is None or not _shown(call.who, change):
        raise NotFoundError("change.unknown", id=asked)
    call.hold(change.request.project)
    return change


def seen(call: Call, asked: str) -> bool:
    """Whether the change *asked* is shown to whoever asks."""
    try:
        return _shown(call.who, call.agent.get(asked))
    except NotFoundError:
        return False


def may(call: Call, right: Right, change: Change) -> bool:
    """Whether whoever asks has *right* in the change's project."""
    return call.who.may(right, project_name(change.request.project))


def mine(call: Call) -> str:
    """The id of a change that is one's own, or anybody's for who operates; UsageError
    ``server.forbidden``."""
    change = visible(call)
    if change.request.requester != call.who.name and not may(call, "operate", change):
        raise UsageError("server.forbidden", right="operate")
    return change.id


def _shown(who: Identity, change: Change) -> bool:
    return sight(who).shows(project_name(change.request.project), change.request.requester)
