"""Which stack a thing of a cloud belongs to, if any: what Heat made is Heat's to delete.

Called by the modules that judge acts.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING or __package__:
    from kiki.execution.clouds.driver import stacks
    from kiki.execution.clouds.driver.connection import Cloud, Refused
    from kiki.execution.clouds.driver.stacks import Stack
else:
    import stacks
    from connection import Cloud, Refused
    from stacks import Stack

_MOST = 500


def owner(cloud: Cloud, identity: str) -> str:
    """The name of the stack of the login's project that has the thing of that id; empty when none
    has, and where there is no Heat."""
    try:
        listed = cloud.heat("get", f"/stacks?limit={_MOST}").get("stacks") or []
    except Refused:
        return ""
    except Exception:  # noqa: BLE001 -- of openstacksdk: a cloud without Heat has no such endpoint
        return ""
    for told in listed:
        stack = Stack(told)
        known = {str(one.get("physical_resource_id")) for one in stacks.members(cloud, stack)}
        if identity in known:
            return stack.name
    return ""
