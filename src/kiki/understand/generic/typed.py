"""A tree made of texts with paths: each text becomes what the official schema has in its place.

Called by ``flags`` and ``exact``. What the schema does not know, or a text that fits no type, is
kept as it was written: the strict check says what is wrong with it, and where. Only secrets are
decided here, as their values must get nowhere. On the path of ``gen``: imports no lexer.
"""

import re
from collections.abc import Iterable
from typing import Any

import msgspec

from kiki.model.official import Shape
from kiki.model.secret import is_name, placeholder
from kiki.model.trees import DEEPEST, Path, leaves, put, shown
from kiki.understand.shapes import SWITCHES

_INTEGER = re.compile(r"-?[0-9]{1,18}")
_NUMBER = re.compile(r"-?[0-9]{1,18}(?:\.[0-9]{1,18})?")
_NAMES = "secret:"


class UntypedError(ValueError):
    """A text that can stand nowhere; *code* and *params* say why."""

    def __init__(self, code: str, **params: str) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


def tree_of(shape: Shape, texts: Iterable[tuple[Path, str]], start: Any = None) -> Any:
    """*start* with every text in its place. UntypedError for a place that can't be, or a secret in
    plain."""
    tree = {} if start is None else start
    for path, text in texts:
        value = value_of(at(shape, path), text)
        try:
            tree = put(tree, path, value)
        except ValueError:
            raise UntypedError("understand.set_clash") from None
    _refuse_deep(tree)
    return tree


def at(shape: Shape, path: Path) -> Shape | None:
    """The shape of what is at *path*; None when the schema does not say."""
    found: Shape | None = shape
    for step in path:
        if found is None:
            return None
        if found.sort == "pairs":
            found = Shape("text")
        elif (found.sort == "list") == isinstance(step, int):
            inside = found.inside()
            found = inside.get("" if isinstance(step, int) else step)
        else:
            return None
    return found


def refuse_plain_secrets(shape: Shape, tree: Any) -> Any:
    """*tree*, as a file has it, with each ``secret:NAME`` as the placeholder of that secret.
    UntypedError for a secret in plain, or a reference where none belongs."""
    _refuse_deep(tree)
    made = tree
    for path, leaf in leaves(tree):
        found = at(shape, path)
        if (found and found.sort == "secret") or _names_secret(leaf):
            made = put(made, path, _in_file(found, leaf, path))
    return made


def _refuse_deep(tree: Any) -> None:
    try:
        for _ in leaves(tree):
            pass
    except ValueError:
        raise UntypedError("understand.tree_deep", limit=str(DEEPEST)) from None


def _in_file(shape: Shape | None, leaf: Any, path: Path) -> Any:
    try:
        return value_of(shape, leaf if isinstance(leaf, str) else "")
    except UntypedError as error:
        raise UntypedError(error.code, path=shown(path)) from None


def value_of(shape: Shape | None, text: str) -> Any:
    """The value that *text* says for *shape*; the text itself when it says none. UntypedError."""
    sort = shape.sort if shape else None
    if sort == "secret":
        return _secret(text)
    if _names_secret(text):
        raise UntypedError("understand.secret_place")
    if text[:1] in ("{", "[") and sort not in ("text", "choice"):
        return _decoded(text)
    match sort:
        case "integer":
            return int(text) if _INTEGER.fullmatch(text) else text
        case "int_or_text":
            return int(text) if text.isdecimal() and len(text) <= 12 else text
        case "number":
            return float(text) if _NUMBER.fullmatch(text) else text
        case "switch":
            return SWITCHES.get(text.lower(), text)
        case "choice":
            return next((one for one in _choices(shape) if _says(text, one)), text)
        case "list" if shape is not None:
            item = shape.inside()[""]
            scalar = item.sort not in ("map", "list", "pairs")
            parts = [part.strip() for part in text.split(",") if part.strip()]
            return [value_of(item, part) for part in parts] if scalar else text
    return text


def _choices(shape: Shape | None) -> tuple[str | int, ...]:
    return shape.choices if shape else ()


def _says(text: str, choice: str | int | bool) -> bool:
    if isinstance(choice, bool):
        return SWITCHES.get(text.lower()) is choice
    return text.lower() == str(choice).lower()


def _secret(text: str) -> str:
    """The placeholder for the secret that is named. Another text may be its value, so it is never
    shown."""
    name = text.removeprefix("{{").removesuffix("}}").removeprefix(_NAMES)
    if not is_name(name) or text not in (_NAMES + name, placeholder(name)):
        raise UntypedError("understand.flag_secret")
    return placeholder(name)


def _names_secret(leaf: Any) -> bool:
    if not isinstance(leaf, str):
        return False
    name = leaf.removeprefix("{{").removesuffix("}}")
    return name.startswith(_NAMES) and is_name(name.removeprefix(_NAMES))


def _decoded(text: str) -> Any:
    try:
        return msgspec.json.decode(text)
    except (msgspec.MsgspecError, RecursionError):
        return text
