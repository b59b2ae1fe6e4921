"""A module's arguments against what its documentation and its own specification say.

Called by ``tasks``. Values that Jinja fills in are taken as given and right: nobody can know them
before the run.
"""

from typing import Any

from kiki.targets.ansible.check import habits
from kiki.targets.ansible.check.modules import Module, Option, known, nearest
from kiki.targets.ansible.check.report import Place, Report, has_template, shown
from kiki.targets.ansible.check.values import chosen, fits

FREE_FORM = "_raw_params"


def check_arguments(name: str, args: dict[str, Any], place: Place, report: Report) -> None:
    """Check *args* of the module *name*, whose mapping stands at *place*."""
    module = known().modules[name]
    given = _by_name(args, module.options, module, place, report)
    _check_options(given, module.options, place, report)
    _check_relations(given, module, place, report)
    for key, value in args.items():
        habits.check_argument(str(key), value, (*place, key), report)


def _by_name(
    args: dict[str, Any], options: dict[str, Option], module: Module, place: Place, report: Report
) -> dict[str, tuple[str, Any]]:
    """The arguments by their main name, with the name as written; unknown ones are reported."""
    main = {alias: name for name, option in options.items() for alias in option.aliases}
    given: dict[str, tuple[str, Any]] = {}
    for key, value in args.items():
        name = main.get(key, key)
        if name in given:
            report.error("argument_twice", (*place, key), argument=str(key), other=given[name][0])
        elif name in options or key == FREE_FORM:
            given[name] = (key, value)
        elif not module.any:
            _unknown(str(key), [*options, *main], (*place, key), report)
    return given


def _unknown(key: str, names: list[str], place: Place, report: Report) -> None:
    if key in known().keywords:
        report.error("keyword_in_arguments", place, keyword=key)
        return
    near = nearest(key, names)
    code = "argument_unknown_near" if near else "argument_unknown"
    report.error(code, place, argument=key, near=near)


def _check_options(
    given: dict[str, tuple[str, Any]], options: dict[str, Option], place: Place, report: Report
) -> None:
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
        report.error("argument_type", place, argument=key, type=option.type, value=shown(value))
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
        kind = option.elements
        report.error("argument_type", place, argument=key, type=kind, value=shown(item))
    elif option.choices and not chosen(item, option.choices):
        choices = ", ".join(str(choice) for choice in option.choices)
        report.error("argument_choice", place, argument=key, value=shown(item), choices=choices)
    elif option.options and isinstance(item, dict):
        given = _by_name(item, option.options, Module(options={}), place, report)
        _check_options(given, option.options, place, report)


def _check_relations(
    given: dict[str, tuple[str, Any]], module: Module, place: Place, report: Report
) -> None:
    written = {name for name, (_, value) in given.items() if value is not None}
    values = {name: each.default for name, each in module.options.items()}
    values |= {name: given[name][1] for name in written}
    present = {name for name, value in values.items() if value is not None}
    for names in module.mutually_exclusive:
        if len(found := [given[name][0] for name in names if name in written]) > 1:
            report.error("argument_conflict", (*place, found[1]), arguments=", ".join(found))
    for names in module.required_one_of:
        if present.isdisjoint(names):
            report.error("argument_one_of", place, arguments=_listed(names))
    for names in module.required_together:
        if not present.isdisjoint(names) and not present.issuperset(names):
            report.error("argument_together", place, arguments=_listed(names))
    for name, needed in module.required_by.items():
        rule = (name, values.get(name), [needed] if isinstance(needed, str) else needed)
        if name in written:
            _check_required_if(rule, values, place, report)
    for rule in module.required_if:
        _check_required_if(rule, values, place, report)


def _check_required_if(
    rule: tuple[Any, ...], values: dict[str, Any], place: Place, report: Report
) -> None:
    name, wanted, needed = rule[:3]
    some_are_enough = len(rule) > 3 and rule[3]
    if values.get(name) != wanted:
        return
    missing = [each for each in needed if values.get(each) is None]
    if missing and not (some_are_enough and len(missing) < len(needed)):
        params = {"argument": str(name), "value": shown(wanted), "needed": _listed(tuple(missing))}
        report.error("argument_needed_if", place, **params)


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join("the command" if name == FREE_FORM else name for name in names)
