"""A playbook: its plays, their keywords, tasks, handlers and roles.

Called by ``files``.
"""

from typing import Any

from kiki.targets.ansible.check import dangers, habits
from kiki.targets.ansible.check.keywords import check_keywords
from kiki.targets.ansible.check.modules import known, nearest
from kiki.targets.ansible.check.report import Place, Report, has_template, shown
from kiki.targets.ansible.check.tasks import Used, check_tasks, is_task

_LISTS = ("pre_tasks", "tasks", "post_tasks")
_IMPORTS = ("import_playbook", "ansible.builtin.import_playbook")


def check_playbook(document: Any, place: Place, report: Report, used: Used) -> None:
    """Check one document that must be a list of plays."""
    if not isinstance(document, list):
        report.error("not_a_playbook", place)
        return
    if not document:
        report.error("no_plays", place)
    for index, play in enumerate(document):
        _check_entry(play, (*place, index), report, used)


def is_play(entry: dict[Any, Any]) -> bool:
    """Whether *entry* has what only a play has."""
    return any(key in entry for key in ("hosts", "roles", *_LISTS, *_IMPORTS))


def _check_entry(play: Any, place: Place, report: Report, used: Used) -> None:
    if not isinstance(play, dict):
        report.error("play_not_mapping", place, value=shown(play))
        return
    imported = next((play[key] for key in _IMPORTS if key in play), None)
    if imported is None and not is_play(play) and is_task(play):
        report.error("task_outside_play", place)
    elif imported is None:
        _check_play(play, place, report, used)
    elif isinstance(imported, str) and not has_template(imported):
        used.files.append((imported, place))


def _check_play(play: dict[Any, Any], place: Place, report: Report, used: Used) -> None:
    if not play.get("name"):
        report.warn("play_name_missing", place)
    _check_hosts(play, place, report)
    _check_keys(play, place, report)
    check_keywords(play, "Play", place, report)
    before = len(used.removals)
    check_tasks(play.get("handlers"), (*place, "handlers"), report, used, "Handler")
    for key in _LISTS:
        check_tasks(play.get(key), (*place, key), report, used)
    _check_roles(play.get("roles"), (*place, "roles"), report, used)
    if report.foreign:
        dangers.check_play(play.get("hosts"), used.removals[before:], place, report)
    if not any(play.get(key) for key in (*_LISTS, "roles", "handlers")):
        report.warn("play_empty", place)


def _check_hosts(play: dict[Any, Any], place: Place, report: Report) -> None:
    hosts = play.get("hosts")
    if not hosts:
        report.error("hosts_missing", place)
    elif not isinstance(hosts, str) and not (
        isinstance(hosts, list) and all(isinstance(host, str) for host in hosts)
    ):
        report.error("keyword_type", (*place, "hosts"), key="hosts", value=shown(hosts))


def _check_keys(play: dict[Any, Any], place: Place, report: Report) -> None:
    for key in play:
        if key not in known().keywords:
            near = nearest(
                str(key), [n for n, where in known().keywords.items() if "Play" in where]
            )
            code = "keyword_unknown_near" if near else "keyword_unknown"
            report.error(code, (*place, key), key=str(key), near=near)


def _check_roles(roles: Any, place: Place, report: Report, used: Used) -> None:
    if roles is None:
        return
    if not isinstance(roles, list):
        report.error("tasks_not_list", place, key="roles")
        return
    for index, role in enumerate(roles):
        name = role.get("role", role.get("name")) if isinstance(role, dict) else role
        if not isinstance(name, str) or not name:
            report.error("role_no_name", (*place, index))
        elif has_template(name):
            used.open = True
        else:
            used.roles.append((name, (*place, index)))
        if isinstance(role, dict):
            habits.check_variables(role, (*place, index), report)
