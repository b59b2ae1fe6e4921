"""The resources of a template: keys, types, properties, and that no two need each other.

Called by ``check``. A group's ``resource_def`` is a resource itself and is checked as one.
"""

from typing import Any

from kiki.documents.near import near
from kiki.targets.openstack import values
from kiki.targets.openstack.references import condition, get_resource, walk
from kiki.targets.openstack.schema import heat, resource_type
from kiki.targets.openstack.source import Path, Source, brief

# Properties that hold the definition of a member
_MEMBERS = {"OS::Heat::ResourceGroup": "resource_def", "OS::Heat::AutoScalingGroup": "resource"}
_POLICIES = ("Delete", "Retain", "Snapshot")


def judge(source: Source) -> None:
    """Report what is wrong with the ``resources`` section."""
    known = source.section("resources")
    if not known:
        source.report("openstack.resources_missing", "error", ("resources",))
    for name, body in known.items():
        path: Path = ("resources", name)
        if isinstance(body, dict):
            _resource(source, str(name), body, path)
        else:
            wanted = {"wanted": "map", "value": brief(body)}
            source.report("openstack.type_wrong", "error", path, **wanted)
    _cycles(source)


def _resource(source: Source, name: str, body: dict[Any, Any], path: Path) -> None:
    for key in body:
        if key not in source.version.resource:
            close = near(str(key), source.version.resource) or "-"
            source.report("openstack.key_unknown", "error", (*path, key), key=str(key), near=close)
    kind = body.get("type")
    if not isinstance(kind, str):
        source.report("openstack.resource_type_missing", "error", path)
    else:
        _typed(source, kind, body.get("properties"), path)
    _depends_on(source, name, body.get("depends_on"), (*path, "depends_on"))
    if "condition" in body:
        condition(source, body["condition"], (*path, "condition"))
    policy = body.get("deletion_policy")
    if isinstance(policy, str) and policy.capitalize() not in _POLICIES:
        params = {"value": brief(policy), "allowed": ", ".join(_POLICIES)}
        source.report("openstack.value_not_allowed", "error", (*path, "deletion_policy"), **params)
    walk(source, body, path, name)


def _typed(source: Source, kind: str, given: Any, path: Path) -> None:
    """The properties, with those of a group's members."""
    found = resource_type(kind)
    if found is None:
        _unknown_type(source, kind, (*path, "type"))
        return
    if found.status:
        params = {"type": kind, "note": found.note or found.status}
        source.report(f"openstack.type_{found.status}", "warning", (*path, "type"), **params)
    where = (*path, "properties") if given is not None else path
    values.check(source, found.properties, given, where)
    member = given.get(_MEMBERS.get(kind)) if isinstance(given, dict) else None
    if isinstance(member, dict) and isinstance(member.get("type"), str):
        at = (*where, _MEMBERS[kind])
        _typed(source, member["type"], member.get("properties"), at)


def _unknown_type(source: Source, kind: str, path: Path) -> None:
    if kind in source.types or kind.removeprefix("./") in source.files:
        return
    if kind.endswith((".yaml", ".yml", ".template")) or "://" in kind:
        source.report("openstack.template_not_here", "warning", path, type=kind)
        return
    close = near(kind, tuple(heat().types)) or "-"
    source.report("openstack.type_unknown", "error", path, type=kind, near=close)


def _depends_on(source: Source, name: str, given: Any, path: Path) -> None:
    needed = given if isinstance(given, list) else [given]
    for index, other in enumerate(needed):
        at = (*path, index) if isinstance(given, list) else path
        if isinstance(other, str):
            get_resource(source, other, at, name)


def _cycles(source: Source) -> None:
    """Report each circle of resources that need each other, once."""
    done: set[str] = set()
    for name in source.section("resources"):
        chain = _circle(source.links, str(name), [], done)
        if chain:
            params = {"chain": " -> ".join(chain)}
            source.report("openstack.cycle", "error", ("resources", chain[0]), **params)


def _circle(
    links: dict[str, set[str]], name: str, before: list[str], done: set[str]
) -> list[str] | None:
    """The names of a circle that can be reached from *name*; what is *done* has none."""
    if name in before:
        return [*before[before.index(name) :], name]
    if name in done:
        return None
    done.add(name)
    for other in sorted(links.get(name, ())):
        if chain := _circle(links, other, [*before, name], done):
            return chain
    return None
