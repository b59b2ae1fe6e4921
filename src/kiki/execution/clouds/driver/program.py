"""The stacks and acts of a program: what the playbook that is going to run says, read from its
own files.

Called by ``check``, ``verify`` and ``after``. The planner reads the very files that Ansible gets,
so that both mean the same. Only the form that Kiki itself writes is understood
(targets/openstack/program.py).
"""

import os
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING or __package__:
    from kiki.execution.clouds.driver.faults import Fault
    from kiki.execution.clouds.driver.templates import parsed
else:
    from faults import Fault
    from templates import parsed

MODULE = "openstack.cloud.stack"
DOING = "kiki_doing"


class Step(NamedTuple):
    """One stack. *act* is ``apply``, ``create`` (what must not be there), ``restore`` (an undo's)
    or ``delete``; *name* is a name, or the id of what alone may be deleted or restored. *secret*
    are parameters whose values are Kiki's secrets; *over*: a stack of somebody else's is taken. It
    is in *project* of *domain*, or in the login's own."""

    title: str
    act: str
    name: str
    stack: str
    template: str = ""
    parameters: dict[str, Any] = {}
    defaults: dict[str, Any] = {}
    secret: tuple[str, ...] = ()
    over: bool = False
    project: str = ""
    domain: str = ""


class Doing(NamedTuple):
    """*act* is done to the thing *name* of *sort*, with the values of *told*; *step* is how the
    playbook calls it where it asks for what the plan knows."""

    title: str
    act: str
    sort: str
    name: str
    told: dict[str, Any]
    step: str


def doings(order: dict[str, Any]) -> list[Doing]:
    """The program's acts. Fault ``cloud.program`` for a file of another form."""
    try:
        plays = parsed(_text(order, order["entry"]))
        tasks = [task for play in plays for task in play["tasks"] if DOING in _about(task)]
        return [
            Doing(task["name"], step=str(number), **_about(task)[DOING])
            for number, task in enumerate(tasks, start=1)
        ]
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise Fault("cloud.program", reason=type(error).__name__) from error


def _about(task: dict[str, Any]) -> dict[str, Any]:
    return task.get("vars") or {}


def steps(order: dict[str, Any]) -> list[Step]:
    """The program's stacks, or the ``only`` one, filled in with the values of secrets by variable.
    Fault ``cloud.program`` for a file of another form."""
    try:
        plays = parsed(_text(order, order["entry"]))
        every = [task for play in plays for task in play["tasks"]]
        tasks = [one for one in every if MODULE in one and DOING not in _about(one)]
        only = order.get("only")
        wanted = [one for one in tasks if only in (None, one["vars"]["kiki_stack"])]
        return [_step(task, order) for task in wanted]
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise Fault("cloud.program", reason=type(error).__name__) from error


def _text(order: dict[str, Any], path: str) -> str:
    with open(os.path.join(order["folder"], path), encoding="utf-8") as file:  # noqa: PTH118, PTH123
        return file.read()


def _step(task: dict[str, Any], order: dict[str, Any]) -> Step:
    told, about = task[MODULE], task["vars"]
    title, name, stack = task["name"], str(told["name"]), str(about["kiki_stack"])
    login = told.get("auth") or {}
    project, domain = login.get("project_name", ""), login.get("project_domain_name", "")
    if told["state"] == "absent":
        return Step(title, "delete", name, stack, project=project, domain=domain)
    values = order.get("values") or {}
    secret = about.get("kiki_secrets") or []
    variables = (order.get("variables") or {}).get("kiki_hidden") or {}
    parameters = told.get("parameters") or {}
    filled = {key: values[variables[key]] for key in secret}
    defaults = _defaults(told, order)
    return Step(
        title, about["kiki_act"], name, stack, _text(order, about["kiki_template"]),
        {**parameters, **filled}, defaults, tuple(secret), bool(about.get("kiki_over")),
        project, domain,
    )  # fmt: skip


def _defaults(told: dict[str, Any], order: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for path in told.get("environment") or ():
        text = _text(order, path.rpartition("/")[2])
        found |= parsed(text).get("parameter_defaults") or {}
    return found
