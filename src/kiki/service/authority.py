"""Whether this person may approve this change: four eyes, and the name of what is production.

Called by ``granting``. Who has the right to approve at all is the server's business."""

from kiki.model.approval import Approval
from kiki.model.change import Change
from kiki.model.errors import ApprovalNeeded, RefusedError, StateError, UsageError
from kiki.service import freezing
from kiki.service.parts import Parts


def alone(parts: Parts, change: Change, approver: str) -> bool:
    """Whether *approver* would be the only one who has seen the change, where the policy wants
    two. A change whose risk is not known counts as one of high risk."""
    if parts.four_eyes == "never" or approver != change.request.requester:
        return False
    return parts.four_eyes == "always" or _risk(change) == "high"


def _risk(change: Change) -> str:
    plan = change.stage.plan if change.stages else None
    return plan.risk if plan is not None else "high"


def hold_glass(parts: Parts, change: Change, break_glass: str) -> str:
    """The reason for which four eyes are passed over, as it is kept; empty when nothing stands in
    the way. RefusedError ``approval.four_eyes``; StateError ``approval.glass_unneeded``."""
    if not alone(parts, change, parts.actor):
        if break_glass:
            raise StateError("approval.glass_unneeded", id=change.id)
        return ""
    if not break_glass:
        raise RefusedError("approval.four_eyes", id=change.id, who=parts.actor)
    return freezing.said(break_glass, "approval.glass_no_reason")


def hold_name(change: Change, name: str) -> None:
    """The production context or cloud must have been named. ApprovalNeeded
    ``approval.context_unsaid``, UsageError ``approval.other_context``."""
    inventory = change.stage.inventory if change.stages else None
    place = inventory.place if inventory is not None else None
    if place is None or not place.guarded:
        return
    if not name:
        raise ApprovalNeeded("approval.context_unsaid", context=place.name, id=change.id)
    if name != place.name:
        raise UsageError("approval.other_context", given=name, context=place.name)


def hold_grant(parts: Parts, change: Change, grant: Approval) -> None:
    """The approval must be enough by the policy as it is now. RefusedError
    ``approval.four_eyes``."""
    if not grant.break_glass and alone(parts, change, grant.approver):
        raise RefusedError("approval.four_eyes", id=change.id, who=grant.approver)
