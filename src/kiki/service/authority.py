"""Whether this person may approve this change: four eyes, and the name of what is production.

Called by ``granting``. Who has the right to approve at all is the server's business."""

from kiki.model.approval import Approval
from kiki.model.change import Change
from kiki.model.errors import ApprovalNeeded, RefusedError, StateError, UsageError
from kiki.model.ruling import Ruling, to_type
from kiki.service import freezing, ruling
from kiki.service.parts import Parts


def alone(parts: Parts, change: Change, approver: str, ruled: Ruling = ruling.NONE) -> bool:
    """Whether *approver* would be the only one who has seen the change, where the policy wants
    two. A change whose risk is not known counts as one of high risk."""
    if approver != change.request.requester:
        return False
    high = parts.four_eyes == "high" and _risk(change) == "high"
    return parts.four_eyes == "always" or high or ruled.four_eyes


def _risk(change: Change) -> str:
    plan = change.stage.plan if change.stages else None
    return plan.risk if plan is not None else "high"


def hold_glass(parts: Parts, change: Change, break_glass: str, ruled: Ruling) -> str:
    """The reason for which is passed over whose approvals are wanted, as it is kept; empty when
    nothing stands in the way. RefusedError ``approval.four_eyes``; StateError
    ``approval.glass_unneeded``."""
    if break_glass and (ruled.approvers > 1 or ruled.approver_roles):
        return freezing.said(break_glass, "approval.glass_no_reason")
    if not alone(parts, change, parts.actor, ruled):
        if break_glass:
            raise StateError("approval.glass_unneeded", id=change.id)
        return ""
    if not break_glass:
        raise RefusedError("approval.four_eyes", id=change.id, who=parts.actor)
    return freezing.said(break_glass, "approval.glass_no_reason")


def hold_name(change: Change, name: str, ruled: Ruling) -> None:
    """The production context or cloud, and what the rules want, must have been typed.
    ApprovalNeeded ``approval.context_unsaid``, ``approval.word_unsaid``, UsageError
    ``approval.other_context``, ``approval.other_word``."""
    inventory = change.stage.inventory if change.stages else None
    place = inventory.place if inventory is not None else None
    wanted, what = to_type(place, ruled), "word" if ruled.words else "context"
    if not wanted or name == wanted:
        return
    if not name:
        raise ApprovalNeeded(f"approval.{what}_unsaid", context=wanted, id=change.id)
    raise UsageError(f"approval.other_{what}", given=name, context=wanted)


def hold_ticket(parts: Parts, change: Change, ruled: Ruling) -> None:
    """There has to be a ticket where the setting or a rule wants one. ApprovalNeeded
    ``approval.ticket_missing``."""
    if (parts.ticket_required or ruled.ticket) and not change.request.ticket:
        raise ApprovalNeeded("approval.ticket_missing", id=change.id)


def hold_grant(parts: Parts, change: Change, grant: Approval) -> None:
    """The approvals must be enough by the policy and the site's rules as they are now.
    RefusedError ``approval.four_eyes``, ``approval.too_few`` and what ``ruling.hold``,
    ``hold_name`` and ``hold_ticket`` raise."""
    ruled = ruling.hold(parts, change, "run")
    if not grant.break_glass and alone(parts, change, grant.approver, ruled):
        raise RefusedError("approval.four_eyes", id=change.id, who=grant.approver)
    lacking = ruling.missing(parts, ruled, (*change.granted, grant), change.request.project)
    if lacking:
        raise RefusedError("approval.too_few", id=change.id, **lacking)
    hold_ticket(parts, change, ruled)
    if ruled.words and change.part_of:
        _hold_words(change, grant.name, ruled)
    elif ruled.words:
        hold_name(change, grant.name, ruled)


def _hold_words(change: Change, typed: str, ruled: Ruling) -> None:
    """What was typed for the leading change is for all of its stages: the words of this one must
    be among them. ApprovalNeeded ``approval.word_unsaid``."""
    unsaid = [word for word in ruled.words if f", {word}, " not in f", {typed}, "]
    if unsaid:
        raise ApprovalNeeded("approval.word_unsaid", context=", ".join(unsaid), id=change.id)
