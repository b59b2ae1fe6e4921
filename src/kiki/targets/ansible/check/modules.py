"""What Ansible knows about modules and keywords, from the data file.

Called by the check's other modules. The file is read once, when the first check needs it.
"""

import os
from functools import cache
from typing import Any

import msgspec

BUILTIN = "ansible.builtin."


class Option(msgspec.Struct, frozen=True):
    """One argument as ``ansible-doc`` describes it; *options* are those of a nested mapping."""

    default: Any = None
    type: str = "str"
    elements: str = ""
    required: bool = False
    aliases: tuple[str, ...] = ()
    choices: tuple[Any, ...] = ()
    options: dict[str, "Option"] = {}


class Module(msgspec.Struct, frozen=True):
    """One module. *any*: it takes arguments of any name; *free_form*: it takes a bare text."""

    options: dict[str, Option]
    any: bool = False
    free_form: bool = False
    mutually_exclusive: tuple[tuple[str, ...], ...] = ()
    required_together: tuple[tuple[str, ...], ...] = ()
    required_one_of: tuple[tuple[str, ...], ...] = ()
    required_if: tuple[tuple[Any, ...], ...] = ()
    required_by: dict[str, Any] = {}


class Known(msgspec.Struct, frozen=True):
    """The whole file. *names* are modules without arguments here; *redirects* map old short names
    to full ones; *keywords* say where each may stand."""

    versions: dict[str, str]
    keywords: dict[str, tuple[str, ...]]
    redirects: dict[str, str]
    names: tuple[str, ...]
    modules: dict[str, Module]


@cache
def known() -> Known:
    """The data."""
    path = os.path.join(os.path.dirname(__file__), "modules.json")  # noqa: PTH118, PTH120 -- start-up
    with open(path, "rb") as file:  # noqa: PTH123
        return msgspec.json.decode(file.read(), type=Known)


@cache
def all_names() -> frozenset[str]:
    """The full names of all modules in the collections we know."""
    return frozenset((*known().modules, *known().names))


@cache
def full_name(name: str) -> str:
    """The full name of the module that *name* means; empty when there is none that we know."""
    name = name.replace("ansible.legacy.", BUILTIN, 1)
    if name in all_names():
        return name
    if "." in name.removeprefix(BUILTIN):
        return ""
    short = name.removeprefix(BUILTIN)
    places = ("ansible.builtin", "ansible.posix", "community.general")
    found = (f"{place}.{short}" for place in places if f"{place}.{short}" in all_names())
    return next(found, known().redirects.get(short, ""))


def in_known_collection(name: str) -> bool:
    """Whether *name* is that of a module in a collection whose names we all know."""
    return name.rpartition(".")[0] in {*known().versions, "ansible.legacy"}


def nearest(name: str, known_names: list[str]) -> str:
    """The known name that *name* was probably meant to be; empty when nothing comes near."""
    from difflib import get_close_matches  # noqa: PLC0415 -- lazy: 8 ms, only for a wrong name

    found = get_close_matches(name, known_names, n=1, cutoff=0.7)
    return found[0] if found else ""
