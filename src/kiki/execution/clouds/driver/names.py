"""The names in a template beside those that the cloud has: images, flavors, networks, keys ...

Called by ``check``. Heat looks them up one after the other and stops at the first wrong one; here
all are said, with the nearest names, and which ids a name of several stands for.
"""

import difflib
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING or __package__:
    from kiki.execution.clouds.driver.connection import Cloud, Refused
    from kiki.execution.clouds.driver.templates import Template
else:
    from connection import Cloud, Refused
    from templates import Template

Found = dict[str, Any]
Known = list[tuple[str, str]]  # name and id
_NEAR = 3
_MANY = 20
_SECURITY_GROUPS = "neutron.security_group"


class Names:
    """What a cloud has, each sort asked for when it is first wanted."""

    def __init__(self, cloud: Cloud) -> None:
        compute, network = cloud.connection.compute, cloud.connection.network
        self._listed: dict[str, Callable[[], Any]] = {
            "glance.image": lambda: cloud.connection.image.images(),
            "nova.flavor": lambda: compute.flavors(),
            "nova.keypair": lambda: compute.keypairs(),
            "neutron.network": lambda: network.networks(),
            "neutron.subnet": lambda: network.subnets(),
            "neutron.router": lambda: network.routers(),
            _SECURITY_GROUPS: lambda: network.security_groups(),
        }
        self._project = cloud.access.project_id
        self._known: dict[str, Known | None] = {}

    def problem(self, sort: str, value: Any, path: str) -> Found | None:
        """What is wrong with *value* as a name or id of a *sort*."""
        known = self._have(sort) if isinstance(value, str) and value else None
        if known is None or any(value == uid for _, uid in known):
            return None
        ids = [uid for name, uid in known if name == value]
        if len(ids) == 1:
            return None
        params = {"path": path, "sort": sort, "value": value}
        if ids:
            return _said("name_ambiguous", **params, ids=", ".join(sorted(ids)))
        names = sorted({name for name, _ in known if name})
        near = difflib.get_close_matches(value, names, _NEAR, 0.5)
        told = ", ".join(near or names[:_MANY]) or "-"
        return _said("name_near" if near else "name_unknown", **params, near=told)

    def _have(self, sort: str) -> Known | None:
        """All of a sort; None for one that is not known here, or may not be listed."""
        if sort not in self._known:
            self._known[sort] = self._list(sort)
        return self._known[sort]

    def _list(self, sort: str) -> Known | None:
        if sort not in self._listed:
            return None
        try:
            found = list(self._listed[sort]())
        except Exception:  # noqa: BLE001 -- then Heat itself says what is wrong
            return None
        if sort == _SECURITY_GROUPS:  # an administrator sees those of every project
            found = [one for one in found if one.project_id == self._project]
        return [(str(one.name or ""), str(one.id)) for one in found]


class Schemas:
    """The properties of resource types as the cloud's own Heat has them."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
        self._known: dict[str, Found] = {}

    def properties(self, kind: str) -> Found:
        """The schema of a type's properties; empty for a type that can't be asked for."""
        if kind not in self._known:
            self._known[kind] = self._asked(kind)
        return self._known[kind]

    def _asked(self, kind: str) -> Found:
        try:
            found = self._cloud.heat("get", f"/resource_types/{kind}")
        except Refused:
            return {}
        return dict(found.get("properties") or {})


def problems(template: Template, names: Names, schemas: Schemas) -> list[Found]:
    """Every name that the cloud has not, or has several times; each once."""
    found = list(_of_parameters(template, names))
    said = {(one["params"]["sort"], one["params"]["value"]) for one in found}
    for one in _of_resources(template, names, schemas):
        key = (one["params"]["sort"], one["params"]["value"])
        if key not in said:
            said.add(key)
            found.append(one)
    return found


def _of_parameters(template: Template, names: Names) -> Iterator[Found]:
    for name, about in template.parameters.items():
        for limit in about.get("constraints") or ():
            sort = limit.get("custom_constraint")
            if sort and name not in template.hidden:
                found = names.problem(sort, template.values.get(name), f"parameters.{name}")
                if found:
                    yield found


def _of_resources(template: Template, names: Names, schemas: Schemas) -> Iterator[Found]:
    for name, kind, properties in resources(template):
        schema = schemas.properties(kind)
        for sort, value, path in _named(properties, schema, f"resources.{name}.properties"):
            found = names.problem(sort, value, path)
            if found:
                yield found
        for value in properties.get("security_groups") or () if kind == "OS::Nova::Server" else ():
            found = names.problem(_SECURITY_GROUPS, value, f"resources.{name}.security_groups")
            if found:
                yield found


def resources(template: Template) -> Iterator[tuple[str, str, Found]]:
    """Every resource with its type and properties, and what a group repeats."""
    for name, body in template.resources.items():
        properties = template.properties(name)
        yield name, str(body.get("type")), properties
        inner = properties.get("resource_def")
        if isinstance(inner, dict) and isinstance(inner.get("properties"), dict):
            yield name, str(inner.get("type")), inner["properties"]


def _named(value: Any, schema: Any, path: str) -> Iterator[tuple[str, Any, str]]:
    """Values that a *schema* wants to be names of something."""
    if not isinstance(value, dict) or not isinstance(schema, dict):
        return
    for key, one in value.items():
        about = schema.get(key)
        if not isinstance(about, dict):
            continue
        sorts = [each.get("custom_constraint") for each in about.get("constraints") or ()]
        yield from ((sort, one, f"{path}.{key}") for sort in sorts if sort)
        inner = about.get("schema")
        if isinstance(one, list) and isinstance(inner, dict) and "*" in inner:
            star = inner["*"]
            for each in one:
                yield from _named(each, star.get("schema"), f"{path}.{key}")
        elif isinstance(one, dict):
            yield from _named(one, inner, f"{path}.{key}")


def _said(what: str, **params: str) -> Found:
    return {"code": f"openstack.live_{what}", "params": params}
