"""Arguments that exclude or need each other.

Called by ``arguments`` for a module and for each nested mapping. The rules are those that the
module hands to ``AnsibleModule``. Where a value decides and Jinja fills it in, nothing is said; nor
is anything missing that a variable of the environment may give.
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from kiki.targets.ansible.check.modules import Relations
from kiki.targets.ansible.check.report import Place, Report, has_template, shown

FREE_FORM = "_raw_params"
_WORDS = {"yes": True, "true": True, "on": True, "no": False, "false": False, "off": False}


class _Level(NamedTuple):
    """*values* by main name, with defaults; *written* are those that stand in the file, under the
    name that *names* has; *free* may come from elsewhere."""

    values: dict[str, Any]
    written: frozenset[str]
    names: dict[str, str]
    free: frozenset[str]

    def absent(self, names: Iterable[str]) -> list[str]:
        """Those of *names* that nobody gives."""
        return [name for name in names if self.values.get(name) is None and name not in self.free]


def check_relations(
    given: Mapping[str, tuple[str, Any]], rules: Relations, place: Place, report: Report
) -> None:
    """Check the arguments *given* (main name to the name as written and the value) by *rules*."""
    level = _level(given, rules)
    _check_groups(level, rules, place, report)
    for name, needed in rules.required_by.items():
        if name in level.written and (missing := level.absent(needed)):
            value = level.values[name]
            _report_needed(level.names[name], value, missing, place, report)
    for rule in rules.required_if:
        _check_required_if(rule, level, place, report)


def _level(given: Mapping[str, tuple[str, Any]], rules: Relations) -> _Level:
    options = getattr(rules, "options", {})
    written = {name: value for name, (_, value) in given.items() if value is not None}
    return _Level(
        values={name: each.default for name, each in options.items()} | written,
        written=frozenset(written),
        names={name: key for name, (key, _) in given.items()},
        free=frozenset(name for name, each in options.items() if each.elsewhere),
    )


def _check_groups(level: _Level, rules: Relations, place: Place, report: Report) -> None:
    for names in rules.mutually_exclusive:
        found = [level.names[name] for name in dict.fromkeys(names) if name in level.written]
        if len(found) > 1:
            report.error("argument_conflict", (*place, found[1]), arguments=", ".join(found))
    for names in rules.required_one_of:
        if len(level.absent(names)) == len(names):
            report.error("argument_one_of", place, arguments=_listed(names))
    for names in rules.required_together:
        there = [name for name in names if level.values.get(name) is not None]
        if there and level.absent(names):
            report.error("argument_together", place, arguments=_listed(names))


def _check_required_if(rule: tuple[Any, ...], level: _Level, place: Place, report: Report) -> None:
    name, wanted, needed = rule[:3]
    some_are_enough = len(rule) > 3 and rule[3]
    value = level.values.get(name)
    if value is None or has_template(value) or not _same(value, wanted):
        return
    missing = level.absent(needed)
    if missing and not (some_are_enough and len(missing) < len(needed)):
        _report_needed(str(name), wanted, missing, place, report)


def _report_needed(name: str, value: Any, missing: list[str], place: Place, report: Report) -> None:
    params = {"argument": name, "value": shown(value), "needed": _listed(missing)}
    report.error("argument_needed_if", place, **params)


def _same(value: Any, wanted: Any) -> bool:
    """Whether Ansible takes *value* for *wanted*: words for booleans, digits for numbers."""
    if isinstance(wanted, bool) and isinstance(value, str):
        return _WORDS.get(value.lower()) is wanted
    if isinstance(value, bool) != isinstance(wanted, bool):
        return isinstance(wanted, str) and _WORDS.get(wanted.lower()) is value
    return bool(value == wanted) or str(value) == str(wanted)


def _listed(names: Iterable[str]) -> str:
    return ", ".join("the command" if name == FREE_FORM else name for name in names)
