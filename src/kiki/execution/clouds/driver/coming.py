"""A stack whose project, or whose flavor, is to come: what it would make, from its template alone.

Called by ``check`` where an earlier stack of the same program makes those. Heat can't preview it
before that; ``again`` does that when the run comes to it. Images, flavors
and external networks are looked for now: those that the login sees, and those that earlier stacks
make.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING or __package__:
    from kiki.execution.clouds.driver import names, templates
    from kiki.execution.clouds.driver.connection import Cloud
    from kiki.execution.clouds.driver.program import Step
    from kiki.execution.clouds.driver.templates import Template
else:
    import names
    import templates
    from connection import Cloud
    from program import Step
    from templates import Template

Found = dict[str, Any]
NOTE = "openstack.live_to_come"
_SEEN = ("glance.image", "nova.flavor", "neutron.network")  # of what all projects share
_NOTHING: Found = {"id": "", "updated": "", "tags": [], "status": "", "project_id": ""}
_MEMBERS = {"OS::Heat::ResourceGroup": "resource_def"}


def objects(cloud: Cloud, step: Step, earlier: Sequence[Step]) -> list[Found]:
    """The stack, then each of its resources, as ``check`` has them. Without an earlier stack that
    makes the project it is a mistake."""
    known = {**_NOTHING, "name": step.stack, "project": step.project, "domain": step.domain}
    head: Found = {**_blank(step.title), "stack": known}
    if step.act == "delete":
        return [head]
    if step.project not in made(earlier, "OS::Keystone::Project"):
        return [{**head, "verb": "error", "problems": [_problem(step)]}]
    template = _template(step)
    unknown = _unknown(cloud, template, made(earlier))
    if unknown:
        return [{**head, "verb": "error", "problems": unknown}]
    return [{**head, "verb": "create", "note": NOTE}, *members(template)]


def members(template: Template) -> list[Found]:
    """Every resource of *template*, as one that is created; those of groups too."""
    found = []
    for name, body in template.resources.items():
        told, kind = template.properties(name), str(body.get("type"))
        found.append(_resource(name, kind, told))
        inner = told.get(_MEMBERS.get(kind, ""))
        if isinstance(inner, dict):
            kind = str(inner.get("type"))
            each = inner.get("properties") or {}
            count = range(int(told.get("count", 1)))
            found += [_resource(f"{name}/{number}", kind, each) for number in count]
    return found


def _resource(path: str, kind: str, told: Found) -> Found:
    made = {**_blank(f"{path} {kind}"), "verb": "create", "path": path}
    return {**made, "diff": templates.added(told)}


def _template(step: Step) -> Template:
    return Template(templates.parsed(step.template), {**step.defaults, **step.parameters})


def made(earlier: Sequence[Step], kind: str = "") -> set[str]:
    """The names of what *earlier* steps make, or of what is of one *kind*."""
    return {
        str(properties.get("name"))
        for step in earlier
        if step.template
        for _, sort, properties in names.resources(_template(step))
        if kind in ("", sort)
    }


def _unknown(cloud: Cloud, template: Template, there: set[str]) -> list[Found]:
    """The names that are nowhere."""
    found = names.problems(template, names.Names(cloud), names.Schemas(cloud))
    return [
        one
        for one in found
        if one["params"]["sort"] in _SEEN and one["params"]["value"] not in there
    ]


def _problem(step: Step) -> Found:
    return {"code": "openstack.live_no_project", "params": {"project": step.project}}


def _blank(title: str) -> Found:
    return {"title": title, "verb": "none", "problems": [], "diff": "", "note": ""}
