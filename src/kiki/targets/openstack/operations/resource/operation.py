"""Make a resource of any type that Heat has.

Called through the registry by ``understand.generic`` (fields) and ``openstack.render`` (the part of
the template).
"""

import re
from typing import Annotated, Any

from msgspec import Meta

from kiki.model.plan import Risk
from kiki.model.profile import Profile
from kiki.model.records import Record
from kiki.model.trees import leaves, shown
from kiki.targets.openstack.generic import is_offered, is_withheld
from kiki.targets.openstack.template import Part

TypeName = Annotated[str, Meta(pattern=r"^[A-Z][A-Za-z]*(?:::[A-Z][A-Za-z0-9]*)+$(?!\n)")]
_IMAGES = ("image",)


class Fields(Record, frozen=True):
    """*body* are the properties."""

    type: TypeName
    body: dict[str, Any]

    def __post_init__(self) -> None:
        if not is_offered(self.type):
            raise ValueError(f"{self.type} is not offered - at `$.type`")
        for path, _ in leaves(self.body):
            if any(is_withheld(step) for step in path if isinstance(step, str)):
                raise ValueError(f"{shown(path)} is withheld - at `$.body`")


def risk(fields: Fields) -> Risk:
    """Nobody has looked at what this type of resource can do: always high."""
    return "high"


def part(fields: Fields, profile: Profile) -> Part:
    """The one resource. It is called after its type, and the part after its name."""
    short = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", fields.type.rpartition("::")[2]).lower()
    named = fields.body.get("name")
    name = _label(named) if isinstance(named, str) else short
    properties = {key: _sited(key, value, profile) for key, value in fields.body.items()}
    return Part(
        name=name or short,
        summary=f"{fields.type} {named}" if isinstance(named, str) else fields.type,
        parameters={},
        resources={short: {"type": fields.type, "properties": properties}},
        outputs={},
    )


def _label(name: str) -> str:
    """*name* as the beginning of an id in a template."""
    return re.sub(r"[^A-Za-z0-9_-]+", "-", name).strip("-")


def _sited(key: str, value: Any, profile: Profile) -> Any:
    """An image as the site calls it."""
    return profile.images.get(value, value) if key in _IMAGES and isinstance(value, str) else value
