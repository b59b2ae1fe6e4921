"""Suspend, resume, check or delete a stack that is there, or cancel an update of it.

Called through the registry by ``understand`` (fields) and ``openstack.render`` (the act).
"""

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.openstack.acting import Act, StackAct
from kiki.targets.openstack.asking import ThingName, client


class Fields(Record, frozen=True):
    """*action* is done to the stack of that *name* or id."""

    name: ThingName
    action: StackAct


def risk(fields: Fields) -> Risk:
    """A deletion takes all that is in it along; a check only looks, and writes what it found."""
    if fields.action == "delete":
        return "high"
    return "low" if fields.action in ("check", "resume") else "medium"


def act(fields: Fields) -> Act:
    """What is done."""
    return Act(act=fields.action, sort="stacks", name=fields.name)


def equivalent(fields: Fields) -> str:
    """The same with OpenStack's client."""
    return client(f"stack {fields.action}", fields.name)
