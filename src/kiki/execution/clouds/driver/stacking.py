"""Whether a stack can be suspended, resumed, checked or deleted, or its update be cancelled.

Called by ``acts``. What each act needs is Heat's: docs.openstack.org/api-ref/orchestration, "Stack
actions".
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING or __package__:
    from kiki.execution.clouds.driver import stacks
    from kiki.execution.clouds.driver.connection import Cloud
    from kiki.execution.clouds.driver.program import Doing
    from kiki.execution.clouds.driver.stacks import Stack
    from kiki.execution.clouds.driver.wrongs import Found, becomes, note, problem
else:
    import stacks
    from connection import Cloud
    from program import Doing
    from stacks import Stack
    from wrongs import Found, becomes, note, problem

ACTS = ("suspend", "resume", "check", "cancel", "delete")
_ENDS = {"suspend": "SUSPEND_COMPLETE", "resume": "RESUME_COMPLETE", "check": "CHECK_COMPLETE"}
_ASLEEP = ("SUSPEND_COMPLETE", "SUSPEND_FAILED", "RESUME_FAILED")


def judge(cloud: Cloud, doing: Doing, thing: Found, after: bool) -> Found:
    """The status that it has and is to have, and all that is deleted with it."""
    stack = Stack(thing)
    if doing.act == "cancel":
        return _cancelled(stack, after=after)
    if after:
        ended = stack.status == _ENDS.get(doing.act)
        return {"verb": "none"} if ended else problem("status", status=stack.status, needs="-")
    if stack.going_on:
        return problem("busy", status=stack.status)
    if doing.act == "delete":
        return _deleted(cloud, stack)
    return _changed(doing.act, stack)


def _changed(act: str, stack: Stack) -> Found:
    asleep = stack.status in _ASLEEP
    if act == "resume" and not asleep:
        return {"verb": "none"}
    if act == "suspend" and stack.status == _ENDS["suspend"]:
        return {"verb": "none"}
    if act == "check" and asleep:
        return problem("status", status=stack.status, needs="*_COMPLETE")
    if act == "suspend" and stack.failed and not asleep:
        return problem("status", status=stack.status, needs="*_COMPLETE")
    diff = becomes("status", stack.status, _ENDS[act])
    return {"verb": "update", "diff": diff, "was": {"status": stack.status}}


def _cancelled(stack: Stack, *, after: bool) -> Found:
    """Only an update that goes on can be cancelled: Heat rolls it back."""
    if stack.status == "UPDATE_IN_PROGRESS":
        diff = becomes("status", stack.status, "ROLLBACK_COMPLETE")
        return {"verb": "update", "diff": diff, "was": {"status": stack.status}}
    if after:
        return {"verb": "none"}
    return problem("status", status=stack.status, needs="UPDATE_IN_PROGRESS")


def _deleted(cloud: Cloud, stack: Stack) -> Found:
    members = [
        {"title": f"{stacks.path_of(one)} {one['resource_type']}", "verb": "delete"}
        for one in stacks.members(cloud, stack)
    ]
    strange = [] if stack.ours else [note("not_ours", stack=stack.name)]
    return {"verb": "delete", "members": members, "problems": strange}
