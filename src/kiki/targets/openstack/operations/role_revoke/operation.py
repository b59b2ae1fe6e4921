"""Take a role in a project away from a user. Only administrators may.

Called through the registry by ``understand`` (fields) and ``openstack.render`` (the act).
"""

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.openstack.acting import Act
from kiki.targets.openstack.asking import ThingName, client


class Fields(Record, frozen=True):
    """*user* has the *role* in *project*, and is to have it no more."""

    user: ThingName
    role: ThingName
    project: ThingName


def risk(fields: Fields) -> Risk:
    """The user can do less: with the last role, nothing in that project."""
    return "medium"


def act(fields: Fields) -> Act:
    """What is done."""
    told = {"role": fields.role, "project": fields.project}
    aside = f"{fields.role} in {fields.project}"
    return Act(act="revoke", sort="users", name=fields.user, told=told, aside=aside)


def equivalent(fields: Fields) -> str:
    """The same with OpenStack's client."""
    words = "role remove --user"
    return client(words, fields.user, "--project", fields.project, fields.role)
