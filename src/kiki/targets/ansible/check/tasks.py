"""Lists of tasks, blocks and handlers.

Called by ``plays`` and ``files``. A key of a task is a keyword, a ``with_`` loop or the module;
what is none of them is a misspelt one, and which of the two is guessed from what else is there.
"""

import shlex
from collections.abc import Iterator
from typing import Any

from kiki.targets.ansible.check import habits
from kiki.targets.ansible.check.arguments import FREE_FORM, check_arguments
from kiki.targets.ansible.check.keywords import check_keywords
from kiki.targets.ansible.check.modules import (
    all_names,
    full_name,
    in_known_collection,
    known,
    nearest,
)
from kiki.targets.ansible.check.report import Place, Report, has_template, shown

BLOCKS = ("block", "rescue", "always")
_FILES = {
    "ansible.builtin.include_tasks": "file",
    "ansible.builtin.import_tasks": "file",
    "ansible.builtin.include_role": "name",
    "ansible.builtin.import_role": "name",
}


class Used:
    """What a file's tasks refer to: handlers, roles and task files, with the places."""

    def __init__(self) -> None:
        self.notified: list[tuple[str, Place]] = []
        self.handlers: set[str] = set()
        self.roles: list[tuple[str, Place]] = []
        self.files: list[tuple[str, Place]] = []
        self.open = False
        """Whether handlers may come from somewhere that is not seen here."""


def check_tasks(tasks: Any, place: Place, report: Report, used: Used, sort: str = "Task") -> None:
    """Check a list of tasks (*sort* ``Task``) or of handlers (``Handler``)."""
    if tasks is None:
        return
    if not isinstance(tasks, list):
        report.error("tasks_not_list", place, key=str(place[-1]))
        return
    for index, task in enumerate(tasks):
        _check_task(task, (*place, index), report, used, sort)


def is_task(entry: dict[Any, Any]) -> bool:
    """Whether *entry* has a module or is a block."""
    return any(key in entry for key in BLOCKS) or any(_actions(entry, ()))


def _check_task(task: Any, place: Place, report: Report, used: Used, sort: str) -> None:
    if not isinstance(task, dict):
        report.error("task_not_mapping", place, value=shown(task))
    elif any(key in task for key in BLOCKS):
        _check_block(task, place, report, used, sort)
    else:
        _check_action(task, place, report, used, sort)


def _check_block(
    block: dict[Any, Any], place: Place, report: Report, used: Used, sort: str
) -> None:
    check_keywords(block, "Block", place, report)
    if "block" not in block:
        report.error("block_missing", place)
    for key in block:
        if key not in known().keywords:
            _misspelt_keyword(str(key), (*place, key), report)
    for key in BLOCKS:
        if key in block:
            check_tasks(block[key], (*place, key), report, used, sort)


def _check_action(
    task: dict[Any, Any], place: Place, report: Report, used: Used, sort: str
) -> None:
    _check_name(task, place, report)
    check_keywords(task, sort, place, report)
    _note_handler(task, place, used, sort)
    found = list(_actions(task, place))
    modules = {key for key, *_ in found} | {"action", "local_action"}
    others = [key for key in task if not _is_keyword(str(key)) and key not in modules]
    for key in others:
        _unknown_key(str(key), bool(found) or len(others) > 1, (*place, key), report)
    if len(found) > 1:
        names = ", ".join(key for key, *_ in found)
        report.error("task_two_modules", place, modules=names)
    elif found:
        _check_module(*found[0], task, report, used)
    elif not others:
        report.error("task_no_module", place)


def _check_name(task: dict[Any, Any], place: Place, report: Report) -> None:
    name = task.get("name")
    if not name:
        report.warn("task_name_missing", place)
    elif not isinstance(name, str):
        report.error("name_not_text", (*place, "name"), value=shown(name))


def _note_handler(task: dict[Any, Any], place: Place, used: Used, sort: str) -> None:
    notified = task.get("notify")
    for name in notified if isinstance(notified, list) else [notified]:
        if isinstance(name, str) and not has_template(name):
            used.notified.append((name, (*place, "notify")))
    if sort == "Handler":
        listens = task.get("listen")
        heard = listens if isinstance(listens, list) else [listens]
        used.handlers.update(name for name in (task.get("name"), *heard) if isinstance(name, str))


