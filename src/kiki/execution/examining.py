"""What an inventory's text has that Ansible reads without a word, or refuses without a place.

Called by ``sources`` for each file before Ansible sees it. Found here, with file and line: bytes
that are no text, ranges that are wrong, groups that contain each other, two addresses for a host.
Everything else is Ansible's to judge; what can't be read here is left to it.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

import yaml

from kiki.execution.ranges import complaint
from kiki.model.errors import UsageError

_SECTION = re.compile(r"\[([^:\]\s]+)(?::(\w+))?\]\s*(?:#.*)?")
_ADDRESS = re.compile(r"""(?<!\S)ansible_(?:ssh_)?host=["']?([^\s"'#]+)""")
_ADDRESSES = ("ansible_host", "ansible_ssh_host")
_BOM = "\ufeff"


class Host(NamedTuple):
    """A host where it is named: *place* is ``file:line``, *address* empty when none is said."""

    name: str
    address: str
    place: str


class Child(NamedTuple):
    """A group named in another."""

    parent: str
    name: str
    place: str


def text_of(data: bytes, shown: str) -> str:
    """*data* as text. UsageError ``inventory.not_text`` with the line of what is none."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UsageError("inventory.not_text", path=f"{shown}:{line}") from None


def examine(files: list[tuple[str, str, str]]) -> None:
    """Judge the files of one inventory: shown path, kind (``yaml``, ``toml``, ``ini``) and text.

    UsageError ``inventory.bom``, ``inventory.section``, ``inventory.range``,
    ``inventory.circular`` or ``inventory.two_addresses``, each with its place.
    """
    hosts: list[Host] = []
    children: list[Child] = []
    for shown, kind, text in files:
        if kind == "ini":
            _read_ini(text, shown, hosts, children)
        elif kind == "yaml":
            _read_yaml(text, shown, hosts, children)
    for host in hosts:
        wrong = complaint(host.name)
        if wrong:
            raise UsageError("inventory.range", path=host.place, host=host.name, reason=wrong)
    _require_one_address(hosts)
    _require_no_circle(children)


def _read_ini(text: str, shown: str, hosts: list[Host], children: list[Child]) -> None:
    group, state = "ungrouped", "hosts"
    for number, raw in enumerate(text.split("\n"), start=1):
        if raw.startswith(_BOM):  # Ansible would take it for the first letter of a name
            raise UsageError("inventory.bom", path=f"{shown}:{number}")
        line = raw.strip()
        if not line or line[0] in "#;":
            continue
        place = f"{shown}:{number}"
        if line[0] == "[":
            section = _SECTION.fullmatch(line)
            if section is None and not line.endswith("]"):
                raise UsageError("inventory.section", path=place)
            if section:
                group, state = section[1], section[2] or "hosts"
        elif state == "children":
            children.append(Child(group, line.split()[0], place))
        elif state == "hosts":
            hosts.append(_of_line(line, place))


def _of_line(line: str, place: str) -> Host:
    name = line.split(None, 1)[0].strip("\"'")
    found = _ADDRESS.search(line) if "host=" in line else None
    return Host(name, found[1] if found else "", place)


def _read_yaml(text: str, shown: str, hosts: list[Host], children: list[Child]) -> None:
    try:
        whole = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.YAMLError:
        return
    waiting = [("", name, node) for name, node in _pairs(whole)]
    while waiting:
        parent, name, node = waiting.pop()
        if parent:
            children.append(Child(parent, name.value, _place(shown, name)))
        for key, value in _pairs(node):
            if key.value == "hosts":
                hosts += [_of_pair(each, about, shown) for each, about in _pairs(value)]
            elif key.value == "children":
                waiting += [(name.value, each, about) for each, about in _pairs(value)]


def _pairs(node: yaml.Node | None) -> Iterator[tuple[yaml.ScalarNode, yaml.Node]]:
    if isinstance(node, yaml.MappingNode):
        yield from (pair for pair in node.value if isinstance(pair[0], yaml.ScalarNode))


def _of_pair(name: yaml.ScalarNode, about: yaml.Node, shown: str) -> Host:
    said = [str(value.value) for key, value in _pairs(about) if key.value in _ADDRESSES]
    return Host(str(name.value), said[-1] if said else "", _place(shown, name))


def _place(shown: str, node: yaml.Node) -> str:
    return f"{shown}:{node.start_mark.line + 1}"


def _require_one_address(hosts: list[Host]) -> None:
    """Ansible would take the last one: whoever reads the file may mean the other."""
    first: dict[str, Host] = {}
    for host in hosts:
        if not host.address:
            continue
        before = first.setdefault(host.name, host)
        if before.address != host.address:
            raise UsageError(
                "inventory.two_addresses",
                path=host.place,
                host=host.name,
                address=host.address,
                other=before.address,
                place=before.place,
            )


def _require_no_circle(children: list[Child]) -> None:
    inside: dict[str, list[Child]] = {}
    for child in children:
        inside.setdefault(child.parent, []).append(child)
    done: set[str] = set()
    for start in inside:
        _descend(start, inside, done)


def _descend(start: str, inside: dict[str, list[Child]], done: set[str]) -> None:
    """Depth first without recursion: groups may be nested as deep as somebody likes."""
    path = [start]
    ways = [iter(inside.get(start, ()))]
    while ways:
        child = next(ways[-1], None)
        if child is None:
            ways.pop()
            done.add(path.pop())
        elif child.name in path:
            circle = " > ".join([*path[path.index(child.name) :], child.name])
            raise UsageError("inventory.circular", path=child.place, groups=circle)
        elif child.name not in done:
            path.append(child.name)
            ways.append(iter(inside.get(child.name, ())))
