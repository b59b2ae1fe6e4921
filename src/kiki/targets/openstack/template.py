"""The pieces of a HOT template, which operations make and ``joining`` puts together.

Called by the operations, which make a :class:`Part` each. HOT's sections: docs.openstack.org/heat,
"Heat Orchestration Template (HOT) specification".
"""

import re
from typing import Any, Literal

from kiki.model.records import Record

# Wallaby's; the newest that Heat of 2021 to 2025.1 and later all accept
VERSION = "2021-04-16"

Section = dict[str, Any]
Sort = Literal[
    "network", "subnet", "router", "security_group", "keypair", "server", "port", "volume",
    "image", "flavor", "project", "user", "role", "server_group", "address",
]  # fmt: skip
# What Heat looks a name of each sort up with before it makes anything
_CONSTRAINTS = {
    "network": "neutron.network", "subnet": "neutron.subnet", "router": "neutron.router",
    "security_group": "neutron.security_group", "keypair": "nova.keypair",
    "server": "nova.server", "port": "neutron.port", "volume": "cinder.volume",
    "image": "glance.image", "flavor": "nova.flavor", "project": "keystone.project",
    "user": "keystone.user", "role": "keystone.role",
}  # fmt: skip


class Param(Record, frozen=True):
    """The value of a parameter: ``{get_param: name}``."""

    name: str


class Resource(Record, frozen=True):
    """A resource of the same part: its id, or with *attribute* that attribute's value, or what
    *path* leads to in it."""

    name: str
    attribute: str = ""
    path: tuple[Any, ...] = ()


class Named(Record, frozen=True):
    """A thing of *sort* that is called *name*: what another operation of the same message makes,
    or else something that the cloud has. Then *parameter* is what the parameter for it is called,
    with *about* as its description and *known_as* (empty: *name*) as its default; without a
    *parameter* the name itself stands there."""

    sort: Sort
    name: str
    parameter: str = ""
    about: str = ""
    known_as: str = ""


class After(Record, frozen=True):
    """The ids of the resources that one of *marks* stands on, in the whole template; for
    ``depends_on``."""

    marks: tuple[str, ...]


class Made(Record, frozen=True):
    """A part makes a thing of *sort* called *name*; *value* is how it refers to it itself."""

    sort: Sort
    name: str
    value: Any


class Part(Record, frozen=True):
    """What one operation adds. Keys are local names: ``joining`` makes them unique where several
    operations would clash, and rewrites the references. *summary* is for people, in English.
    *makes* are what other parts can name; *marks* are the resources, by mark, that others may have
    to wait for although they don't refer to them."""

    name: str
    summary: str
    parameters: Section
    resources: Section
    outputs: Section
    makes: tuple[Made, ...] = ()
    marks: dict[str, tuple[str, ...]] = {}


def parameter(description: str, default: str, constraint: str = "") -> Section:
    """A text parameter whose value must exist in the cloud, as Heat's *constraint* checks."""
    made: Section = {"type": "string", "description": description, "default": default}
    if constraint:
        made["constraints"] = [{"custom_constraint": constraint}]
    return made


def looked_up(named: Named) -> Section:
    """The parameter for what *named* is in the cloud."""
    default = named.known_as or named.name
    return parameter(named.about, default, _CONSTRAINTS.get(named.sort, ""))


def output(description: str, resource: str, attribute: str = "") -> Section:
    """An output: the id of *resource*, or an attribute of it."""
    return {"description": description, "value": Resource(name=resource, attribute=attribute)}


def label(name: str, other: str) -> str:
    """*name* as the beginning of an id in a template, *other* where nothing of it can be that."""
    return re.sub(r"[^\w-]+", "-", name).strip("-") or other


def given(**properties: Any) -> Section:
    """Those of *properties* that have a value."""
    return {key: value for key, value in properties.items() if value not in ("", 0, (), [], {})}
