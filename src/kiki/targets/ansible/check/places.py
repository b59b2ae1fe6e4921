"""What a file is, by its place, as Ansible itself decides.

Called by ``files``. ``tasks/``, ``handlers/``, ``defaults/``, ``vars/`` and ``meta/`` of a role,
``group_vars/`` and ``host_vars/``; everything else is a playbook or, when a playbook brings it in,
a list of tasks.
"""

from collections.abc import Callable
from typing import Any

from kiki.targets.ansible.check import habits
from kiki.targets.ansible.check.plays import check_playbook, is_play
from kiki.targets.ansible.check.report import Place, Report, has_template, shown
from kiki.targets.ansible.check.tasks import Used, check_tasks

ENDINGS = (".yml", ".yaml")
VARIABLES = frozenset(("defaults", "vars", "group_vars", "host_vars"))
_INVENTORIES = frozenset(("inventory", "inventories", "environments"))
_GALAXY = frozenset(("requirements.yml", "requirements.yaml", "galaxy.yml"))

Judge = Callable[[Any, Place, Report, Used], None]


def is_ours(path: str) -> bool:
    """Whether the file at *path* is read as YAML of Ansible's."""
    return path.endswith(ENDINGS)


def belongs(path: str) -> bool:
    """Whether a file at *path* is Ansible's whatever is in it."""
    folders = path.split("/")[:-1]
    named = {*VARIABLES, "tasks", "handlers", "roles"}
    return is_ours(path) and (is_beside(path) or not named.isdisjoint(folders))


def is_beside(path: str) -> bool:
    """Whether the file at *path* is an inventory, or a list for ``ansible-galaxy``: it goes with
    any playbook of the project."""
    *folders, name = path.split("/")
    inventory = name.rpartition(".")[0] in ("hosts", "inventory")
    return inventory or name in _GALAXY or not _INVENTORIES.isdisjoint(folders)


def judge_of(path: str, documents: tuple[Any, ...], *, entry: bool) -> Judge:
    """What checks the file at *path*; *entry*: it is the one to run."""
    folders = path.split("/")[:-1]
    name = path.rpartition("/")[2]
    if name in _GALAXY and not entry:
        return galaxy
    if ("tasks" in folders or "handlers" in folders) and not _looks_like_plays(documents):
        return handlers if "handlers" in folders else tasks
    if folders and folders[-1] == "meta":
        return specifications if name.startswith("argument_specs") else mapping
    if VARIABLES & set(folders) or (not entry and isinstance(_first(documents), dict)):
        return variables
    return tasks if not entry and not _looks_like_plays(documents) else check_playbook


def _first(documents: tuple[Any, ...]) -> Any:
    return next(iter(documents), None)


def _looks_like_plays(documents: tuple[Any, ...]) -> bool:
    first = _first(documents)
    entries = first if isinstance(first, list) else []
    return any(isinstance(entry, dict) and is_play(entry) for entry in entries)


def tasks(document: Any, place: Place, report: Report, used: Used) -> None:
    """A list of tasks."""
    if not isinstance(document, list):
        report.error("not_a_task_list", place)
        return
    check_tasks(document, place, report, used)


def handlers(document: Any, place: Place, report: Report, used: Used) -> None:
    """A list of handlers."""
    if not isinstance(document, list):
        report.error("not_a_task_list", place)
        return
    check_tasks(document, place, report, used, "Handler")


def variables(document: Any, place: Place, report: Report, used: Used) -> None:
    """A mapping of variables."""
    mapping(document, place, report, used)
    habits.check_variables(document, place, report)


def mapping(document: Any, place: Place, report: Report, used: Used) -> None:
    """A mapping of anything, such as a role's ``meta/main.yml``."""
    if not isinstance(document, dict):
        report.error("not_a_mapping", place, value=shown(document))
        return
    needed = document.get("dependencies")
    for index, each in enumerate(needed if isinstance(needed, list) else ()):
        name = each.get("role", each.get("name")) if isinstance(each, dict) else each
        if isinstance(name, str) and not has_template(name):
            used.roles.append((name, (*place, "dependencies", index)))


def specifications(document: Any, place: Place, report: Report, used: Used) -> None:
    """A role's ``meta/argument_specs.yml``."""
    mapping(document, place, report, used)
    if isinstance(document, dict) and not isinstance(document.get("argument_specs"), dict):
        report.error("no_argument_specs", place)


def galaxy(document: Any, _: Place, report: Report, used: Used) -> None:
    """What ``ansible-galaxy`` installs: the roles are there when a playbook runs."""
    listed = document.get("roles") if isinstance(document, dict) else document
    for each in listed if isinstance(listed, list) else ():
        for key in ("name", "src", "role"):
            if isinstance(each, dict) and isinstance(each.get(key), str):
                used.installed.add(each[key])
