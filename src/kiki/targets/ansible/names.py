"""What packages, services and groups are called in each family of distributions.

Called by operations. The data is ``names.json``: each entry has the names that people use
(``called``, the first is the canonical one) and the name in each family. A name that is not
listed is the same everywhere and is passed through as it is.
"""

import os
from typing import Any, Literal

import msgspec

Family = Literal["RedHat", "Debian"]
Sort = Literal["packages", "services", "groups"]
FAMILIES: tuple[Family, ...] = ("RedHat", "Debian")

_tables: dict[str, dict[str, dict[str, Any]]] = {}


def canonical(sort: Sort, name: str) -> str:
    """The one name for everything that *name* is also called; unlisted names are themselves."""
    entry = _table(sort).get(name.lower())
    return str(entry["called"][0]) if entry else name


def every(sort: Sort) -> tuple[str, ...]:
    """All names that are listed, in every spelling."""
    return tuple(_table(sort))


def named(sort: Sort, names: tuple[str, ...], family: Family) -> tuple[str, ...]:
    """*names* as *family* has them, without repetitions, in order."""
    table = _table(sort)
    found = (str(table[name.lower()][family]) if name.lower() in table else name for name in names)
    return tuple(dict.fromkeys(found))


def by_family(
    sort: Sort, names: tuple[str, ...]
) -> tuple[tuple[Family | None, tuple[str, ...]], ...]:
    """*names* for each family, or once with ``None`` when all families call them the same."""
    redhat, debian = named(sort, names, "RedHat"), named(sort, names, "Debian")
    if redhat == debian:
        return ((None, redhat),)
    return (("RedHat", redhat), ("Debian", debian))


def related(sort: Sort, name: str, other: Sort) -> tuple[str, ...]:
    """The canonical names in *other* of what is also called by one of *name*'s names there."""
    entry, table = _table(sort).get(name.lower()), _table(other)
    called = entry["called"] if entry else ()
    return tuple(dict.fromkeys(canonical(other, each) for each in called if each in table))


def _table(sort: Sort) -> dict[str, dict[str, Any]]:
    if not _tables:
        _tables.update(_read())
    return _tables[sort]


def _read() -> dict[str, dict[str, dict[str, Any]]]:
    path = os.path.join(os.path.dirname(__file__), "names.json")  # noqa: PTH118, PTH120 -- pathlib costs 3 ms here
    with open(path, "rb") as file:  # noqa: PTH123
        data = msgspec.json.decode(file.read())
    return {
        sort: {name: entry for entry in entries for name in entry["called"]}
        for sort, entries in data.items()
    }
