"""Trees of values, as a field of type ``map`` holds them: mappings with text keys, lists, scalars.

Called by ``understand.generic``, which makes them, by targets, which render them, by policy and by
the views, which look into them. A leaf is a scalar, or a mapping or list with nothing inside. Its
path is written as people write it: ``spec.rules[0].host``; a key that is no plain word stands in
quotes: ``labels["app.kubernetes.io/name"]``.
"""

import re
from collections.abc import Iterator
from typing import Any

Step = str | int
Path = tuple[Step, ...]

DEEPEST = 24  # levels; no official type of which something can be said is nearly as deep
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")


def leaves(tree: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every leaf of *tree* with its path, in order. ValueError for a tree that is too deep."""
    if len(path) > DEEPEST:
        raise ValueError("too deep")
    if isinstance(tree, dict) and tree:
        for key, value in tree.items():
            yield from leaves(value, (*path, str(key)))
    elif isinstance(tree, list | tuple) and tree:
        for index, value in enumerate(tree):
            yield from leaves(value, (*path, index))
    else:
        yield path, tree


def shown(path: Path) -> str:
    """*path* as text; different paths have different texts."""
    return "".join(map(_step, path)).removeprefix(".")


def _step(step: Step) -> str:
    if isinstance(step, int):
        return f"[{step}]"
    if _PLAIN.fullmatch(step):
        return f".{step}"
    escaped = step.replace("\\", "\\\\").replace('"', '\\"')
    return f'["{escaped}"]'


def canonical(tree: Any) -> Any:
    """*tree* with its keys sorted, so that equal trees give the same bytes."""
    if isinstance(tree, dict):
        return {key: canonical(tree[key]) for key in sorted(tree)}
    if isinstance(tree, list | tuple):
        return [canonical(value) for value in tree]
    return tree
