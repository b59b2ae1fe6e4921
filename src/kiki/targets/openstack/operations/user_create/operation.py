"""Create a user of the cloud. Only administrators may.

Called through the registry by ``understand`` (fields), ``openstack.render`` (the part of the
template) and ``render.hidden`` (the parameter that its password comes by). The password is no value
of the template: it is a hidden parameter, which Heat shows nobody.
"""

from kiki.model.plan import Risk
from kiki.model.profile import Profile
from kiki.model.records import Record
from kiki.targets.openstack.fields import CatalogueName, OptionalCatalogueName, SecretName
from kiki.targets.openstack.template import (
    Made,
    Named,
    Param,
    Part,
    Resource,
    Section,
    given,
    label,
    output,
)

_PASSWORD = "password"  # noqa: S105 -- a parameter's name


class Fields(Record, frozen=True):
    """*password* is the name of a secret that Kiki keeps. With a *project* it is the user's
    own; rights in it are a role's, see ``role_assign``."""

    name: CatalogueName
    password: SecretName
    project: OptionalCatalogueName = ""
    email: OptionalCatalogueName = ""
    domain: OptionalCatalogueName = ""


def risk(fields: Fields) -> Risk:
    """Somebody can log in from then on, with no rights yet."""
    return "medium"


def secrets(fields: Fields) -> tuple[str, ...]:
    """The names of the secrets in it."""
    return (fields.password,)


def hidden(fields: Fields) -> dict[str, str]:
    """The secret that each hidden parameter of the part takes."""
    return {_PASSWORD: fields.password}


def part(fields: Fields, profile: Profile) -> Part:
    """The user."""
    about = f"Password of {fields.name}"
    parameter = {"type": "string", "description": about, "hidden": True}
    return Part(
        name=label(fields.name, "user"),
        summary=f"User {fields.name}",
        parameters={_PASSWORD: parameter},
        resources={"user": {"type": "OS::Keystone::User", "properties": _properties(fields)}},
        outputs={"user_id": output("Id of the user", "user")},
        makes=(Made(sort="user", name=fields.name, value=Resource(name="user")),),
    )


def _properties(fields: Fields) -> Section:
    about = "Project of the user"
    project = Named(sort="project", name=fields.project, parameter="project", about=about)
    return {
        "name": fields.name,
        "password": Param(name=_PASSWORD),
        **given(email=fields.email, domain=fields.domain),
        **({"default_project": project} if fields.project else {}),
    }
