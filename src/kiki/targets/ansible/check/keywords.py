"""Keywords: whether each may stand where it does, and whether its value can be one of its kind.

Called by ``plays`` and ``tasks``. Where a keyword may stand is Ansible's own list; the types are
those of ``ansible.playbook``'s fields.
"""

from typing import Any

from kiki.targets.ansible.check import habits
from kiki.targets.ansible.check.modules import known
from kiki.targets.ansible.check.report import Place, Report, has_template, shown
from kiki.targets.ansible.check.values import fits

_BOOLEANS = frozenset(
    (
        "any_errors_fatal",
        "become",
        "check_mode",
        "delegate_facts",
        "diff",
        "force_handlers",
        "gather_facts",
        "ignore_errors",
        "ignore_unreachable",
        "no_log",
        "run_once",
    )
)
_INTEGERS = frozenset(("async", "gather_timeout", "poll", "port", "retries", "throttle", "timeout"))
_MAPPINGS = frozenset(("loop_control",))
_TEXTS = frozenset(
    ("become_exe", "become_method", "become_user", "connection", "register", "remote_user", "order")
)
_CONDITIONS = frozenset(("when", "changed_when", "failed_when", "until"))


def check_keywords(entry: dict[Any, Any], sort: str, place: Place, report: Report) -> None:
    """Check every keyword of a play, block, task or handler (*sort* as in Ansible's list)."""
    for key, value in entry.items():
        places = known().keywords.get(key)
        if places and sort not in places:
            allowed = ", ".join(each.lower() for each in places)
            report.error("keyword_misplaced", (*place, key), key=str(key), places=allowed)
        elif places:
            _check_value(str(key), value, (*place, key), report)
    habits.check_variables(entry.get("vars"), (*place, "vars"), report)


def _check_value(key: str, value: Any, place: Place, report: Report) -> None:
    if key in _CONDITIONS:
        _check_condition(key, value, place, report)
    elif value is not None and not has_template(value) and not _fits(key, value):
        report.error("keyword_type", place, key=key, value=shown(value))


def _fits(key: str, value: Any) -> bool:
    if key in _BOOLEANS:
        return fits(value, "bool")
    if key in _INTEGERS:
        return fits(value, "int")
    if key in _MAPPINGS:
        return isinstance(value, dict)
    if key in _TEXTS:
        return isinstance(value, str)
    return key != "loop" or isinstance(value, list)


def _check_condition(key: str, value: Any, place: Place, report: Report) -> None:
    """Conditions are expressions already: braces in them are a common slip."""
    for part in value if isinstance(value, list) else [value]:
        if has_template(part) and part.strip().startswith("{{"):
            report.warn("condition_braces", place, key=key)
        elif isinstance(part, dict):
            report.error("keyword_type", place, key=key, value=shown(part))
