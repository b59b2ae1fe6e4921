"""Make src/kiki/targets/openstack/schemas/heat.json from OpenStack Heat's own classes.

Run by a developer when Heat has a new release, never at run time, with a Python that has it:

    python -m venv heat && heat/bin/pip install openstack-heat 'setuptools<81'
    heat/bin/python tools/extract_heat_schemas.py

Heat is Apache-2.0. Of every resource type, the properties with their types, constraints and support
status are kept, and the names of its attributes, in the form that ``kiki.targets.openstack.schema``
describes; of every template version, its functions, sections and keys.
"""

import json
import re
import sys
import warnings
from importlib.metadata import entry_points, version
from pathlib import Path
from typing import Any

from heat.engine import resource, resources, template
from heat.engine.hot import functions as hot_functions
from oslo_config import cfg

OUT = Path(__file__).parent.parent / "src/kiki/targets/openstack/schemas/heat.json"
TYPES = {
    "String": "string", "Integer": "integer", "Number": "number", "Boolean": "boolean",
    "List": "list", "Map": "map", "Any": "any",
}  # fmt: skip
INSTEAD = re.compile(
    r"[Uu]se (?:the )?(?:property )?[`'\"]*(\w+)[`'\"]*(?: property)?(?: instead)?\.?$"
)


def main() -> None:
    """Write the file."""
    warnings.filterwarnings("ignore")

    cfg.CONF([], project="heat")
    data = {
        "release": version("openstack-heat"),
        "constraints": sorted(point.name for point in entry_points(group="heat.constraints")),
        "versions": versions(),
        "types": dict(sorted(types())),
    }
    OUT.parent.mkdir(exist_ok=True)
    write(OUT, data)
    print(OUT.name, OUT.stat().st_size, len(data["types"]))


def write(path: Path, data: dict[str, Any]) -> None:
    """Compact, but a line for each entry of the top two levels, so that a diff can be read."""
    parts = []
    for key, value in data.items():
        if isinstance(value, dict):
            rows = [f"{json.dumps(name)}:{dumps(item)}" for name, item in value.items()]
            parts.append(f"{json.dumps(key)}:{{\n" + ",\n".join(rows) + "\n}")
        else:
            parts.append(f"{json.dumps(key)}:{dumps(value)}")
    path.write_text("{" + ",\n".join(parts) + "}\n")


def dumps(value: Any) -> str:
    """JSON without spaces."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def versions() -> dict[str, Any]:
    """Functions, sections and keys of every HOT version, its release names included."""
    manager = template._get_template_extension_manager()
    made = {}
    for name in sorted(manager.names()):
        kind, _, number = name.partition(".")
        if kind != "heat_template_version":
            continue
        plugin = manager[name].plugin
        known = {key for key, one in plugin.functions.items() if one is not hot_functions.Removed}
        made[number] = {
            "functions": sorted(known),
            "conditions": sorted(getattr(plugin, "condition_functions", {})),
            "sections": [key for key in plugin.SECTIONS if key != "__undefined__"],
            "resource": list(plugin._RESOURCE_KEYS),
            "output": list(plugin.OUTPUT_KEYS),
            "parameter": list(plugin.param_schema_class.KEYS),
        }
    return made


def types() -> Any:
    """Every resource type with its compact description."""
    for info in infos(resources.global_env().registry._registry):
        plugin = info.get_class()
        base = resource.Resource
        made: dict[str, Any] = {
            "properties": {
                name: prop(schema) for name, schema in sorted(plugin.properties_schema.items())
            },
            "attributes": sorted({*plugin.attributes_schema, *plugin.base_attributes_schema}),
        }
        if plugin.get_attribute is not base.get_attribute or plugin.FnGetAtt is not base.FnGetAtt:
            made["open"] = True
        yield info.name, made | status(plugin.support_status)


def infos(registry: Any) -> Any:
    """The leaves of Heat's registry, which is a tree by name."""
    for value in registry.values():
        if isinstance(value, dict):
            yield from infos(value)
        else:
            yield value


def status(found: Any) -> dict[str, str]:
    """Support status, if it is not simply supported, and Heat's words about it."""
    if found.status == "SUPPORTED":
        return {}
    made = {"status": found.status.lower()}
    messages = []
    while found is not None:
        messages.append(found.message)
        found = found.previous_status
    note = next((" ".join(message.split()) for message in messages if message), "")
    return made | ({"note": note.rstrip(".")} if note else {})


def prop(schema: Any) -> dict[str, Any]:
    """One property, with what is nested in it."""
    made: dict[str, Any] = {"type": TYPES[schema.type]}
    if schema.required:
        made["required"] = True
    if schema.default is not None:
        made["default"] = True
    if not schema.implemented:
        made["absent"] = True
    if schema.allow_conversion:
        made["convert"] = True
    made |= status(schema.support_status)
    if instead := INSTEAD.match(made.get("note", "")):
        made["instead"] = instead[1]
    for constraint in schema.constraints:
        made |= limit(constraint)
    nested = {name: prop(inner) for name, inner in sorted((schema.schema or {}).items())}
    if "*" in nested:
        made["items"] = nested["*"]
    elif nested:
        made["properties"] = nested
    return made


def limit(constraint: Any) -> dict[str, Any]:
    """One constraint of a property."""
    match type(constraint).__name__:
        case "AllowedValues":
            return {"allowed": list(constraint.allowed)}
        case "Range":
            return {"range": [constraint.min, constraint.max]}
        case "Length":
            return {"length": [constraint.min, constraint.max]}
        case "AllowedPattern":
            return {"pattern": constraint.pattern}
        case "CustomConstraint":
            return {"custom": constraint.name}
    sys.exit(f"an unknown constraint: {constraint!r}")


if __name__ == "__main__":
    main()
