"""Which changes somebody may see. Called by ``work`` and ``queued``."""

from kiki.model.change import Change
from kiki.model.errors import NotFoundError, UsageError
from kiki.server.surroundings import Call


def visible(call: Call, asked: str = "") -> Change:
    """The change of the path, or *asked*; NotFoundError ``change.unknown`` for one that is not
    one's own where only those are shown, also for a beginning that several have."""
    asked = asked or call.path["id"]
    if call.who.may("read"):
        return call.agent.get(asked)
    try:
        change = call.agent.get(asked)
    except NotFoundError:
        change = None
    if change is None or change.request.requester != call.who.name:
        raise NotFoundError("change.unknown", id=asked)
    return change


def mine(call: Call) -> str:
    """The id of a change that is one's own, or anybody's for who operates; UsageError
    ``server.forbidden``."""
    change = visible(call)
    if change.request.requester != call.who.name and not call.who.may("operate"):
        raise UsageError("server.forbidden", right="operate")
    return change.id
