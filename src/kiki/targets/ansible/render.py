"""An intent as a playbook, as a role with a playbook that uses it, or as a whole project.

Called by ``target``. Pure and deterministic: no time, no locale, no order but the operations'.
On the path of ``kiki gen``: see ``role`` and ``project`` for what only those layouts need.
"""

import re
from collections.abc import Callable
from typing import Any

from kiki.documents.write import Tagged, to_yaml
from kiki.model.artifact import Artifact, File, header
from kiki.model.intent import Intent
from kiki.model.profile import Profile
from kiki.model.request import Layout
from kiki.targets.ansible.compose import Step, steps_of
from kiki.targets.ansible.names import FAMILIES
from kiki.targets.ansible.tasks import ACTION_TAG, FOUND, Task, Variable

CHECK_MODE = "{{ ansible_check_mode }}"
OS_FAMILY = "ansible_facts['os_family']"

Place = Callable[[Variable], Any]
"""What stands in a task for a variable: its value, or a reference to it."""


def render(intent: Intent, layout: Layout, profile: Profile) -> Artifact:
    """All files for *intent*. UsageError for operations that are none, see ``compose``."""
    steps = steps_of(intent)
    name = file_name(intent.name)
    entry = f"{name}.yml"
    if layout == "role":
        from kiki.targets.ansible import role  # noqa: PLC0415 -- lazy: most requests want no role

        files = role.files(name, intent, steps, profile)
    elif layout == "project":
        from kiki.targets.ansible import project  # noqa: PLC0415 -- lazy, too

        entry, files = project.ENTRY, project.files(name, intent, steps, profile)
    else:
        tasks = task_list(steps, profile, _value)
        files = (File(path=entry, text=_document(intent, play(intent, steps, tasks))),)
    return Artifact(
        target="ansible",
        intent_digest=intent.digest(),
        entry=entry,
        files=files,
        layout=layout,
    )


def file_name(name: str) -> str:
    """*name* as a file name: ASCII letters, digits, dots, dashes and underscores."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-.") or "playbook"


def play(intent: Intent, steps: tuple[Step, ...], tasks: list[Any]) -> dict[str, Any]:
    """The one play, without its tasks' key when *tasks* is empty."""
    wanted: dict[str, Any] = {"name": f"Apply {file_name(intent.name)}", "hosts": _hosts(intent)}
    if any(step.task.root for step in steps):
        wanted["become"] = True
    wanted |= _facts(steps)
    groups = host_groups(steps)
    if groups:
        wanted["vars"] = {name: list(hosts) for hosts, name in groups.items()}
    return wanted | ({"tasks": tasks} if tasks else {})


def host_groups(steps: tuple[Step, ...]) -> dict[tuple[str, ...], str]:
    """The variable for each set of hosts to which steps are limited, in order of first use."""
    found = dict.fromkeys(step.hosts for step in steps if step.hosts)
    return {hosts: f"kiki_hosts_{number}" for number, hosts in enumerate(found, 1)}


def _hosts(intent: Intent) -> str:
    """The pattern of the play; commas join, as colons stand in IPv6 addresses and ranges."""
    return ",".join(intent.hosts) or "all"


def task_list(
    steps: tuple[Step, ...], profile: Profile, place: Place, found: str = FOUND
) -> list[Any]:
    """The tasks as YAML data; *found* is the name of the variable for kept results."""
    groups = host_groups(steps)
    tasks = [_task(step, groups.get(step.hosts, ""), profile, place, found) for step in steps]
    return [_family_check(), *tasks] if any(step.task.family for step in steps) else tasks


def _document(intent: Intent, content: dict[str, Any]) -> str:
    return to_yaml([[content]], header(intent.digest()))


def _facts(steps: tuple[Step, ...]) -> dict[str, Any]:
    """Facts only where tasks look at the family or at the service manager, and no more of them."""
    needed = any(step.task.family or step.task.module.endswith(".service") for step in steps)
    return {"gather_facts": True, "gather_subset": ["!all"]} if needed else {"gather_facts": False}


def _family_check() -> dict[str, Any]:
    known = " and ".join(FAMILIES)
    return {
        "name": "Check that the distribution is known",
        "ansible.builtin.assert": {
            "that": [f"{OS_FAMILY} in {list(FAMILIES)}"],
            "fail_msg": f"Only the {known} families are known here, not {{{{ {OS_FAMILY} }}}}",
            "quiet": True,
        },
    }


def _task(step: Step, group: str, profile: Profile, place: Place, found: str) -> dict[str, Any]:
    task = step.task
    loop, item = _loop(task, place)
    args = {key: _placed(value, place, found) for key, value in {**item, **task.args}.items()}
    wanted: dict[str, Any] = {"name": task.name, task.module: args}
    wanted |= _condition(step, group)
    if loop:
        wanted["loop"] = loop
    return wanted | _keywords(step, profile, found)


def _condition(step: Step, group: str) -> dict[str, Any]:
    """``when``, for tasks of one family or of the hosts in the variable *group*."""
    here = [f"{OS_FAMILY} == '{step.task.family}'"] if step.task.family else []
    here += [f"inventory_hostname in {group}"] if group else []
    return {"when": here[0] if len(here) == 1 else here} if here else {}


def _keywords(step: Step, profile: Profile, found: str) -> dict[str, Any]:
    task = step.task
    wanted: dict[str, Any] = {}
    if task.register or step.vanishing:
        wanted["register"] = found
    if step.vanishing:
        missing = f"'{task.gone}' not in {found}.msg | default('')"
        wanted["failed_when"] = [f"{found} is failed", missing]
    if task.network and profile.proxy:
        wanted["environment"] = {"http_proxy": profile.proxy, "https_proxy": profile.proxy}
    if step.tolerant:
        wanted["ignore_errors"] = CHECK_MODE
    if task.secrets:
        wanted["no_log"] = True
    if task.acts:
        wanted["tags"] = [ACTION_TAG]
    return wanted


def _loop(task: Task, place: Place) -> tuple[Any, dict[str, Any]]:
    """The loop, if one is needed, and the arguments that each turn of it gives."""
    if not task.each:
        return None, {}
    keys = tuple(task.each[0])
    single = len(keys) == 1
    values = [args[keys[0]] if single else args for args in task.each]
    placed = place(Variable(name=task.var, value=values, about=task.about))
    if placed is values and len(values) == 1:
        return None, task.each[0]
    item = {key: "{{ item }}" if single else f"{{{{ item.{key} }}}}" for key in keys}
    return placed, item


def _placed(value: Any, place: Place, found: str) -> Any:
    if isinstance(value, Variable):
        return place(value)
    if isinstance(value, list):
        return [_placed(entry, place, found) for entry in value]
    if isinstance(value, str) and found != FOUND:
        return value.replace(FOUND, found)
    return value


def _value(variable: Variable) -> Any:
    """The value itself; a list of one thing is that thing."""
    value = variable.value
    if isinstance(value, Tagged):
        return raw(value)
    if isinstance(value, tuple):
        return value[0] if len(value) == 1 else list(value)
    return value


def raw(unsafe: Tagged) -> str | Tagged:
    """Text between Jinja's raw marks: ansible-lint reads ``!unsafe`` text as Jinja, too.

    Not where raw text would lose a line feed or a carriage return, end early, or where Ansible
    before 2.19 would take it for a list or mapping.
    """
    text: str = unsafe.value
    literal = text[0] in "[\n" or (text[0] == "{" and text[1] not in "{%#")
    if literal or "\r" in text or "endraw" in text:
        return unsafe
    return "{% raw %}" + text + "{% endraw %}"
