"""Secrets that end up in a log, and passwords that change with every run.

Called by ``tasks``. Ansible hides the arguments that a module declares secret, but not the items
of a loop, nor what a command, a message or a file's contents are filled with.
"""

import re
from collections.abc import Iterator
from typing import Any

from kiki.targets.ansible.check.modules import Option, known
from kiki.targets.ansible.check.report import Place, Report, has_template

_NAME = re.compile(
    r"""(?<![\w'"])[\w.]*(?:password|passwd|passphrase|secret|api_?key|token|private_?key)\b(?!\s*\()""",
    re.IGNORECASE,
)
_JINJA = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_ITEM = re.compile(r"\bitem\b")
_HASH = re.compile(r"password_hash\(\s*(['\"])\w+\1\s*\)")
_FILTERED = re.compile(r"\|\s*(?:length|count|bool|hash|type_debug)\b|is\s+(?:not\s+)?defined")


def check_task(
    module: str, args: dict[str, Any], task: dict[str, Any], place: Place, report: Report
) -> None:
    """One task of the module *module* (its full name)."""
    _check_hash(module, args, place, report)
    if task.get("no_log") is None and not report.hides(place):
        options = known().modules[module].options
        looped = "loop" in task or any(str(key).startswith("with_") for key in task)
        looped = looped and "label" not in (task.get("loop_control") or {})
        shown = next(_shown(args, options, looped, place), None)
        if shown is not None:
            report.warn("no_log_missing", shown)


def _check_hash(module: str, args: dict[str, Any], place: Place, report: Report) -> None:
    value = args.get("password")
    if module != "ansible.builtin.user" or args.get("update_password") == "on_create":
        return
    if isinstance(value, str) and _HASH.search(value):
        report.warn("hash_unsalted", (*place, "password"))


def _shown(
    args: dict[str, Any], options: dict[str, Option], looped: bool, place: Place
) -> Iterator[Place]:
    """The places of arguments that show a secret when the task is logged."""
    hidden = {key for key, one in options.items() if one.secret}
    hidden |= {alias for key in hidden for alias in options[key].aliases}
    for key, value in args.items():
        for text in _texts(value):
            inside = " ".join(_JINJA.findall(text))
            if key in hidden:
                if looped and _ITEM.search(inside) and _NAME.search(inside):
                    yield (*place, key)
            elif _NAME.search(inside) and not _FILTERED.search(inside):
                yield (*place, key)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from _texts(each)
    elif has_template(value):
        yield value
