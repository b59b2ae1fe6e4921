"""What an unquoted YAML text means, and where readers disagree about it.

Called by ``documents.tree`` for every plain scalar. The meaning is that of YAML 1.1 as PyYAML reads
it (Ansible and Heat use PyYAML), but for dates, which stay text as in Kubernetes and Heat. No I/O.
"""

import re
from typing import Any

TRUE_WORDS = frozenset(("yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"))
FALSE_WORDS = frozenset(("no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"))
NULL_WORDS = frozenset(("", "~", "null", "Null", "NULL"))
_LETTERS = frozenset(("y", "Y", "n", "N"))  # booleans for Kubernetes' reader, text for PyYAML
_NUMBER_START = frozenset("0123456789+-.")
_INTEGER = re.compile(
    r"([-+]?)(?:0b([01_]+)|0x([0-9a-fA-F_]+)|(0[0-7_]+)|(0|[1-9][0-9_]*)"
    r"|([1-9][0-9_]*(?::[0-5]?[0-9])+))"
)
_FLOAT = re.compile(
    r"([-+]?)(?:([0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|(?<![-+])\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?)"
    r"|([0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*)|\.(inf|Inf|INF))"
)
_NOT_A_NUMBER = frozenset((".nan", ".NaN", ".NAN"))
# Text for PyYAML, a number for YAML 1.2 and Kubernetes: 1e3, -.5, 08, 0o17.
_ONLY_LATER = re.compile(r"[-+]?(?:(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?|0o[0-7]+)")

Meaning = tuple[Any, str]


def meaning(text: str) -> Meaning:
    """The value of a plain *text* and the code of the trap that it is (empty: none)."""
    if text in NULL_WORDS:
        return None, ""
    if text in TRUE_WORDS:
        return True, _boolean_trap(text)
    if text in FALSE_WORDS:
        return False, _boolean_trap(text)
    if text in _LETTERS:
        return text, "documents.reads_differently"
    return _number(text) if text[0] in _NUMBER_START else (text, "")


def _boolean_trap(text: str) -> str:
    return "" if text.lower() in ("true", "false") else "documents.boolean_word"


def _number(text: str) -> Meaning:
    if found := _INTEGER.fullmatch(text):
        return _integer(text, found)
    if found := _FLOAT.fullmatch(text):
        return _float(found)
    if text in _NOT_A_NUMBER:
        return float("nan"), ""
    return text, "documents.reads_differently" if _ONLY_LATER.fullmatch(text) else ""


def _integer(text: str, found: re.Match[str]) -> Meaning:
    sign = -1 if found[1] == "-" else 1
    try:
        for group, base in ((2, 2), (3, 16), (4, 8), (5, 10)):
            if digits := found[group]:
                trap = "documents.octal" if group == 4 else ""
                return sign * int(digits.replace("_", "") or "0", base), trap
    except ValueError:  # more digits than Python converts
        return text, "documents.number_too_long"
    return sign * int(_base_60(found[6])), "documents.sexagesimal"


def _float(found: re.Match[str]) -> Meaning:
    sign = -1.0 if found[1] == "-" else 1.0
    if found[2]:
        return sign * float(found[2].replace("_", "")), ""
    if found[3]:
        return sign * _base_60(found[3]), "documents.sexagesimal"
    return sign * float("inf"), ""


def _base_60(text: str) -> float:
    total: float = 0
    for part in text.replace("_", "").split(":"):
        total = total * 60 + (float(part) if "." in part else int(part))
    return total