def _is_keyword(key: str) -> bool:
    keyword = key in known().keywords and key not in ("action", "local_action")
    return keyword or key.startswith("with_")


def _actions(task: dict[Any, Any], place: Place) -> Iterator[tuple[str, Any, Place]]:
    """Each module of the task as it is written, with its arguments and their place."""
    for key, value in task.items():
        if key in ("action", "local_action"):
            yield _old_style(value, (*place, key))
        elif not _is_keyword(str(key)) and (full_name(str(key)) or str(key).count(".") >= 2):
            yield str(key), value, (*place, key)


def _old_style(value: Any, place: Place) -> tuple[str, Any, Place]:
    """``action: module key=value`` and its form as a mapping."""
    if isinstance(value, dict):
        args = {key: each for key, each in value.items() if key != "module"}
        return str(value.get("module", "")), args, place
    name, _, rest = str(value).partition(" ")
    return name, rest or None, place


def _unknown_key(key: str, is_keyword: bool, place: Place, report: Report) -> None:
    """*is_keyword*: the task has a module besides, so this can only be a keyword."""
    if is_keyword:
        _misspelt_keyword(key, place, report)
        return
    modules = [*all_names(), *(name.rpartition(".")[2] for name in known().modules)]
    near = nearest(key, modules)
    full = full_name(near) if near else ""
    report.error("module_unknown_near" if full else "module_unknown", place, module=key, near=full)


def _misspelt_keyword(key: str, place: Place, report: Report) -> None:
    near = nearest(key, list(known().keywords))
    report.error("keyword_unknown_near" if near else "keyword_unknown", place, key=key, near=near)


def _check_module(
    key: str, value: Any, place: Place, task: dict[Any, Any], report: Report, used: Used
) -> None:
    name = full_name(key)
    if not name:
        _check_foreign(key, place, report)
        return
    if key not in (name, name.replace("ansible.builtin.", "ansible.legacy.")):
        report.warn("module_short", place, module=key, name=name)
    habits.check_task(name, task, place[:-1] if place[-1] == key else place, report)
    args = _arguments(name, value, task, place, report)
    if args is None:
        return
    habits.check_made(name, args, place, report)
    if name not in known().modules:
        return
    check_arguments(name, args, place, report)
    _note_files(name, args, place, used)


def _check_foreign(key: str, place: Place, report: Report) -> None:
    if not in_known_collection(key):
        report.add("module_unchecked", "warning", place, module=key)
        return
    near = nearest(key, list(all_names()))
    report.error("module_unknown_near" if near else "module_unknown", place, module=key, near=near)


def _arguments(
    name: str, value: Any, task: dict[Any, Any], place: Place, report: Report
) -> dict[str, Any] | None:
    """The module's arguments as a mapping; None when they can't be known or are reported."""
    extra = task.get("args")
    more = extra if isinstance(extra, dict) else {}
    if value is None or isinstance(value, dict):
        return {**more, **(value or {})}
    if not isinstance(value, str):
        report.error("arguments_not_mapping", place, module=name, value=shown(value))
        return None
    module = known().modules.get(name)
    if module and module.free_form:
        return {**more, FREE_FORM: value}
    if has_template(value) and "=" not in value:
        return None
    report.warn("arguments_as_text", place, module=name)
    pairs = _pairs(name, value, place, report)
    return None if pairs is None else {**more, **pairs}


def _pairs(name: str, text: str, place: Place, report: Report) -> dict[str, Any] | None:
    """``key=value`` pairs of the old one-line form."""
    try:
        words = shlex.split(text)
    except ValueError:
        words = text.split()
    pairs = [word.partition("=") for word in words]
    bare = [key for key, sign, _ in pairs if not sign]
    if bare:
        report.error("arguments_not_mapping", place, module=name, value=shown(text))
        return None
    return {key: value for key, _, value in pairs}


def _note_files(name: str, args: dict[str, Any], place: Place, used: Used) -> None:
    """Roles and task files that this task brings in, and with them perhaps handlers."""
    if name not in _FILES:
        return
    used.open = True
    wanted = args.get(_FILES[name]) or args.get(FREE_FORM)
    if isinstance(wanted, str) and not has_template(wanted):
        (used.roles if name.endswith("role") else used.files).append((wanted, place))
