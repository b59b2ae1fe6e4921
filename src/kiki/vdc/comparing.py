"""What changes in the cloud when a definition becomes another one.

Called by the CLI. The resources of both are compared, as Heat would: what can be changed in place
is an update, what can't is made anew, and what refers to that follows. Which properties can be
changed in place is said by Heat's own classes (``update_allowed``, openstack-heat 2025.1); a
server's image is a rebuild and its start-up text a new server by Heat's defaults. No cloud is
asked: what somebody changed by hand is not seen.
"""

from collections.abc import Iterator
from typing import Any, Literal, NamedTuple

import msgspec

from kiki.vdc.compiling import laid_out
from kiki.vdc.definition import Definition
from kiki.vdc.heat.stack import Section, Stack

Action = Literal["add", "update", "rebuild", "replace", "remove"]
_GROUP = "OS::Heat::ResourceGroup"
_IN_PLACE = {
    "OS::Keystone::Project": "description domain enabled name tags",
    "OS::Keystone::User": "default_project description domain email name password roles",
    "OS::Keystone::Role": "name",
    "OS::Keystone::UserRoleAssignment": "roles user",
    "OS::Nova::Flavor": "tenants",
    "OS::Glance::WebImage": "visibility",
    "OS::Nova::Quota": "cores instances key_pairs ram server_groups",
    "OS::Cinder::Quota": "gigabytes volumes",
    "OS::Neutron::Quota": "floatingip network port router security_group"
    " security_group_rule subnet",
    "OS::Octavia::Quota": "loadbalancer",
    "OS::Neutron::ProviderNet": "name network_type physical_network router_external segmentation_id"
    " shared",
    "OS::Neutron::Net": "name",
    "OS::Neutron::Subnet": "allocation_pools dns_nameservers enable_dhcp gateway_ip name",
    "OS::Neutron::Router": "external_gateway_info name",
    "OS::Neutron::SecurityGroup": "description name",
    "OS::Neutron::Port": "fixed_ips name security_groups",
    "OS::Neutron::FloatingIP": "port_id",
    "OS::Nova::Server": "count flavor image metadata name networks",
    "OS::Cinder::Volume": "description name size volume_type",
    "OS::Cinder::VolumeAttachment": "instance_uuid volume_id",
    "OS::Octavia::LoadBalancer": "name",
    "OS::Octavia::Listener": "name",
    "OS::Octavia::Pool": "lb_algorithm name",
    "OS::Octavia::HealthMonitor": "delay max_retries timeout url_path",
}


class Change(NamedTuple):
    """One property: as it was and as it will be."""

    name: str
    before: str
    after: str


class Difference(NamedTuple):
    """What happens to one resource: its *sort* and *name*, the *changes* that cause it, and the
    resources that it *follows* because they are made anew. *moved* is the stack it was in."""

    action: Action
    stack: str
    sort: str
    name: str
    changes: tuple[Change, ...] = ()
    follows: tuple[str, ...] = ()
    moved: str = ""


class _Resource(NamedTuple):
    stack: str
    kind: str
    properties: Section  # those of the members, for a group, with its count


def compare(old: Definition, new: Definition) -> tuple[Difference, ...]:
    """Everything that differs, in the order of the new templates, then what goes."""
    before, after = _resources(old), _resources(new)
    both = [key for key in after if key in before]
    anew = _anew(before, after, both)
    found = [
        one
        for key in after
        if (one := _difference(key, before.get(key), after[key], anew)) is not None
    ]
    gone = [
        Difference("remove", one.stack, *_said(key)) for key, one in before.items()
        if key not in after
    ]  # fmt: skip
    return (*found, *gone)


def _resources(definition: Definition) -> dict[str, _Resource]:
    return {
        name: _Resource(laid.stack.name, kind, properties)
        for laid in laid_out(definition)
        for name, kind, properties in _of(laid.stack)
    }


def _of(stack: Stack) -> Iterator[tuple[str, str, Section]]:
    for name, body in stack.resources.items():
        kind, properties = body["type"], body["properties"]
        if kind == _GROUP:
            kind = properties["resource_def"]["type"]
            properties = {**properties["resource_def"]["properties"], "count": properties["count"]}
        plain = {key: _plain(value, stack) for key, value in properties.items()}
        yield name, kind, plain


def _plain(value: Any, stack: Stack) -> Any:
    """*value* with each parameter as what it is by default."""
    if isinstance(value, dict):
        if set(value) == {"get_param"}:
            return stack.parameters[value["get_param"]].get("default", value)
        return {key: _plain(item, stack) for key, item in value.items()}
    return [_plain(item, stack) for item in value] if isinstance(value, list) else value


def _changed(before: _Resource, after: _Resource) -> list[str]:
    keys = [*before.properties, *(key for key in after.properties if key not in before.properties)]
    return [key for key in keys if before.properties.get(key) != after.properties.get(key)]


def _fixed(resource: _Resource, keys: list[str]) -> list[str]:
    """Those of *keys* that can't be changed in place."""
    free = _IN_PLACE.get(resource.kind, "").split()
    return [key for key in keys if key not in free]


def _anew(
    before: dict[str, _Resource], after: dict[str, _Resource], both: list[str]
) -> frozenset[str]:
    """The names of what is made anew: by its own changes, by moving, or by what it refers to."""
    anew = {
        key for key in both
        if before[key].stack != after[key].stack
        or before[key].kind != after[key].kind
        or _fixed(after[key], _changed(before[key], after[key]))
    }  # fmt: skip
    while True:
        more = {
            key for key in both if key not in anew and _fixed(after[key], _led(after[key], anew))
        }  # fmt: skip
        if not more:
            return frozenset(anew)
        anew |= more


def _follows(resource: _Resource, anew: set[str] | frozenset[str]) -> list[tuple[str, str]]:
    """The properties that refer to something that is made anew, with its name."""
    return [
        (key, name)
        for key, value in resource.properties.items()
        for name in _references(value)
        if name in anew
    ]


def _led(resource: _Resource, anew: set[str]) -> list[str]:
    return [key for key, _ in _follows(resource, anew)]


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if set(value) == {"get_resource"}:
            yield value["get_resource"]
        elif set(value) == {"get_attr"}:
            yield value["get_attr"][0]
        else:
            for item in value.values():
                yield from _references(item)
    elif isinstance(value, list):
        for item in value:
            yield from _references(item)


def _difference(
    key: str, before: _Resource | None, after: _Resource, anew: frozenset[str]
) -> Difference | None:
    if before is None:
        return Difference("add", after.stack, *_said(key))
    names = _changed(before, after)
    follows = tuple(dict.fromkeys(" ".join(_said(name)) for _, name in _follows(after, anew)))
    if not names and not follows and key not in anew:
        return None
    action: Action = "update"
    if key in anew:
        action = "replace"
    elif after.kind == "OS::Nova::Server" and "image" in names:
        action = "rebuild"
    changes = tuple(
        Change(name, _shown(before.properties.get(name)), _shown(after.properties.get(name)))
        for name in names
    )
    moved = before.stack if before.stack != after.stack else ""
    return Difference(action, after.stack, *_said(key), changes, follows, moved)


def _said(key: str) -> tuple[str, str]:
    """The sort and the name that a resource is called by."""
    sort, _, name = key.partition("_")
    return sort, name


def _shown(value: Any) -> str:
    if isinstance(value, str | int) and not isinstance(value, bool):
        text = " ".join(str(value).split())
    else:
        text = "-" if value is None else msgspec.json.encode(value).decode()
    return text if len(text) <= 80 else text[:79] + "…"
