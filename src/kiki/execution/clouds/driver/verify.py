"""Whether the stacks of a program are as they are to be, and what they give.

Asked as ``verify``: after an apply, or where there is nothing to apply. Answer: ``objects`` as
``check`` has them, ``down`` (what is not up, each with a code) and ``outputs``.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING or __package__:
    from kiki.execution.clouds.driver import check, stacks, templates
    from kiki.execution.clouds.driver.addresses import brief
    from kiki.execution.clouds.driver.connection import Cloud
    from kiki.execution.clouds.driver.program import Step, steps
    from kiki.execution.clouds.driver.stacks import Stack
    from kiki.execution.clouds.driver.templates import Template
else:
    import check
    import stacks
    import templates
    from addresses import brief
    from connection import Cloud
    from program import Step, steps
    from stacks import Stack
    from templates import Template

Found = dict[str, Any]
_LONGEST = 300
_SERVER = "OS::Nova::Server"
_UP = ("ACTIVE", "SHUTOFF", "VERIFY_RESIZE")  # what somebody has stopped is not broken


def answer(cloud: Cloud, order: dict[str, Any], say: Callable[[Any], None]) -> dict[str, Any]:
    """See the module."""
    objects = check.answer(cloud, order, say)["objects"]
    down: list[Found] = []
    outputs: list[Found] = []
    for step in steps(order):
        home = cloud.within(step.project, step.domain)
        stack = stacks.find(home, step.name, outputs=True) if home else None
        if step.act == "delete" or home is None or stack is None:
            if step.act != "delete":
                down.append(_down(step, "down_gone"))
            continue
        down += _of_stack(home, step, stack) or _of_servers(home, step, stack)
        outputs += _outputs(step, stack)
    return {"objects": objects, "down": down, "outputs": outputs}


def _of_stack(cloud: Cloud, step: Step, stack: Stack) -> list[Found]:
    if stack.status.endswith("_COMPLETE"):
        return []
    failed = stacks.failures(cloud, stack)
    if not failed:
        return [_down(step, "down_stack", status=stack.status, reason=stack.reason)]
    return [_down(step, "down_resource", status=stack.status, **one) for one in failed]


def _of_servers(cloud: Cloud, step: Step, stack: Stack) -> list[Found]:
    found = []
    for one in stacks.members(cloud, stack):
        if one["resource_type"] != _SERVER:
            continue
        path = stacks.path_of(one)
        told = cloud.found("compute", f"/servers/{one['physical_resource_id']}")
        if told is None:
            found.append(_down(step, "down_server_gone", resource=path))
        elif told["server"]["status"] not in _UP:
            fault = (told["server"].get("fault") or {}).get("message") or "-"
            status = str(told["server"]["status"])
            found.append(
                _down(step, "down_server", resource=path, status=status, reason=str(fault))
            )
    return found


def _outputs(step: Step, stack: Stack) -> list[Found]:
    template = Template(templates.parsed(step.template), {})
    return [
        {
            "title": step.title,
            "name": str(one["output_key"]),
            "value": _shown(template, one),
        }
        for one in stack.outputs
    ]


def _shown(template: Template, one: Found) -> str:
    told = template.outputs.get(one["output_key"]) or {}
    if template.conceals(told.get("value")):
        return templates.HIDDEN
    text = templates.shown(brief(one.get("output_value")))
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _down(step: Step, what: str, **params: str) -> Found:
    return {"title": step.title, "code": f"openstack.{what}", "params": params}
