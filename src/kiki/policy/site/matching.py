"""Whether a rule is for a change: every condition holds, fails, or can't be known yet.

Called by ``judging`` and ``examining``. Pure; the time is one of the facts.
"""

from collections.abc import Callable, Iterable
from fnmatch import fnmatchcase

from msgspec import UnsetType

from kiki.model.intent import Operation
from kiki.model.windows import window
from kiki.policy.fields import plain
from kiki.policy.site.facts import Facts, field_values
from kiki.policy.site.rule import Placed, When, given, patterns, written

NOT = "not "
OF_OPERATIONS = (
    "kind", "target", "name", "image", "package", "service", "path", "user", "port", "namespace",
)  # fmt: skip
OF_PLANS = (
    "host", "group", "cluster", "cloud", "project", "hosts_over", "percent_over", "objects_over",
    "deletes_over", "does",
)  # fmt: skip
"""Conditions of which nothing is known before the plan."""


def holds(placed: Placed, facts: Facts) -> bool | None:
    """Whether the rule is for this change; None when only the plan will tell."""
    when = placed.rule.when
    conditions = written(when)
    if facts.reads and not conditions.get("reads", False):
        return False
    if not all(_holds(name, when, placed, facts) for name in conditions if name in _WHOLE):
        return False
    if not any(_fits(when, operation, facts) for operation in facts.operations or _NONE):
        return False
    of_plan = [name for name in conditions if name in OF_PLANS]
    if of_plan and not facts.planned:
        return None
    return all(_holds(name, when, placed, facts) for name in of_plan)


_NONE = (Operation(kind=".", fields={}),)


def fits_one(values: Iterable[str], wanted: Iterable[str]) -> bool:
    """Whether any of *values* fits a pattern and none of those that exclude."""
    return any(fits(frozenset((value,)), wanted) for value in values)


def fits(names: frozenset[str], wanted: Iterable[str]) -> bool:
    """Whether a thing that has all these *names* fits: by any of them."""
    every = tuple(wanted)
    out = [pattern[len(NOT) :] for pattern in every if pattern.startswith(NOT)]
    into = [pattern for pattern in every if not pattern.startswith(NOT)] or ["*"]
    if any(_same(name, pattern) for name in names for pattern in out):
        return False
    return any(_same(name, pattern) for name in names for pattern in into)


def _same(name: str, pattern: str) -> bool:
    return fnmatchcase(plain(name), plain(pattern))


def _fits(when: When, operation: Operation, facts: Facts) -> bool:
    """Whether everything that is said of operations holds for this one."""
    for condition in OF_OPERATIONS:
        wanted = patterns(getattr(when, condition))
        if wanted and not _fits_in(condition, wanted, operation, facts):
            return False
    inside = {} if isinstance(when.field, UnsetType) else when.field
    return all(
        fits_one(field_values(operation, name), patterns(wanted)) for name, wanted in inside.items()
    )


def _fits_in(condition: str, wanted: tuple[str, ...], operation: Operation, facts: Facts) -> bool:
    values = facts.values(operation, condition)
    if condition == "image":
        return any(fits(facts.spelled(value, operation), wanted) for value in values)
    if condition == "port":
        return any(_port_fits(value, wanted) for value in values)
    return fits_one(values, wanted)


def _port_fits(value: str, wanted: tuple[str, ...]) -> bool:
    """Numbers and ranges fit where they have a number in common; ``*`` is every port."""
    out = [one[len(NOT) :] for one in wanted if one.startswith(NOT)]
    into = [one for one in wanted if not one.startswith(NOT)] or ["*"]
    low, high = _span(value)
    if any(_span(one)[0] <= low and high <= _span(one)[1] for one in out):
        return False
    return any(low <= _span(one)[1] and _span(one)[0] <= high for one in into)


def _span(text: str) -> tuple[int, int]:
    """ValueError for what is no port and no range of them."""
    if text == "*":
        return 0, 65535
    low, _, high = text.partition("-")
    return int(low), int(high or low)


def is_port(pattern: str) -> bool:
    """Whether a pattern of ports can be read."""
    try:
        low, high = _span(pattern.removeprefix(NOT))
    except ValueError:
        return False
    return 0 <= low <= high <= 65535


def _holds(name: str, when: When, placed: Placed, facts: Facts) -> bool:
    return _CONDITIONS[name](when, placed, facts)


def _time(when: When, placed: Placed, facts: Facts) -> bool:
    zone = f" zone {placed.zone}" if placed.zone else ""
    lines = (text if " zone " in text else text + zone for text in patterns(when.time))
    return any(window(line).closed(facts.time, ()) for line in lines)


def _group(when: When, placed: Placed, facts: Facts) -> bool:
    return fits_one(facts.groups, patterns(when.group))


def _percent(when: When, placed: Placed, facts: Facts) -> bool:
    """Of the groups that the rule names; of any without."""
    wanted = patterns(when.group) or ("*",)
    limit = when.percent_over
    meant = (share for name, share in facts.groups.items() if fits_one((name,), wanted))
    return not isinstance(limit, UnsetType) and any(share > limit for share in meant)


def _over(limit: object, count: int) -> bool:
    return isinstance(limit, int) and count > limit


def _deletes(facts: Facts) -> int:
    verbs = facts.verbs()
    return verbs.get("delete", 0) + verbs.get("replace", 0)


_CONDITIONS: dict[str, Callable[[When, Placed, Facts], bool]] = {
    "time": _time,
    "requester": lambda when, _, facts: fits_one((facts.requester,), patterns(when.requester)),
    "role": lambda when, _, facts: bool(set(facts.roles) & set(patterns(when.role))),
    "risk": lambda when, _, facts: facts.risk in patterns(when.risk),
    "undo": lambda when, _, facts: facts.undo is when.undo,
    "reads": lambda when, _, facts: facts.reads or when.reads is True,
    "host": lambda when, _, facts: fits_one(facts.hosts, patterns(when.host)),
    "group": _group,
    "cluster": lambda when, _, facts: fits_one(facts.place("cluster"), patterns(when.cluster)),
    "cloud": lambda when, _, facts: fits_one(facts.place("cloud"), patterns(when.cloud)),
    "project": lambda when, _, facts: fits_one(
        facts.place("cloud", "project"), patterns(when.project)
    ),
    "hosts_over": lambda when, _, facts: _over(when.hosts_over, len(facts.hosts)),
    "percent_over": _percent,
    "objects_over": lambda when, _, facts: _over(when.objects_over, _objects(facts)),
    "deletes_over": lambda when, _, facts: _over(when.deletes_over, _deletes(facts)),
    "does": lambda when, _, facts: given(when.does) and bool(_verbs(when) & set(facts.verbs())),
}
_WHOLE = frozenset(_CONDITIONS) - frozenset(OF_PLANS)


def _verbs(when: When) -> set[str]:
    return set(patterns(when.does))


def _objects(facts: Facts) -> int:
    return len(facts.plan.changes) if facts.plan is not None else 0
