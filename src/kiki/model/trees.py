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
_STEPS = re.compile(
    r"(?:^|\.)(?P<plain>[A-Za-z_][A-Za-z0-9_-]*)|\[(?P<index>0|[1-9][0-9]{0,3})\]"
    r'|\["(?P<quoted>(?:[^"\\]|\\["\\])*)"\]'
)


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


def path_of(text: str) -> Path:
    """The path that is *shown* as *text*. ValueError for a text that is none."""
    steps: list[Step] = []
    at = 0
    while at < len(text):
        found = _STEPS.match(text, at)
        if found is None or (at == 0 and found[0] != found["plain"]):
            raise ValueError("no path")
        steps.append(_read(found))
        at = found.end()
    if not steps or len(steps) > DEEPEST:
        raise ValueError("no path")
    return tuple(steps)


def _read(found: re.Match[str]) -> Step:
    if found["index"] is not None:
        return int(found["index"])
    return found["plain"] or re.sub(r"\\(.)", r"\1", found["quoted"] or "")


def put(tree: Any, path: Path, value: Any) -> Any:
    """*tree* with *value* at *path*; mappings and lists on the way are made. ValueError where
    something else stands in the way, or an item of a list is left out."""
    if not path:
        return value
    step, rest = path[0], path[1:]
    if isinstance(step, int):
        items = [] if tree is None else tree
        if not isinstance(items, list) or step > len(items):
            raise ValueError("no such item")
        before = items[step] if step < len(items) else None
        return [*items[:step], put(before, rest, value), *items[step + 1 :]]
    known = {} if tree is None else tree
    if not isinstance(known, dict):
        raise ValueError("no mapping")
    return {**known, step: put(known.get(step), rest, value)}


def canonical(tree: Any) -> Any:
    """*tree* with its keys sorted, so that equal trees give the same bytes."""
    if isinstance(tree, dict):
        return {key: canonical(tree[key]) for key in sorted(tree)}
    if isinstance(tree, list | tuple):
        return [canonical(value) for value in tree]
    return tree
