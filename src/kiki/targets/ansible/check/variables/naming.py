"""What one file defines, and what it asks for, with the places.

Called by ``judging``. It looks for what Ansible gives a name by (``vars``, ``register``,
``set_fact``, loops and so on) wherever that stands, and does not ask when it comes to pass.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from kiki.targets.ansible.check.report import Place, has_template
from kiki.targets.ansible.check.variables.expressions import Asked, asked, asked_by

_CONDITIONS = frozenset(("when", "changed_when", "failed_when", "until", "that", "var"))
_FACTS = ("set_fact", "ansible.builtin.set_fact", "add_host", "ansible.builtin.add_host")
_INCLUDES = ("include_vars", "ansible.builtin.include_vars")
_STATS = ("set_stats", "ansible.builtin.set_stats")
ITEM = "item"
_UNSAFE = frozenset(("!unsafe", "!vault"))

TagOf = Callable[[Place], str]


class Use(NamedTuple):
    """A variable that is asked for at *place*."""

    name: str
    place: Place


class Names:
    """What a file defines and asks for. *guarded* are names that the file itself takes as perhaps
    undefined; *files* are files of variables that it reads; *open*: it reads some that can't be
    named."""

    def __init__(self) -> None:
        self.defined: set[str] = set()
        self.guarded: set[str] = set()
        self.uses: list[Use] = []
        self.files: list[str] = []
        self.open = False

    def define(self, names: Any) -> None:
        """Take the keys of a mapping, or of each mapping of a list, as defined."""
        for each in names if isinstance(names, list) else [names]:
            if isinstance(each, dict):
                self.defined.update(str(key) for key in each)


def names_of(documents: tuple[Any, ...], tag_of: TagOf) -> Names:
    """What the tasks or plays in *documents* define and ask for."""
    names = Names()
    for index, document in enumerate(documents):
        _Visitor(names, tag_of).visit(document, (index,), looped=False)
    return names


class _Visitor:
    """Goes through one document. *looped*: ``item`` has a value there."""

    def __init__(self, names: Names, tag_of: TagOf) -> None:
        self._names = names
        self._tag_of = tag_of

    def visit(self, value: Any, place: Place, *, looped: bool) -> None:
        """Note what *value*, at *place*, defines and asks for."""
        if isinstance(value, dict):
            self._visit_entry(value, place, looped)
        elif isinstance(value, list):
            for index, each in enumerate(value):
                self.visit(each, (*place, index), looped=looped)
        elif has_template(value) and self._tag_of(place) not in _UNSAFE:
            self._ask(asked(value), place, looped)

    def _visit_entry(self, entry: dict[Any, Any], place: Place, looped: bool) -> None:
        _define(entry, self._names)
        looped = looped or _is_loop(entry)
        for key, each in entry.items():
            if key in _CONDITIONS:
                self._ask_conditions(each, (*place, key), looped)
            else:  # a variable is filled in where it is used, and that may be a loop
                self.visit(each, (*place, key), looped=looped or key == "vars")

    def _ask_conditions(self, value: Any, place: Place, looped: bool) -> None:
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, str):
                found = asked(each) if has_template(each) else asked_by(each)
                self._ask(found, place, looped)

    def _ask(self, found: tuple[Asked, ...], place: Place, looped: bool) -> None:
        for one in found:
            if one.guarded:
                self._names.guarded.add(one.name)
            elif one.name != ITEM or not looped:
                self._names.uses.append(Use(one.name, place))


def _is_loop(entry: dict[Any, Any]) -> bool:
    return "loop" in entry or any(str(key).startswith("with_") for key in entry)


def _define(entry: dict[Any, Any], names: Names) -> None:
    names.define(entry.get("vars"))
    for key in (*_FACTS, *_STATS):
        if key in entry:
            _define_facts(entry[key], names)
    _define_loop(entry, names)
    _define_play(entry, names)
    for key in _INCLUDES:
        if key in entry:
            _define_included(entry[key], names)
    if isinstance(entry.get("register"), str):
        names.defined.add(entry["register"])


def _define_facts(args: Any, names: Names) -> None:
    if isinstance(args, str):
        names.defined.update(word.partition("=")[0] for word in args.split())
    elif isinstance(args, dict):
        names.define(args)
        names.define(args.get("data"))
        names.open |= any(has_template(key) for key in args)


def _define_loop(entry: dict[Any, Any], names: Names) -> None:
    control = entry.get("loop_control")
    if isinstance(control, dict):
        names.defined.update(
            control[key] for key in ("loop_var", "index_var") if isinstance(control.get(key), str)
        )


def _define_play(entry: dict[Any, Any], names: Names) -> None:
    if isinstance(entry.get("roles"), list):
        names.define(entry["roles"])
    prompts = entry.get("vars_prompt")
    for each in prompts if isinstance(prompts, list) else ():
        if isinstance(each, dict):
            names.defined.add(str(each.get("name")))
    listed = entry.get("vars_files")
    for each in listed if isinstance(listed, list) else [listed] if listed else ():
        for one in each if isinstance(each, list) else [each]:
            _define_file(one, names)


def _define_included(args: Any, names: Names) -> None:
    if isinstance(args, dict) and isinstance(args.get("name"), str):
        names.defined.add(args["name"])
    elif isinstance(args, dict):
        _define_file(args.get("file", args.get("_raw_params")), names)
    else:
        _define_file(args, names)


def _define_file(path: Any, names: Names) -> None:
    if isinstance(path, str) and not has_template(path):
        names.files.append(path)
    else:
        names.open = True
