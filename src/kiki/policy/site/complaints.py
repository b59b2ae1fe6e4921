"""What msgspec says against a rule's form, as a finding in both languages with its place.

Called by ``loading`` and ``trials``. msgspec's texts are its own; one that is not known here is
repeated as it is.
"""

import re
from typing import Any, get_args, get_type_hints

from kiki.documents.near import near
from kiki.documents.read import Parsed
from kiki.model.finding import Finding
from kiki.model.ruling import PREFIX

_PATH = re.compile(r" - at `(?:key in )?\$(?P<path>[^`]*)`$")
_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+|\.\.\.)\]")
_KNOWN = (
    (re.compile(r"Object contains unknown field `(?P<value>.*)`"), "key_unknown"),
    (re.compile(r"Object missing required field `(?P<value>.*)`"), "key_missing"),
    (re.compile(r"Invalid enum value (?P<value>.*)"), "value_unknown"),
    (re.compile(r"Expected `(?P<wanted>.*)`, got `(?P<value>.*)`"), "type_wrong"),
)


def about(text: str, at: tuple[str | int, ...], parsed: Parsed, form: type[Any]) -> Finding:
    """The finding for msgspec's *text* about the value at *at*, which should be a *form*."""
    found = _PATH.search(text)
    said = text[: found.start()] if found else text
    steps = _steps(found["path"] if found else "")
    path = (*at, *steps)
    params = {"path": _shown(path)}
    for pattern, code in _KNOWN:
        if known := pattern.fullmatch(said):
            params |= known.groupdict()
            return _finding(code, path, parsed, params | _allowed(code, form, steps, params))
    return _finding("form_wrong", path, parsed, params | {"problem": said})


def _finding(
    code: str, path: tuple[str | int, ...], parsed: Parsed, params: dict[str, str]
) -> Finding:
    here = (*path, params["value"]) if code == "key_unknown" else path
    line, column = parsed.line_of(here)
    return Finding(
        code=PREFIX + code, severity="error", file=parsed.file, line=line, column=column,
        params=params,
    )  # fmt: skip


def _steps(path: str) -> tuple[str | int, ...]:
    """The steps of msgspec's path as far as they name one place."""
    made: list[str | int] = []
    for name, index in _STEP.findall(path):
        if index == "...":
            break
        made.append(name or int(index))
    return tuple(made)


def _shown(path: tuple[str | int, ...]) -> str:
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return text.removeprefix(".") or "-"


def _allowed(
    code: str, form: type[Any], steps: tuple[str | int, ...], params: dict[str, str]
) -> dict[str, str]:
    """What may stand there: the keys of the record, or the words of a closed list."""
    if code not in ("key_unknown", "value_unknown"):
        return {}
    hints = get_type_hints(form)
    inner = [step for step in steps if isinstance(step, str)]
    for step in inner if code == "key_unknown" else inner[:-1]:
        hints = _hints(hints.get(step))
    known = list(hints) if code == "key_unknown" else _words(hints.get(inner[-1] if inner else ""))
    close = near(params["value"].strip("'"), known)
    return {"allowed": ", ".join(known), "near": close or "-"}


def _hints(hint: Any) -> dict[str, Any]:
    """The fields of the record that *hint* allows."""
    for one in (hint, *get_args(hint)):
        if hasattr(one, "__struct_fields__"):
            return get_type_hints(one)
    return {}


def _words(hint: Any) -> list[str]:
    """The texts of the closed list inside *hint*."""
    found = [arg for arg in get_args(hint) if isinstance(arg, str)]
    return found or [word for arg in get_args(hint) for word in _words(arg)]
