"""An intent as a playbook, as a role with a playbook that uses it, or as a whole project.

Called by ``target``. Pure and deterministic: no time, no locale, no order but the operations'.
On the path of ``kiki gen``: see ``role`` and ``project`` for what only those layouts need.
"""

import re
from collections.abc import Callable
from typing import Any, NamedTuple

from kiki.documents.write import Tagged, to_yaml
from kiki.model.artifact import Artifact, File, header
from kiki.model.intent import Intent
from kiki.model.profile import Profile
from kiki.model.request import Layout
from kiki.targets.ansible.compose import Step, steps_of
from kiki.targets.ansible.names import FAMILIES
from kiki.targets.ansible.tasks import (
    ACTION_TAG,
    APPLYING,
    BEFORE,
    CAUSE,
    FOUND,
    GONE,
    PENDING,
    PROBE_TAG,
    REPORT,
    SEEN,
    Task,
    Variable,
)

CHECK_MODE = "{{ ansible_check_mode }}"
OS_FAMILY = "ansible_facts['os_family']"

Place = Callable[[Variable], Any]
"""What stands in a task for a variable: its value, or a reference to it, or to its file."""


class Source(NamedTuple):
    """A reference to the file that holds the content of another: what ``src`` is."""

    reference: str


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
        target=intent.target,
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


OWN = "kiki"
GATHERED = ("!all", "!min", "distribution", "pkg_mgr", "service_mgr")
"""The collectors of facts (ansible.builtin.setup) that tell the family and what the modules for
packages and services ask for: what Ansible takes for the least are several more."""
_FURTHER = ("selinux",)  # what conditions of some kinds ask for
_WIDE = 140  # characters of a condition on one line
_RESULTS = re.compile(
    rf"\b(?:{FOUND}\b|{GONE}\b|{BEFORE}\b|{REPORT}\b|{CAUSE}(?=\d)|{SEEN}(?=[a-z]))"
)
# Modules that only look, and know it themselves.
_LOOKING = frozenset(f"ansible.builtin.{name}" for name in ("stat", "slurp", "getent", "find"))
_CHECKED = frozenset(("ansible.builtin.stat", "ansible.builtin.find"))


def task_list(
    steps: tuple[Step, ...], profile: Profile, place: Place, prefix: str = OWN
) -> list[Any]:
    """The tasks as YAML data; *prefix* begins the names of the variables for kept results."""
    groups = host_groups(steps)
    tasks = [task_of(step, groups.get(step.hosts, ""), profile, place, prefix) for step in steps]
    return [*family_check(steps), *tasks]


def _document(intent: Intent, content: dict[str, Any]) -> str:
    return to_yaml([[content]], header(intent.digest()))


def _facts(steps: tuple[Step, ...]) -> dict[str, Any]:
    """Facts only where tasks look at the family or at the service manager, and no more of them."""
    if not any(step.task.family or step.task.module.endswith(".service") for step in steps):
        return {"gather_facts": False}
    asked = " ".join(condition for step in steps for condition in step.task.when)
    further = [name for name in _FURTHER if f"ansible_facts['{name}']" in asked]
    return {"gather_facts": True, "gather_subset": [*GATHERED, *further]}


def family_check(steps: tuple[Step, ...]) -> list[dict[str, Any]]:
    """The task that stops on hosts of an unknown family, where *steps* ask for the family."""
    if not any(step.task.family for step in steps):
        return []
    known = " and ".join(FAMILIES)
    check = {
        "name": "Check that the distribution is known",
        "ansible.builtin.assert": {
            "that": [f"{OS_FAMILY} in {list(FAMILIES)}"],
            "fail_msg": f"Only the {known} families are known here, not {{{{ {OS_FAMILY} }}}}",
            "quiet": True,
        },
    }
    return [check]


def task_of(step: Step, group: str, profile: Profile, place: Place, prefix: str) -> dict[str, Any]:
    """The task of *step*, on the hosts that the variable *group* names (none: all)."""
    task = step.task
    loop, item = _loop(task, place)
    args = dict(_argument(key, value, place, prefix) for key, value in (item | task.args).items())
    wanted: dict[str, Any] = {"name": task.name, task.module: args}
    wanted |= condition(step, group, prefix)
    if loop:
        wanted["loop"] = loop
    if step.causes:
        wanted["vars"] = causes(step, prefix)
    return wanted | _result(step, prefix) | _keywords(step, profile)


