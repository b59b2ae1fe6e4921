"""What Ansible knows about modules and keywords, from the data files.

Called by the check's other modules and by ``generic``. The index is read when the first check needs
it, and a module's line when that module is first asked for: a check pays for what it meets.
"""

import os
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import msgspec

BUILTIN = "ansible.builtin."
_DATA = os.path.join(os.path.dirname(__file__), "data")  # noqa: PTH118, PTH120 -- start-up


class Relations(msgspec.Struct, frozen=True, kw_only=True):
    """What arguments of one level say of each other, as ``AnsibleModule`` takes it."""

    mutually_exclusive: tuple[tuple[str, ...], ...] = ()
    required_together: tuple[tuple[str, ...], ...] = ()
    required_one_of: tuple[tuple[str, ...], ...] = ()
    required_if: tuple[tuple[Any, ...], ...] = ()
    required_by: dict[str, tuple[str, ...]] = {}


class Option(Relations, frozen=True, kw_only=True):
    """One argument; *options*, with their relations, are those of a nested mapping. *secret*: its
    value is kept out of logs; *removed* and *old_aliases*: the release without it; *elsewhere*: a
    variable of the environment may give it; *any*: the mapping may have other names as well."""

    default: Any = None
    type: str = "str"
    elements: str = ""
    required: bool = False
    aliases: tuple[str, ...] = ()
    choices: tuple[Any, ...] = ()
    options: dict[str, "Option"] = {}
    any: bool = False
    secret: bool = False
    elsewhere: bool = False
    removed: str = ""
    old_aliases: dict[str, str] = {}


class Module(Relations, frozen=True, kw_only=True):
    """One module. *any*: it takes arguments of any name; *free_form*: it takes a bare text;
    *deprecated*: what to use instead; *blind*: check mode passes it by. *shared* numbers the
    options of its collection's first line, which are among *options* once ``Known`` hands it
    out."""

    options: dict[str, Option]
    shared: tuple[int, ...] = ()
    any: bool = False
    free_form: bool = False
    blind: bool = False
    deprecated: str = ""


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """The index. *collections* has each module's place (bytes) in the collection's file;
    *redirects* map old names to new ones; *removed* and *deprecated* have what their collection
    says; *keywords* say where each may stand; *undeclared* are the modules that have no argument
    specification, only documentation."""

    versions: dict[str, str]
    keywords: dict[str, tuple[str, ...]]
    redirects: dict[str, str]
    removed: dict[str, str]
    deprecated: dict[str, str]
    undeclared: tuple[str, ...]
    collections: dict[str, dict[str, tuple[int, int]]]

    @property
    def modules(self) -> Mapping[str, Module]:
        """Every module by its full name."""
        return _modules()


class _Modules(Mapping[str, Module]):
    """Modules read from the files one by one."""

    def __init__(self, places: dict[str, dict[str, tuple[int, int]]]) -> None:
        self._places = places

    def __getitem__(self, name: str) -> Module:
        collection, _, short = name.rpartition(".")
        if not short or short not in self._places.get(collection, ()):
            raise KeyError(name)
        return _module(collection, short)

    def __contains__(self, name: object) -> bool:
        return name in all_names()

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(all_names()))

    def __len__(self) -> int:
        return len(all_names())


@cache
def known() -> Known:
    """The index."""
    with open(os.path.join(_DATA, "index.json"), "rb") as file:  # noqa: PTH118, PTH123 -- start-up
        return msgspec.json.decode(file.read(), type=Known)


@cache
def _modules() -> _Modules:
    return _Modules(known().collections)


def _line(collection: str, short: str) -> bytes:
    start, length = known().collections[collection][short]
    path = os.path.join(_DATA, f"{collection}.jsonl")  # noqa: PTH118 -- start-up
    with open(path, "rb") as file:  # noqa: PTH123 -- start-up
        file.seek(start)
        return file.read(length)


@cache
def _shared(collection: str) -> tuple[tuple[str, Option], ...]:
    return msgspec.json.decode(_line(collection, ""), type=tuple[tuple[str, Option], ...])


@cache
def _module(collection: str, short: str) -> Module:
    found = msgspec.json.decode(_line(collection, short), type=Module)
    if not found.shared:
        return found
    shared = _shared(collection)
    both = found.options | dict(shared[number] for number in found.shared)
    return msgspec.structs.replace(found, options=both, shared=())


@cache
def all_names() -> frozenset[str]:
    """The full names of all modules in the collections we know."""
    places = known().collections.items()
    return frozenset(f"{name}.{short}" for name, its in places for short in its if short)


@cache
def full_name(name: str) -> str:
    """The full name of the module that *name* means, wherever it has moved to; empty when there is
    none that we know."""
    name = name.replace("ansible.legacy.", BUILTIN, 1)
    if name in all_names():
        return name
    if name in known().redirects:
        return _moved(name)
    short = name.removeprefix(BUILTIN)
    if "." in short:
        return ""
    found = (f"{place}.{short}" for place in known().versions)
    return next((each for each in found if each in all_names()), _moved(short))


def _moved(name: str) -> str:
    """Where *name* has moved to, step by step; empty when that is nothing that we know."""
    for _ in range(4):
        name = known().redirects.get(name, "")
        if name in all_names():
            return name
    return ""


@cache
def _elsewhere() -> dict[str, str]:
    path = os.path.join(_DATA, "elsewhere.json")  # noqa: PTH118 -- start-up
    with open(path, "rb") as file:  # noqa: PTH123 -- start-up
        found = msgspec.json.decode(file.read(), type=dict[str, str])
    return {short: f"{where}.{short}" for where, names in found.items() for short in names.split()}


def name_elsewhere(short: str) -> str:
    """The full name of the module *short* in a collection that we don't know; empty when Ansible
    has no such name either."""
    return _elsewhere().get(short, "")


def in_known_collection(name: str) -> bool:
    """Whether *name* is that of a module in a collection whose names we all know."""
    return name.rpartition(".")[0] in {*known().versions, "ansible.legacy"}


def nearest(name: str, known_names: list[str]) -> str:
    """The known name that *name* was probably meant to be; empty when nothing comes near."""
    from difflib import get_close_matches  # noqa: PLC0415 -- lazy: 8 ms, only for a wrong name

    found = get_close_matches(name, known_names, n=1, cutoff=0.7)
    return found[0] if found else ""
