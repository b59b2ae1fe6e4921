"""A role's ``meta/argument_specs.yml``: what it takes and what it needs, checked before it begins.

Called by ``role``. https://docs.ansible.com/ansible/latest/playbook_guide/playbooks_reuse_roles.html
"""

from typing import Any

from kiki.documents.write import Tagged
from kiki.model.secret import variable as secret_variable
from kiki.targets.ansible import render
from kiki.targets.ansible.compose import Step
from kiki.targets.ansible.tasks import Variable


def of(role: str, steps: tuple[Step, ...], variables: list[Variable]) -> dict[str, Any]:
    """The specification of *role*, whose tasks come from *steps*."""
    options = {each.name: _option(each) for each in variables} | needed(steps)
    titles = [f"{step.task.name}." for step in steps if step.task.verb != "none"]
    main: dict[str, Any] = {"short_description": f"Apply {role}"}
    main |= {"description": titles} if titles else {}
    return {"argument_specs": {"main": main | ({"options": options} if options else {})}}


def plain(value: Any) -> Any:
    """A variable's value as YAML data."""
    if isinstance(value, Tagged):
        return render.raw(value)
    return list(value) if isinstance(value, tuple) else value


def _option(variable: Variable) -> dict[str, Any]:
    """One variable. The default is told where it is plain: Ansible fills in what looks like Jinja
    in a specification, too."""
    value = plain(variable.value)
    about = f"File with the content of {variable.file}" if variable.file else variable.about
    made: dict[str, Any] = {"type": "str", "description": about}
    if isinstance(value, list):
        made = {"type": "list", "elements": _sort(value), "description": about} | _entries(value)
    return made | ({"default": value} if _told(value) else {})


def _sort(values: list[Any]) -> str:
    """The type of the entries of a list."""
    sorts = {type(value) for value in values}
    return next((sort.__name__ for sort in (str, dict) if sorts == {sort}), "raw")


def _entries(values: list[Any]) -> dict[str, Any]:
    """The keys of a list of mappings; what only some of them have may be missing."""
    if _sort(values) != "dict":
        return {}
    keys = dict.fromkeys(key for value in values for key in value)
    return {
        "options": {
            key: {
                "type": _sort([value[key] for value in values if key in value]),
                "required": all(key in value for value in values),
                "description": f"{key.replace('_', ' ').capitalize()} of one of them",
            }
            for key in keys
        }
    }


def _told(value: Any) -> bool:
    if isinstance(value, list):
        return all(_told(each) for each in value)
    if isinstance(value, dict):
        return all(_told(each) for each in value.values())
    return isinstance(value, str) and "{" not in value and "\n" not in value


def needed(steps: tuple[Step, ...]) -> dict[str, Any]:
    """The options that have no default: secrets, and the hosts to which some tasks are limited."""
    groups = render.host_groups(steps)
    secrets = dict.fromkeys(name for step in steps for name in step.task.secrets)
    return {
        name: {
            "type": "list", "elements": "str", "required": True,
            "description": f"The hosts of some tasks, such as {', '.join(hosts)}",
        }
        for hosts, name in groups.items()
    } | {
        secret_variable(name): {
            "type": "str", "required": True, "no_log": True,
            "description": f"The secret {name}",
        }
        for name in secrets
    }  # fmt: skip
