"""Functions inside values: which a version allows, their arguments, and what they refer to.

Called by ``resources`` and ``sections`` for every value of a template. Source: the HOT
specification, "Intrinsic functions".
"""

from typing import Any

from kiki.documents.near import near
from kiki.model.finding import Severity
from kiki.targets.openstack.schema import resource_type
from kiki.targets.openstack.source import Path, Source, brief

_PSEUDO = ("OS::stack_name", "OS::stack_id", "OS::project_id")
_REPLACING = ("str_replace", "str_replace_strict", "str_replace_vstrict")
# Functions whose argument is a list of exactly, or from, so many
_COUNTS = {
    "if": (3, 3), "equals": (2, 2), "digest": (2, 2), "str_split": (2, 3), "contains": (2, 2),
    "map_replace": (2, 2), "filter": (2, 2), "list_join": (2, 99),
}  # fmt: skip


def walk(source: Source, value: Any, path: Path, owner: str = "") -> None:
    """Check every function in *value*. *owner* is the resource that *value* belongs to: what it
    refers to is then kept in ``source.links``."""
    found = source.function(value)
    if found:
        _function(source, *found, path, owner)
        walk(source, found[1], (*path, found[0]), owner)
    elif isinstance(value, dict):
        for key, item in value.items():
            walk(source, item, (*path, key), owner)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            walk(source, item, (*path, index), owner)


def _function(source: Source, name: str, arguments: Any, path: Path, owner: str) -> None:
    if name not in _allowed(source, path):
        _not_here(source, name, path)
        return
    at = (*path, name)
    match name:
        case "get_param":
            get_param(source, arguments, at)
        case "get_resource":
            if isinstance(arguments, str):
                get_resource(source, arguments, at, owner)
        case "get_attr":
            _get_attr(source, arguments, at, owner)
        case "get_file":
            _get_file(source, arguments, at)
        case _:
            _arguments(source, name, arguments, at)


def _allowed(source: Source, path: Path) -> frozenset[str]:
    """Conditions have functions of their own, and stand inside ``if`` and resources, too."""
    conditions = source.version.conditions
    return conditions if path[0] == "conditions" else source.version.functions | conditions


def _not_here(source: Source, name: str, path: Path) -> None:
    """Heat refuses what it has removed, and silently takes what it does not know yet for data."""
    removed = name == "Ref" or name.startswith("Fn::")
    version = str(source.data.get("heat_template_version"))
    severity: Severity = "error" if removed else "warning"
    source.report("openstack.function_not_here", severity, path, name=name, version=version)


def get_param(source: Source, arguments: Any, path: Path) -> None:
    """The parameter must be there; a list goes on into the value of a json parameter."""
    name = arguments[0] if isinstance(arguments, list) and arguments else arguments
    if source.function(name):
        return
    if not isinstance(name, str | int):
        _bad_arguments(source, "get_param", path)
        return
    known = source.section("parameters")
    source.used.add(str(name))
    if name not in known and name not in _PSEUDO:
        close = near(str(name), (*map(str, known), *_PSEUDO)) or "-"
        source.report("openstack.param_unknown", "error", path, name=str(name), near=close)


def get_resource(source: Source, name: str, path: Path, owner: str) -> bool:
    """The resource must be there; *owner* then needs it."""
    known = source.section("resources")
    if name in known:
        source.links.setdefault(owner, set()).add(name)
        return True
    close = near(name, tuple(map(str, known))) or "-"
    source.report("openstack.resource_unknown", "error", path, name=name, near=close)
    return False


def _get_attr(source: Source, arguments: Any, path: Path, owner: str) -> None:
    if not isinstance(arguments, list) or not arguments:
        _bad_arguments(source, "get_attr", path)
        return
    name = arguments[0]
    if not isinstance(name, str) or not get_resource(source, name, path, owner):
        return
    if len(arguments) > 1 and isinstance(arguments[1], str):
        _attribute(source, name, arguments[1], path)


def _attribute(source: Source, resource: str, attribute: str, path: Path) -> None:
    body = source.section("resources")[resource]
    kind = body.get("type") if isinstance(body, dict) else None
    known = resource_type(kind) if isinstance(kind, str) else None
    if known is None or known.open or attribute in known.attributes:
        return
    close = near(attribute, known.attributes) or "-"
    params = {"name": attribute, "type": str(kind), "near": close}
    source.report("openstack.attribute_unknown", "error", path, **params)


def _get_file(source: Source, name: Any, path: Path) -> None:
    if not isinstance(name, str):
        _bad_arguments(source, "get_file", path)
    elif "://" not in name and name.removeprefix("./") not in source.files:
        source.report("openstack.file_not_here", "info", path, name=name)


def _arguments(source: Source, name: str, arguments: Any, path: Path) -> None:
    if name in _REPLACING:
        if not isinstance(arguments, dict) or not {"template", "params"} <= arguments.keys():
            _bad_arguments(source, name, path)
    elif name == "repeat":
        if not isinstance(arguments, dict) or not {"template", "for_each"} <= arguments.keys():
            _bad_arguments(source, name, path)
    elif name in _COUNTS:
        low, high = _COUNTS[name]
        if not isinstance(arguments, list) or not low <= len(arguments) <= high:
            _bad_arguments(source, name, path)
        elif name == "if":
            condition(source, arguments[0], (*path, 0))


def condition(source: Source, name: Any, path: Path) -> None:
    """A condition's name must be there; a function or a truth value needs none."""
    known = source.section("conditions")
    if isinstance(name, str) and name not in known:
        close = near(name, tuple(map(str, known))) or "-"
        source.report("openstack.condition_unknown", "error", path, name=name, near=close)
    elif not isinstance(name, str | bool | dict):
        source.report("openstack.type_wrong", "error", path, wanted="condition", value=brief(name))


def _bad_arguments(source: Source, name: str, path: Path) -> None:
    source.report("openstack.arguments_wrong", "error", path, name=name)
