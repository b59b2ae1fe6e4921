"""The template as a whole: version, sections, groups, conditions, outputs.

Called by ``check``. Source: the HOT specification, "Template structure".
"""

from typing import Any

from kiki.documents.near import near
from kiki.targets.openstack.references import condition, walk
from kiki.targets.openstack.source import Path, Source, brief

_MAPS = ("parameters", "resources", "outputs", "conditions")


def judge(source: Source) -> None:
    """Report what is wrong with the sections other than parameters and resources."""
    for name, value in source.data.items():
        if name not in source.version.sections:
            close = near(str(name), source.version.sections) or "-"
            source.report("openstack.section_unknown", "error", (name,), name=str(name), near=close)
        elif name in _MAPS and not isinstance(value, dict | None):
            params = {"wanted": "map", "value": brief(value)}
            source.report("openstack.type_wrong", "error", (name,), **params)
    description = source.data.get("description")
    if description is not None and not isinstance(description, str):
        params = {"wanted": "string", "value": brief(description)}
        source.report("openstack.type_wrong", "error", ("description",), **params)
    _groups(source)
    walk(source, source.section("conditions"), ("conditions",))
    _outputs(source)


def _groups(source: Source) -> None:
    groups = source.data.get("parameter_groups")
    known = source.section("parameters")
    for index, group in enumerate(groups if isinstance(groups, list) else ()):
        names = group.get("parameters") if isinstance(group, dict) else None
        for place, name in enumerate(names if isinstance(names, list) else ()):
            if not isinstance(name, str) or name not in known:
                path = ("parameter_groups", index, "parameters", place)
                close = near(str(name), tuple(map(str, known))) or "-"
                source.report("openstack.param_unknown", "error", path, name=str(name), near=close)


def _outputs(source: Source) -> None:
    for name, body in source.section("outputs").items():
        path: Path = ("outputs", name)
        if not isinstance(body, dict):
            source.report("openstack.type_wrong", "error", path, wanted="map", value=brief(body))
            continue
        _output(source, body, path)


def _output(source: Source, body: dict[Any, Any], path: Path) -> None:
    for key in body:
        if key not in source.version.output:
            close = near(str(key), source.version.output) or "-"
            source.report("openstack.key_unknown", "error", (*path, key), key=str(key), near=close)
    if "value" not in body:
        source.report("openstack.output_value_missing", "error", path)
    if "condition" in body:
        condition(source, body["condition"], (*path, "condition"))
    walk(source, body, path)
