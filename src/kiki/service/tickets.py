"""Tickets of the site's change management: what one may look like, and which one counts.

Called by ``submission`` and ``granting``. A ticket changes nothing that runs, so it is no part of
what an approval is bound to.
"""

import re

from msgspec.structs import replace

from kiki.model.change import Change
from kiki.model.errors import StateError, UsageError
from kiki.service.parts import Parts

LONGEST = 64


def held(parts: Parts, ticket: str) -> str:
    """*ticket* without space around it; UsageError ``approval.ticket_invalid`` for what the
    setting's pattern does not match as a whole. Whatever that says, it is one printable word."""
    ticket = ticket.strip(" ")
    if not ticket:
        return ""
    fine = len(ticket) <= LONGEST and ticket.isprintable() and " " not in ticket
    if not fine or (parts.ticket_pattern and not re.fullmatch(parts.ticket_pattern, ticket)):
        shown = ticket[:LONGEST].encode("unicode_escape").decode()
        raise UsageError("approval.ticket_invalid", value=shown, pattern=parts.ticket_pattern)
    return ticket


def added(parts: Parts, change: Change, ticket: str) -> Change:
    """*change* with the ticket that an approver gives; StateError ``approval.other_ticket`` when it
    has another one."""
    ticket = held(parts, ticket)
    mine = change.request.ticket
    if ticket and mine and ticket != mine:
        raise StateError("approval.other_ticket", id=change.id, ticket=mine, given=ticket)
    if not ticket or mine:
        return change
    return replace(change, request=replace(change.request, ticket=ticket))
