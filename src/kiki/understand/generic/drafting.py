"""What every reader of official types makes of what it found: fields, sources by path, a name.

Called by ``reading``, ``flags`` and ``exact``. On the path of ``gen``: imports no lexer.
"""

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from kiki.model.intent import Operation, Source
from kiki.model.profile import Profile
from kiki.model.trees import Path, leaves, shown
from kiki.model.vocabulary import KindSpec

_LONGEST = 63


def fields_of(kind: KindSpec) -> tuple[str, str]:
    """What a generic kind calls the type, and what it calls the tree."""
    return kind.fields[0].name, next(field.name for field in kind.fields if field.type == "map")


def head_fields(kind: KindSpec) -> tuple[str, ...]:
    """The fields of a generic kind beside its type and its tree."""
    return tuple(field.name for field in kind.fields if field.name not in fields_of(kind))


def sources_of_leaves(tree: Any, said: Mapping[Path, Source]) -> dict[Path, Source]:
    """The source of each leaf of *tree*, where those that were *said* may be of whole parts."""
    return {
        leaf: source
        for leaf, _ in leaves(tree)
        for path, source in said.items()
        if leaf[: len(path)] == path
    }


def with_leaves(operation: Operation, tree: str, sources: Mapping[Path, Source]) -> Operation:
    """*operation* with the source of each leaf, by its path in the field *tree*."""
    placed = {shown((tree, *path)): source for path, source in sources.items()}
    return replace(operation, sources={**operation.sources, **placed})


def code_name(official: str, operation: Operation, body: Any, profile: Profile) -> str:
    """What the code is called: after the object, or its *official* type and its name."""
    if named := operation.fields.get("name"):
        return str(named)
    short = official.replace("::", ".").replace("/", ".").rpartition(".")[2].lower()
    inner = body.get("name")
    text = f"{short}-{inner}" if isinstance(inner, str) else short
    kept = "".join(char if char.isascii() and char.isalnum() else "-" for char in text.lower())
    return (profile.name_prefix + kept)[:_LONGEST].strip("-")
