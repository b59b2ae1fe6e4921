"""How the parts of several operations become one template.

Called by ``render``. Where one operation names what another one makes, the name becomes a
reference to it, so that Heat makes both in the right order; a name that no operation makes becomes
a parameter. Pure, and the order of the parts decides the order in the file.
"""

from collections import Counter
from typing import Any

from kiki.model.errors import UsageError
from kiki.targets.openstack.template import (
    VERSION,
    After,
    Made,
    Named,
    Param,
    Part,
    Resource,
    Section,
    looked_up,
)

_WAITS = "depends_on"


def join(parts: tuple[Part, ...]) -> Section:
    """The whole template. One part keeps its short names; of several, each part's names begin
    with its own name, but for parameters that are the same wherever they are.

    UsageError ``openstack.name_twice`` where two parts make one thing.
    """
    return _Joined(parts).template()


def parameter_names(parts: tuple[Part, ...]) -> list[dict[str, str]]:
    """What the template calls each part's own parameters."""
    joined = _Joined(parts)
    return [
        {name: joined.parameter(index, name) for name in part.parameters}
        for index, part in enumerate(parts)
    ]


class _Joined:
    """The names of all parts, while they become one template."""

    def __init__(self, parts: tuple[Part, ...]) -> None:
        self.parts = parts
        self.made = {(one.sort, one.name): (part, one) for part, one in _makes(parts)}
        self.parameters = {part: self._parameters(part) for part in _keys(parts)}
        self.shared = _shared(list(self.parameters.values()))
        self.resources = _ids(parts)

    def template(self) -> Section:
        """All sections that have something in them."""
        summary = "; ".join(part.summary for part in self.parts)
        made: Section = {"heat_template_version": VERSION, "description": summary}
        made |= {name: {} for name in ("parameters", "resources", "outputs")}
        for index, part in enumerate(self.parts):
            for name, body in self.parameters[index].items():
                made["parameters"][self.parameter(index, name)] = self._resolved(body, index)
            for name, body in part.resources.items():
                made["resources"][self._id(index, name)] = self._resource(body, index)
            for name, body in part.outputs.items():
                made["outputs"][self._id(index, name)] = self._resolved(body, index)
        return {section: body for section, body in made.items() if body}

    def _parameters(self, index: int) -> Section:
        """A part's own, and those for what it names and nobody makes."""
        part = self.parts[index]
        named = _named([part.resources, [one.value for one in part.makes]])
        missing = [one for one in named if one.parameter and (one.sort, one.name) not in self.made]
        return {**part.parameters, **{one.parameter: looked_up(one) for one in missing}}

    def _id(self, index: int, name: str) -> str:
        return name if len(self.parts) == 1 else f"{self.parts[index].name}_{name}"

    def parameter(self, index: int, name: str) -> str:
        """Heat takes no parameter that is called as a resource."""
        found = name if name in self.shared else self._id(index, name)
        return f"{found}_name" if found in self.resources else found

    def _resource(self, body: Section, index: int) -> Section:
        """*body*, without a wait for nothing."""
        made = self._resolved(body, index)
        return {key: value for key, value in made.items() if key != _WAITS or value}

    def _resolved(self, value: Any, index: int) -> Any:
        """*value* with every reference written as the function that HOT has for it."""
        match value:
            case Param():
                return {"get_param": self.parameter(index, value.name)}
            case Resource():
                return self._reference(value, index)
            case Named():
                return self._found(value, index)
            case After():
                return self._marked(value.marks)
            case dict():
                return {key: self._resolved(item, index) for key, item in value.items()}
            case list() | tuple():
                return [self._resolved(item, index) for item in value]
        return value

    def _reference(self, one: Resource, index: int) -> Section:
        name = self._id(index, one.name)
        if not one.attribute:
            return {"get_resource": name}
        return {"get_attr": [name, one.attribute, *self._resolved(one.path, index)]}

    def _found(self, one: Named, index: int) -> Any:
        if (found := self.made.get((one.sort, one.name))) is not None:
            return self._resolved(found[1].value, found[0])
        if one.parameter:
            return {"get_param": self.parameter(index, one.parameter)}
        return one.known_as or one.name

    def _marked(self, marks: tuple[str, ...]) -> list[str]:
        return [
            self._id(index, name)
            for mark in marks
            for index, part in enumerate(self.parts)
            for name in part.marks.get(mark, ())
        ]


def _keys(parts: tuple[Part, ...]) -> range:
    return range(len(parts))


def _makes(parts: tuple[Part, ...]) -> list[tuple[int, Made]]:
    found = [(index, one) for index, part in enumerate(parts) for one in part.makes]
    _refuse_twice([(one.sort, one.name) for _, one in found])
    return found


def _ids(parts: tuple[Part, ...]) -> frozenset[str]:
    """The ids of all resources."""
    many = len(parts) > 1
    found = [f"{part.name}_{name}" if many else name for part in parts for name in part.resources]
    _refuse_twice([("id", name) for name in found])
    return frozenset(found)


def _refuse_twice(names: list[tuple[str, str]]) -> None:
    for (_, name), count in Counter(names).items():
        if count > 1:
            raise UsageError("openstack.name_twice", name=name)


def _shared(sections: list[Section]) -> frozenset[str]:
    """The parameters of several parts that are the same in all of those."""
    found: dict[str, list[Any]] = {}
    for section in sections:
        for name, body in section.items():
            found.setdefault(name, []).append(body)
    return frozenset(
        name for name, bodies in found.items()
        if len(bodies) > 1 and all(body == bodies[0] for body in bodies)
    )  # fmt: skip


def _named(value: Any) -> list[Named]:
    """Every name in *value*, in order."""
    if isinstance(value, Named):
        return [value]
    if isinstance(value, Resource):
        return _named(list(value.path))
    inner = list(value.values()) if isinstance(value, dict) else value
    return (
        [one for item in inner for one in _named(item)] if isinstance(inner, list | tuple) else []
    )
