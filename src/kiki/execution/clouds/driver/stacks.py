"""A stack as Heat has it: which one, whose, how it is, and what is wrong in it.

Called by the modules that ask.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING or __package__:
    from kiki.execution.clouds.driver.connection import Cloud
else:
    from connection import Cloud

MARK = "kiki"
_DEEP = 5
_MANY = 5
_REASON = 600
Found = dict[str, Any]


class Stack:
    """One stack. *body* is what Heat says of it."""

    def __init__(self, body: Found) -> None:
        self.id = str(body["id"])
        self.name = str(body["stack_name"])
        self.status = str(body["stack_status"])
        self.reason = str(body.get("stack_status_reason") or "")
        self.updated = str(body.get("updated_time") or "")
        self.tags = [str(one) for one in body.get("tags") or ()]
        self.parameters: Found = body.get("parameters") or {}
        self.outputs: list[Found] = body.get("outputs") or []

    @property
    def path(self) -> str:
        """Where Heat has it."""
        return f"/stacks/{self.name}/{self.id}"

    @property
    def ours(self) -> bool:
        """Whether Kiki made it."""
        return MARK in self.tags

    @property
    def going_on(self) -> bool:
        """Whether something is being done with it."""
        return self.status.endswith("_IN_PROGRESS")

    @property
    def failed(self) -> bool:
        """Whether the last thing that was done with it failed."""
        return self.status.endswith("_FAILED")

    def known(self) -> Found:
        """What a plan says of it."""
        about = {"name": self.name, "id": self.id, "updated": self.updated}
        return {**about, "tags": self.tags, "status": self.status}


def find(cloud: Cloud, name: str, *, outputs: bool = False) -> Stack | None:
    """The stack of that name or id, if there is one and it is not deleted."""
    found = cloud.found("orchestration", f"/stacks/{name}?resolve_outputs={outputs}")
    stack = Stack(found["stack"]) if found else None
    if stack is None or stack.status == "DELETE_COMPLETE":
        return None
    project = stack.parameters.get("OS::project_id")  # an administrator may see those of others
    return stack if project in (None, cloud.access.project_id) else None


def members(cloud: Cloud, stack: Stack) -> list[Found]:
    """Every resource of a stack, those of nested stacks too."""
    found = cloud.found("orchestration", f"{stack.path}/resources?nested_depth={_DEEP}")
    return list(found["resources"]) if found else []


def failures(cloud: Cloud, stack: Stack) -> list[Found]:
    """The resources that failed, each with its reason: the deepest, as a group only says that
    something in it did."""
    listed = [
        one for one in members(cloud, stack) if str(one["resource_status"]).endswith("FAILED")
    ]
    inner = {str(one.get("parent_resource")) for one in listed}
    deepest = [one for one in listed if str(one["resource_name"]) not in inner]
    return [_failure(one) for one in deepest[:_MANY]]


def unwell(cloud: Cloud, stack: Stack) -> set[str]:
    """The paths of the resources that failed, or were found to be gone."""
    listed = members(cloud, stack)
    return {path_of(one) for one in listed if str(one["resource_status"]).endswith("FAILED")}


def _failure(one: Found) -> Found:
    return {"resource": path_of(one), "type": str(one["resource_type"]),
            "reason": " ".join(str(one["resource_status_reason"]).split())[:_REASON]}  # fmt: skip


def path_of(one: Found) -> str:
    """A resource as people call it: ``servers/0`` for a member of a group."""
    parent = one.get("parent_resource")
    return f"{parent}/{one['resource_name']}" if parent else str(one["resource_name"])


def flat(listed: Any) -> Iterator[Found]:
    """The resources of a preview, which has those of nested stacks in lists."""
    for one in listed or ():
        if isinstance(one, list):
            yield from flat(one)
        else:
            yield one
