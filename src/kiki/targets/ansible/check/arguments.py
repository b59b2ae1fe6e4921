"""A module's arguments against what its documentation and its own specification say.

Called by ``tasks``. Values that Jinja fills in are taken as given and right: nobody can know them
before the run. A nested mapping is checked as the module's own level is.
"""

from collections.abc import Mapping
from typing import Any

from kiki.targets.ansible.check import habits
from kiki.targets.ansible.check.modules import Module, Option, known, nearest
from kiki.targets.ansible.check.relations import FREE_FORM, check_relations
from kiki.targets.ansible.check.report import Place, Report, has_template, shown
from kiki.targets.ansible.check.values import chosen, converts, fits

__all__ = ["FREE_FORM", "check_arguments"]

_PLAIN = Option()
_Given = dict[str, tuple[str, Any]]


def check_arguments(name: str, args: dict[str, Any], place: Place, report: Report) -> None:
    """Check *args* of the module *name*, whose mapping stands at *place*."""
    module = known().modules[name]
    if module.deprecated:
        report.warn("module_deprecated", place, module=name, instead=module.deprecated)
    _check_level(args, module, place, report)


def _check_level(
    args: Mapping[str, Any], level: Module | Option, place: Place, report: Report
) -> None:
    """The arguments *args* of a module, or of an option that is a mapping."""
    given = _by_name(args, level, place, report)
    _check_options(given, level.options, place, report)
    check_relations(given, level, place, report)
    for name, (key, value) in given.items():
        option = level.options.get(name, _PLAIN)
        habits.check_argument(str(key), value, option, (*place, key), report)


def _by_name(
    args: Mapping[str, Any], level: Module | Option, place: Place, report: Report
) -> _Given:
    """The arguments by their main name, with the name as written; unknown ones are reported."""
    options = level.options
    main = {alias: name for name, option in options.items() for alias in option.aliases}
    given: _Given = {}
    for key, value in args.items():
        name = main.get(key, key)
        if name in given:
            report.error("argument_twice", (*place, key), argument=str(key), other=given[name][0])
        elif name in options or key == FREE_FORM:
            given[name] = (key, value)
            if key != FREE_FORM:
                _check_age(str(key), name, options[name], (*place, key), report)
        elif not level.any:
            _unknown(str(key), [*options, *main], (*place, key), report)
    return given


def _check_age(key: str, name: str, option: Option, place: Place, report: Report) -> None:
    """An argument, or one of its names, that a later release no longer has."""
    if option.removed:
        report.warn("argument_deprecated", place, argument=key, release=option.removed)
    elif key in option.old_aliases:
        release = option.old_aliases[key]
        report.warn("alias_deprecated", place, argument=key, name=name, release=release)


def _unknown(key: str, names: list[str], place: Place, report: Report) -> None:
    if key in known().keywords:
        report.error("keyword_in_arguments", place, keyword=key)
        return
    near = nearest(key, names)
    code = "argument_unknown_near" if near else "argument_unknown"
    report.error(code, place, argument=key, near=near)


def _check_options(given: _Given, options: dict[str, Option], place: Place, report: Report) -> None:
    for name, option in options.items():
        if name in given and given[name][1] is not None:
            key, value = given[name]
            _check_value(key, value, option, (*place, key), report)
        elif option.required:
            report.error("argument_missing", place, argument=name)


def _check_value(key: str, value: Any, option: Option, place: Place, report: Report) -> None:
    if has_template(value):
        return
    if not fits(value, option.type):
        _wrong_type(key, value, option, option.type, place, report)
        return
    items = value if isinstance(value, list) else [value]
    if option.type == "list" and isinstance(value, str):
        items = [part.strip() for part in value.split(",")]
    for index, item in enumerate(items):
        where = (*place, index) if isinstance(value, list) else place
        if not has_template(item) and item is not None:
            _check_item(key, item, option, where, report)


def _check_item(key: str, item: Any, option: Option, place: Place, report: Report) -> None:
    if option.type == "list" and option.elements and not fits(item, option.elements):
        _wrong_type(key, item, option, option.elements, place, report)
    elif option.choices and not chosen(item, option.choices):
        _wrong_choice(key, item, option, place, report)
    elif option.options and isinstance(item, dict):
        _check_level(item, option, place, report)


def _wrong_type(
    key: str, value: Any, option: Option, kind: str, place: Place, report: Report
) -> None:
    params = {"argument": key, "type": kind, "value": shown(value)}
    if not converts(value, kind):
        report.error("argument_type", place, **params)
    elif option.choices and not chosen(value, option.choices):
        _wrong_choice(key, value, option, place, report)
    else:
        report.warn("argument_converted", place, **params)


def _wrong_choice(key: str, item: Any, option: Option, place: Place, report: Report) -> None:
    names = [str(choice) for choice in option.choices]
    near = nearest(str(item), names)
    params = {"argument": key, "value": shown(item), "choices": ", ".join(names), "near": near}
    report.error("argument_choice_near" if near else "argument_choice", place, **params)
