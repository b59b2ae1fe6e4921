"""Start, stop, reboot, pause or suspend a server that is there, and the ways back.

Called through the registry by ``understand`` (fields) and ``openstack.render`` (the act).
"""

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.openstack.acting import Act, ServerAct
from kiki.targets.openstack.asking import ThingName, client

_SAID = {"reboot": "reboot --soft", "reboot_hard": "reboot --hard"}


class Fields(Record, frozen=True):
    """*action* is done to the server of that *name* or id."""

    name: ThingName
    action: ServerAct


def risk(fields: Fields) -> Risk:
    """Who uses the server is cut off; a hard reboot may lose what was not written."""
    if fields.action in ("start", "resume"):
        return "low"
    return "high" if fields.action == "reboot_hard" else "medium"


def act(fields: Fields) -> Act:
    """What is done."""
    return Act(act=fields.action, sort="servers", name=fields.name)


def equivalent(fields: Fields) -> str:
    """The same with OpenStack's client."""
    return client(f"server {_SAID.get(fields.action, fields.action)}", fields.name)
