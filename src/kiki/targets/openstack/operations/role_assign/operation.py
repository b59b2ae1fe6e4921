"""Give a user a role in a project. Only administrators may.

Called through the registry by ``understand`` (fields) and ``openstack.render`` (the part of the
template).
"""

from kiki.model.plan import Risk
from kiki.model.profile import Profile
from kiki.model.records import Record
from kiki.targets.openstack.fields import CatalogueName
from kiki.targets.openstack.template import Named, Part, Section, label


class Fields(Record, frozen=True):
    """*user*, *role* and *project* are names or ids, or what the same message makes."""

    user: CatalogueName
    role: CatalogueName
    project: CatalogueName


def risk(fields: Fields) -> Risk:
    """Somebody may do more than before; an administrator of a project is one of the whole cloud
    in many clouds."""
    return "high" if fields.role.lower() == "admin" else "medium"


def part(fields: Fields, profile: Profile) -> Part:
    """The assignment."""
    about = {
        "user": "User who gets the role",
        "role": "Role of the user",
        "project": "Where it holds",
    }
    user, role, project = (
        Named(sort=sort, name=getattr(fields, sort), parameter=sort, about=about[sort])
        for sort in ("user", "role", "project")
    )
    properties: Section = {"user": user, "roles": [{"role": role, "project": project}]}
    return Part(
        name=label(f"{fields.user} {fields.role} {fields.project}", "assignment"),
        summary=f"Role {fields.role} of {fields.user} in {fields.project}",
        parameters={},
        resources={
            "assignment": {"type": "OS::Keystone::UserRoleAssignment", "properties": properties}
        },
        outputs={},
    )
