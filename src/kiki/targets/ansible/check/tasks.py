"""Lists of tasks, blocks and handlers.

Called by ``plays`` and ``files``. A key of a task is a keyword, a ``with_`` loop or the module;
what is none of them is a misspelt one, and which of the two is guessed from what else is there.
"""

from collections.abc import Iterator
from typing import Any

from kiki.targets.ansible.check import commands, dangers, habits, secrecy
from kiki.targets.ansible.check.arguments import FREE_FORM, check_arguments
from kiki.targets.ansible.check.keywords import check_keywords
from kiki.targets.ansible.check.modules import (
    all_names,
    full_name,
    in_known_collection,
    known,
    name_elsewhere,
    nearest,
)
from kiki.targets.ansible.check.oneline import pairs
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
        self.removals: list[Place] = []
        """Tasks that take something away for good."""
        self.installed: set[str] = set()
        """Roles that a list for ``ansible-galaxy`` names."""
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
    if found and (outside := _outdented(found, others)):
        for key in outside:
            report.error("argument_outdented", (*place, key), argument=key, module=found[0][0])
        return
    for key in others:
        _unknown_key(str(key), bool(found) or len(others) > 1, (*place, key), report)
    if len(found) > 1:
        names = ", ".join(key for key, *_ in found)
        report.error("task_two_modules", place, modules=names)
    elif found:
        _check_module(*found[0], task, report, used)
    elif not others:
        report.error("task_no_module", place)


def _outdented(found: list[tuple[str, Any, Place]], others: list[Any]) -> list[str]:
    """Keys beside a module without arguments that are its arguments."""
    key, value, _ = found[0]
    name = full_name(key)
    if value is not None or not name:
        return []
    options = known().modules[name].options
    names = {*options, *(alias for one in options.values() for alias in one.aliases)}
    beside = [other for other, *_ in found[1:]] + [str(other) for other in others]
    return [each for each in beside if each in names]


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
        names = [name for name in (task.get("name"), *heard) if isinstance(name, str)]
        used.handlers.update(names)
        used.open |= any(map(has_template, names))


def _is_keyword(key: str) -> bool:
    keyword = key in known().keywords and key not in ("action", "local_action")
    return keyword or key.startswith("with_")


def _actions(task: dict[Any, Any], place: Place) -> Iterator[tuple[str, Any, Place]]:
    """Each module of the task as it is written, with its arguments and their place."""
    for key, value in task.items():
        if key in ("action", "local_action"):
            yield _old_style(value, (*place, key))
        elif not _is_keyword(str(key)) and _is_module(str(key)):
            yield str(key), value, (*place, key)


def _is_module(key: str) -> bool:
    """Whether *key* can only be meant as a module: a name that Ansible knows, or a full one."""
    return bool(full_name(key) or key.count(".") >= 2 or name_elsewhere(key))


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
    _check_spelling(key, name, place, report)
    habits.check_task(name, task, place[:-1] if place[-1] == key else place, report)
    args = _arguments(name, value, task, place, report)
    if args is None:
        return
    habits.check_made(name, args, place, report)
    dangers.check_task(name, args, place, report, used)
    secrecy.check_task(name, args, task, place, report)
    if name in habits.SHELLS and not habits.only_looks(name, task):
        commands.check_command(name, args, place, report)
    check_arguments(name, args, place, report)
    _note_files(name, args, place, used)


def _check_spelling(key: str, name: str, place: Place, report: Report) -> None:
    """A module under a short or an old name, or one that its collection wants to be rid of."""
    if key in (name, name.replace("ansible.builtin.", "ansible.legacy.")):
        if name in known().deprecated and not known().modules[name].deprecated:
            instead = known().deprecated[name]
            report.warn("module_deprecated", place, module=name, instead=instead)
    elif "." in key:
        report.warn("module_moved", place, module=key, name=name)
    else:
        report.warn("module_short", place, module=key, name=name)


def _check_foreign(key: str, place: Place, report: Report) -> None:
    if key in known().removed:
        report.error("module_removed", place, module=key, instead=known().removed[key])
        return
    if (moved := known().redirects.get(key)) is not None:
        report.warn("module_elsewhere", place, module=key, name=moved)
        return
    if moved := name_elsewhere(key):
        report.warn("module_elsewhere", place, module=key, name=moved)
        return
    if not in_known_collection(key):
        report.warn("module_unchecked", place, module=key)
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
    if known().modules[name].free_form:
        return {**more, FREE_FORM: value}
    try:
        given, rest = pairs(value)
    except ValueError:
        report.error("arguments_unclosed", place, module=name)
        return None
    if rest:
        if not has_template(rest):
            report.error("arguments_not_mapping", place, module=name, value=shown(value))
        return None
    report.warn("arguments_as_text", place, module=name)
    return {**more, **given}


def _note_files(name: str, args: dict[str, Any], place: Place, used: Used) -> None:
    """Roles and task files that this task brings in, and with them perhaps handlers."""
    if name not in _FILES:
        return
    wanted = args.get(_FILES[name]) or args.get(FREE_FORM)
    if not isinstance(wanted, str) or has_template(wanted):
        used.open = True
    else:
        (used.roles if name.endswith("role") else used.files).append((wanted, place))
