"""Put a server that is there into a security group, or take it out.

Called through the registry by ``understand`` (fields) and ``openstack.render`` (the act).
"""

from typing import Literal

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.openstack.acting import Act
from kiki.targets.openstack.asking import ThingName, client

_ACTS = {"add": "add_group", "remove": "remove_group"}
_ASIDE = {"add": "in {}", "remove": "out of {}"}


class Fields(Record, frozen=True):
    """All ports of the server *name* get the *group*, or lose it."""

    name: ThingName
    group: ThingName
    action: Literal["add", "remove"]


def risk(fields: Fields) -> Risk:
    """Who may reach the server is another one."""
    return "medium"


def act(fields: Fields) -> Act:
    """What is done."""
    aside = _ASIDE[fields.action].format(fields.group)
    told = {"group": fields.group}
    return Act(act=_ACTS[fields.action], sort="servers", name=fields.name, told=told, aside=aside)


def equivalent(fields: Fields) -> str:
    """The same with OpenStack's client."""
    return client(f"server {fields.action} security group", fields.name, fields.group)