def condition(step: Step, group: str, prefix: str) -> dict[str, Any]:
    """``when``, for tasks of one family, of the hosts in the variable *group*, or of more terms."""
    here = [f"{OS_FAMILY} == '{step.task.family}'"] if step.task.family else []
    here += [f"inventory_hostname in {group}"] if group else []
    here += [_named(term, prefix) for term in step.task.when]
    here += [_after_causes(step, prefix)] if step.task.follows else []
    return {"when": here[0] if len(here) == 1 else here} if here else {}


def _after_causes(step: Step, prefix: str) -> str:
    """A cause changed something, in this run or in one that was cut before its follow-up."""
    if not step.causes:
        return "false"
    names = [_named(variable, prefix) for variable, _ in step.causes]
    now = f"[{', '.join(names)}] | select('changed') | list"
    told = f"({now} + {prefix}_causes | intersect({prefix}_left)) | length > 0"
    # A linter takes no longer lines; Jinja takes several.
    return told if len(told) <= _WIDE else told.replace(" + ", "\n+ ", 1)


def causes(step: Step, prefix: str) -> dict[str, Any]:
    """The variables of a follow-up: its causes, and what earlier runs left to be followed."""
    left = f"{{{{ ({PENDING} | default({{}}))[inventory_hostname] | default([]) }}}}"
    titles = [title for _, title in step.causes]
    return {f"{prefix}_causes": titles, f"{prefix}_left": left}


def _result(step: Step, prefix: str) -> dict[str, Any]:
    """Where the result is kept, and how it is judged."""
    task, wanted = step.task, dict[str, Any]()
    # A check that something is there stands between a look and what asks it.
    other = GONE if step.vanishing and task.verb == "none" else FOUND
    into = _named(task.into or step.cause or other, prefix)
    if task.register or task.into or step.cause or step.vanishing or task.tries > 1 or task.fails:
        wanted["register"] = into
    if task.still or task.follows:
        wanted |= {"changed_when": bool(task.follows)}  # not every module says that it acted
    asks = step.look_of or task.probe or (task.still and APPLYING not in task.when)
    if asks and task.module not in _LOOKING:
        wanted |= {"check_mode": False, "changed_when": False}
    if step.look_of and task.module not in _CHECKED:
        wanted |= {"failed_when": False}
    if task.fails:
        wanted["failed_when"] = [_named(term, prefix) for term in task.fails]
    if task.tries > 1:
        wanted |= {"until": f"{into} is succeeded", "retries": task.tries, "delay": 2}
    if step.vanishing:
        missing = f"'{task.gone}' not in {into}.msg | default('')"
        wanted["failed_when"] = [f"{into} is failed", missing]
    return wanted


def _keywords(step: Step, profile: Profile) -> dict[str, Any]:
    task = step.task
    wanted: dict[str, Any] = {}
    if task.account:
        wanted |= {"become": True, "become_user": task.account}
    if task.network and profile.proxy:
        wanted["environment"] = {"http_proxy": profile.proxy, "https_proxy": profile.proxy}
    if step.tolerant or step.passing:
        wanted["ignore_errors"] = CHECK_MODE
    if task.secrets:
        wanted["no_log"] = True
    tags = [tag for tag, has in ((ACTION_TAG, task.acts), (PROBE_TAG, task.probe)) if has]
    return wanted | ({"tags": tags} if tags else {})


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


def _argument(key: str, value: Any, place: Place, prefix: str) -> tuple[str, Any]:
    placed = _placed(value, place, prefix)
    return (
        ("src", placed.reference) if isinstance(placed, Source) else (_named(key, prefix), placed)
    )


def _placed(value: Any, place: Place, prefix: str) -> Any:
    if isinstance(value, Variable):
        return place(value)
    if isinstance(value, list):
        return [_placed(entry, place, prefix) for entry in value]
    if isinstance(value, dict):
        return {key: _placed(inner, place, prefix) for key, inner in value.items()}
    return _named(value, prefix) if isinstance(value, str) else value


def _named(text: str, prefix: str) -> str:
    """*text* with the variables for results under *prefix*, as ansible-lint wants them in a
    role."""
    return text if prefix == OWN else _RESULTS.sub(lambda word: prefix + word[0][len(OWN) :], text)


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
