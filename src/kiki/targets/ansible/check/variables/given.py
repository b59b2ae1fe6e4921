"""Variables that files of variables and inventories give.

Called by ``files``.
"""

import re
from collections.abc import Iterator
from typing import Any

from kiki.targets.ansible.check.places import VARIABLES

_PAIR = re.compile(r"(?:^|\s)([A-Za-z_]\w*)\s*=", re.MULTILINE)


def given_by_mapping(path: str, documents: tuple[Any, ...]) -> set[str]:
    """The names in a mapping: its keys in a file of variables, else, as in an inventory or in a
    role's argument specification, every key in it."""
    mappings = [document for document in documents if isinstance(document, dict)]
    if VARIABLES & set(path.split("/")[:-1]):
        return {str(key) for each in mappings for key in each}
    return {key for each in mappings for key in _keys(each)}


def _keys(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from (str(key) for key in value)
        value = list(value.values())
    for each in value if isinstance(value, list) else ():
        yield from _keys(each)


def given_by_inventory(text: str) -> set[str]:
    """The names in an inventory of lines: ``name=value``."""
    return set(_PAIR.findall(text))
