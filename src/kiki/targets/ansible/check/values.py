"""Whether a value fits the type of a module's argument, with Ansible's own conversions.

Called by ``arguments``. Source: ``ansible.module_utils.common.validation``. Where a conversion
hides a mistake (a boolean or a list as text) the value does not fit, but it ``converts``.
"""

from collections.abc import Callable
from typing import Any

_TRUE_AND_FALSE = frozenset(
    ("y", "yes", "on", "1", "true", "t", "n", "no", "off", "0", "false", "f")
)


def fits(value: Any, wanted: str) -> bool:
    """Whether *value* is of the type *wanted* or becomes it; unknown types take anything."""
    judge = _JUDGES.get(wanted)
    return judge is None or judge(value)


def converts(value: Any, wanted: str) -> bool:
    """Whether Ansible takes *value* for the type *wanted* although it does not fit: it makes text
    of anything, and a number or a list of a boolean."""
    if wanted in ("str", "path"):
        return value is not None
    return wanted in ("int", "float", "list") and isinstance(value, bool)


def chosen(value: Any, choices: tuple[Any, ...]) -> bool:
    """Whether *value* is one of *choices*; a boolean is any of the words that YAML reads as it."""
    if value in choices or str(value) in {str(choice) for choice in choices}:
        return True
    if isinstance(value, bool):
        words = {"yes", "on", "true"} if value else {"no", "off", "false"}
        return any(str(choice).lower() in words for choice in choices)
    return False


def _text(value: Any) -> bool:
    return isinstance(value, str | int | float) and not isinstance(value, bool)


def _boolean(value: Any) -> bool:
    if isinstance(value, str):
        return value.lower().strip() in _TRUE_AND_FALSE
    return isinstance(value, bool) or value in (0, 1)


def _integer(value: Any) -> bool:
    if isinstance(value, str):
        return value.strip().lstrip("+-").isdecimal()
    return isinstance(value, int) and not isinstance(value, bool)


def _number(value: Any) -> bool:
    if isinstance(value, bool):
        return False
    try:
        float(value)
    except (TypeError, ValueError):
        return False
    return True


def _list(value: Any) -> bool:
    return isinstance(value, list | str | int | float) and not isinstance(value, bool)


def _mapping(value: Any) -> bool:
    text = isinstance(value, str) and (value.lstrip().startswith("{") or "=" in value)
    return text or isinstance(value, dict)


_JUDGES: dict[str, Callable[[Any], bool]] = {
    "str": _text,
    "path": _text,
    "bool": _boolean,
    "int": _integer,
    "float": _number,
    "list": _list,
    "dict": _mapping,
    "bytes": _text,
    "bits": _text,
    "json": lambda value: isinstance(value, str | dict | list),
}
