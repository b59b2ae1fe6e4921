"""Heat templates as data: read, with their parameters put in, and what in them is not to be shown.

Called by the other modules of this folder. Only what can be known without Heat is put in: values of
parameters; what other functions give stays as it is written.
"""

import json
from typing import Any

HIDDEN = "********"
_GENERATED = ("OS::Heat::RandomString",)
_TRUE = ("true", "1", "yes", "on", "y", "t")
_PREFIXES = ("get_", "str_", "list_", "map_")
_FUNCTIONS = ("digest", "repeat", "yaql", "if", "filter", "contains", "make_url", "equals")
Tree = dict[str, Any]


def parsed(text: str) -> Any:
    """*text* as YAML without dates: the version of a template is one. ValueError for what is no
    YAML."""
    import yaml  # noqa: PLC0415 -- of openstacksdk's environment

    class Loader(yaml.SafeLoader):
        pass

    Loader.yaml_implicit_resolvers = {
        first: [one for one in found if one[0] != "tag:yaml.org,2002:timestamp"]
        for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    try:
        return yaml.load(text, Loader)  # noqa: S506 -- it is a safe one
    except yaml.YAMLError as error:
        raise ValueError("yaml") from error


class Template:
    """A template with *given* values of parameters."""

    def __init__(self, body: Tree, given: Tree) -> None:
        self.body = body
        self.parameters: Tree = body.get("parameters") or {}
        self.resources: Tree = body.get("resources") or {}
        self.outputs: Tree = body.get("outputs") or {}
        defaults = {key: one.get("default") for key, one in self.parameters.items()}
        self.values = {key: plain(given.get(key, one)) for key, one in defaults.items()}
        self.hidden = {key for key, one in self.parameters.items() if is_hidden(one)}

    def filled(self, value: Any) -> Any:
        """*value* with the parameters that it names; what is hidden is not told."""
        if isinstance(value, list):
            return [self.filled(one) for one in value]
        if not isinstance(value, dict):
            return value
        name = value.get("get_param")
        if len(value) == 1 and isinstance(name, str) and name in self.values:
            return HIDDEN if name in self.hidden else self.values[name]
        if self.conceals(value) and is_function(value):
            return HIDDEN
        return {key: self.filled(one) for key, one in value.items()}

    def conceals(self, value: Any) -> bool:
        """Whether *value* is made of a hidden parameter, or of what a resource generates."""
        if isinstance(value, list):
            return any(self.conceals(one) for one in value)
        if not isinstance(value, dict):
            return False
        name = value.get("get_param")
        first = name[0] if isinstance(name, list) and name else name
        if isinstance(first, str) and first in self.hidden:
            return True
        return self._generated(value) or any(self.conceals(one) for one in value.values())

    def _generated(self, value: Tree) -> bool:
        told = value.get("get_attr")
        if not isinstance(told, list) or not told:
            return False
        kind = str((self.resources.get(str(told[0])) or {}).get("type"))
        return kind in _GENERATED or "private_key" in told or "admin_pass" in told

    def properties(self, name: str) -> Tree:
        """The properties of the resource *name*, filled."""
        body = self.resources.get(name) or {}
        return {key: self.filled(one) for key, one in (body.get("properties") or {}).items()}


def plain(value: Any) -> Any:
    """The value of a parameter as Heat tells it: as text."""
    if isinstance(value, list):
        return ",".join(map(str, value))
    return str(value) if isinstance(value, bool | int | float) else value


def is_function(value: Tree) -> bool:
    """Whether *value* looks like a function of HOT."""
    key = str(next(iter(value), ""))
    return len(value) == 1 and (key.startswith(_PREFIXES) or key in _FUNCTIONS)


def is_hidden(parameter: Tree) -> bool:
    """Whether Heat keeps the value of this parameter to itself."""
    return str(parameter.get("hidden", "")).lower() in _TRUE


def shown(value: Any) -> str:
    """*value* on one line."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def added(properties: Tree) -> str:
    """The properties of what is to be made."""
    return "".join(f"+{key}: {shown(one)}\n" for key, one in properties.items())


def changed(old: Tree, new: Tree) -> list[str]:
    """The properties that differ."""
    return [key for key in dict.fromkeys((*old, *new)) if old.get(key) != new.get(key)]


def difference(old: Tree, new: Tree, keys: list[str]) -> str:
    """What each of *keys* was and is to be."""
    lines = []
    for key in keys:
        lines += [f"@@ {key}"]
        lines += [f"-{shown(old[key])}"] if key in old else []
        lines += [f"+{shown(new[key])}"] if key in new else []
    return "".join(f"{line}\n" for line in lines)
