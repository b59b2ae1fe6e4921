"""What a program would do to a cloud's stacks, asked of Heat and changing nothing there.

Asked as ``check``. Answer: ``objects``: first the stack, then each of its resources; each is also
said when it is known. What is in the way is a problem of the stack.
"""

import secrets
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING or __package__:
    from kiki.execution.clouds.driver import acts, coming, names, quotas, stacks, templates
    from kiki.execution.clouds.driver.connection import Cloud, Refused
    from kiki.execution.clouds.driver.judging import Judge
    from kiki.execution.clouds.driver.program import Step, doings, steps
    from kiki.execution.clouds.driver.stacks import Stack
    from kiki.execution.clouds.driver.templates import Template
else:
    import acts
    import coming
    import names
    import quotas
    import stacks
    import templates
    from connection import Cloud, Refused
    from judging import Judge
    from program import Step, doings, steps
    from stacks import Stack
    from templates import Template

Found = dict[str, Any]
_NOTHING: Found = {"name": "", "id": "", "updated": "", "tags": [], "status": ""}
_BAD, _CONFLICT = 400, 409
_STUCK = ("DELETE_FAILED", "SUSPEND_COMPLETE", "SUSPEND_FAILED", "RESUME_FAILED")
_VERBS = {"added": "create", "updated": "update", "replaced": "replace", "deleted": "delete",
          "unchanged": "none"}  # fmt: skip


def answer(cloud: Cloud, order: dict[str, Any], say: Callable[[Any], None]) -> dict[str, Any]:
    """See the module."""
    listed, after = steps(order), order.get("ask") == "verify"
    kept = order.get("kept", "")
    objects: list[Found] = []
    for index, step in enumerate(listed):
        home = cloud.within(step.project, step.domain)
        if home is None:
            all_found = coming.objects(cloud, step, listed[:index])
        else:
            all_found = Checker(home, kept=kept, after=after, earlier=listed[:index]).check(step)
        objects += _said(all_found, say)
    for doing in doings(order):
        objects += _said(acts.objects(cloud, doing, after=after), say)
    return {"objects": objects}


def _said(found: list[Found], say: Callable[[Any], None]) -> list[Found]:
    """*found*, each of which has been told."""
    for one in found:
        problems = one["problems"] if one["verb"] == "error" else []
        say({key: one[key] for key in ("title", "verb")} | {"problems": problems})
    return found


class Checker:
    """Tries the stacks of one program; *after* is for a look after its apply. *kept* is the mark of
    a stack whose hidden parameters have these very values. What *earlier* steps make need not be
    there yet."""

    def __init__(
        self, cloud: Cloud, *, kept: str = "", after: bool = False, earlier: Sequence[Step] = ()
    ) -> None:
        self._cloud = cloud
        self._earlier = coming.made(earlier)
        self._kept = f"{stacks.MARK}-{kept}" if kept else ""
        self._after = after
        self._names = names.Names(cloud)
        self._schemas = names.Schemas(cloud)

    def check(self, step: Step) -> list[Found]:
        """The stack and its resources: title, verb, diff, note, problems, of which each is a code
        with parameters, and of the stack what it is and how it was."""
        stack = stacks.find(self._cloud, step.name)
        order = (
            list(templates.parsed(step.template).get("resources") or ()) if step.template else []
        )
        try:
            found, members = self._tried(step, stack)
        except Refused as refused:
            if refused.status not in (_BAD, _CONFLICT):
                raise
            params = {"message": str(refused)}
            found, members = _error([_problem("refused", **params)]), []
        members.sort(key=lambda one: _place(one, order))  # Heat lists them as they come
        known = stack.known() if stack else {**_NOTHING, "name": step.stack}
        if step.project:
            where = {"project": step.project, "domain": step.domain}
            known |= {**where, "project_id": str(self._cloud.access.project_id)}
        return [{**_blank(step.title), "stack": known, **found}, *members]

    def _tried(self, step: Step, stack: Stack | None) -> tuple[Found, list[Found]]:
        wrong = self._in_the_way(step, stack)
        if wrong:
            return _error(wrong), []
        if step.act == "delete":
            return self._deleted(stack)
        template = Template(templates.parsed(step.template), {**step.defaults, **step.parameters})
        unknown = names.problems(template, self._names, self._schemas)
        waiting = [one for one in unknown if one["params"]["value"] in self._earlier]
        if len(unknown) > len(waiting) and not (self._after and stack):
            return _error([one for one in unknown if one not in waiting]), []
        if waiting and stack is None:
            return {"verb": "create", "note": coming.NOTE}, coming.members(template)
        if waiting and not self._after:
            named = ", ".join(sorted({str(one["params"]["value"]) for one in waiting}))
            return _error([_problem("needs_first", names=named)]), []
        if stack is None:
            return self._created(step, template)
        return self._updated(step, template, stack)

    def _in_the_way(self, step: Step, stack: Stack | None) -> list[Found]:
        if stack is None:
            return [_problem("gone")] if step.act == "restore" else []
        if stack.going_on:
            return [_problem("in_progress", status=stack.status)]
        if step.act == "delete":
            return []
        if stack.status in _STUCK:
            return [_problem("stuck", status=stack.status, reason=stack.reason)]
        if step.act == "create" and not self._after:
            return [_problem("exists", status=stack.status)]
        if step.act == "apply" and not stack.ours and not step.over:
            return [_problem("taken", id=stack.id, status=stack.status)]
        return []

    def _created(self, step: Step, template: Template) -> tuple[Found, list[Found]]:
        listed = self._previewed(step, step.stack)
        wrong = quotas.problems(self._cloud, [_counted(one) for one in listed])
        members = [self._added(one, template) for one in listed]
        if wrong:
            return _error(wrong), [{**one, "diff": ""} for one in members]
        return {"verb": "create", "diff": ""}, members

    def _previewed(self, step: Step, name: str) -> list[Found]:
        body = {"stack_name": name, **self._body(step)}
        found = self._cloud.heat("post", "/stacks/preview", body)
        return list(stacks.flat(found["stack"].get("resources")))

    def _body(self, step: Step) -> Found:
        return {
            "template": step.template,
            "parameters": step.parameters,
            "environment": {"parameter_defaults": step.defaults},
            "disable_rollback": True,
        }

    def _added(self, one: Found, template: Template) -> Found:
        told = self._told(one, template)
        return {**_resource(one, "create"), "diff": templates.added(told)}

    def _told(self, one: Found, template: Template) -> Found:
        """The properties of a resource of a preview that the template gives."""
        parent = one.get("parent_resource")
        if not parent:
            return template.properties(str(one["resource_name"]))
        group = template.properties(str(parent)).get("resource_def") or {}
        told = group.get("properties") if isinstance(group, dict) else {}
        number = str(one["resource_name"])
        return {key: _numbered(value, number) for key, value in (told or {}).items()}

    def _updated(self, step: Step, template: Template, stack: Stack) -> tuple[Found, list[Found]]:
        old_body = self._cloud.heat("get", f"{stack.path}/template")
        old = Template(old_body, stack.parameters)
        path = f"{stack.path}/preview?show_nested=True"
        changes = self._cloud.heat("put", path, self._body(step))["resource_changes"]
        unwell = stacks.unwell(self._cloud, stack)
        known = self._after or bool(self._kept and self._kept in stack.tags)
        judge = Judge(old, template, unwell, known=known)
        members = self._members(changes, judge, old, template)
        failed = stacks.failures(self._cloud, stack) if stack.failed else []
        noted = [_problem("failed_before", status=stack.status, **one) for one in failed]
        wrong = [] if self._after else self._room(step, members)
        if wrong:
            return _error([*wrong, *noted]), members
        differs = old.body != template.body or _values(old) != _values(template)
        moved = stack.failed or differs or any(one["verb"] != "none" for one in members)
        found: Found = {
            "verb": "update" if moved else "none",
            "diff": _around(old, template),
            "problems": noted,
            "back": self._back(stack, old),
        }
        return found, members

    def _room(self, step: Step, members: list[Found]) -> list[Found]:
        """What is over the quota of what is added or replaced: a preview as of another stack says
        what that is made of."""
        new = {one["path"] for one in members if one["verb"] in ("create", "replace")}
        if not new:
            return []
        listed = self._previewed(step, f"kiki-preview-{secrets.token_hex(4)}")
        added = [_counted(one) for one in listed if stacks.path_of(one) in new]
        return quotas.problems(self._cloud, added)

    def _members(self, changes: Found, judge: Judge, old: Template, new: Template) -> list[Found]:
        """Every resource with what happens to it."""
        listed = [
            (one, verb) for key, verb in _VERBS.items() for one in stacks.flat(changes.get(key))
        ]
        judged = judge.judged(listed)
        moving = {str(one["resource_name"]): verb for one, verb in judged if verb != "none"}
        members = []
        for one, verb in judged:
            following = judge.following(str(one["resource_name"]), moving)
            members.append(self._member(one, verb, old, new, following))
        return members

    def _member(
        self, one: Found, verb: str, old: Template, new: Template, following: list[str]
    ) -> Found:
        was, will = self._told(one, old), self._told(one, new)
        found = _resource(one, verb)
        if verb == "create":
            return {**found, "diff": templates.added(will)}
        if verb == "delete":
            return {**found, "physical": str(one.get("physical_resource_id") or "")}
        if verb == "none":
            return found
        keys = templates.changed(was, will)
        if "nested_stack_id" in one:
            keys = [key for key in keys if key != "resource_def"]
        found["diff"] = templates.difference(was, will, keys)
        if verb == "replace":
            schema = self._schemas.properties(str(one["resource_type"]))
            forcing = [key for key in keys if not _updatable(schema.get(key))]
            found["forced"] = forcing or following or keys
        return found

    def _back(self, stack: Stack, old: Template) -> Found:
        """How the stack was, to go back to; or why that is not known."""
        environment = self._cloud.heat("get", f"{stack.path}/environment")
        if any(old.values.get(key) not in (None, "") for key in old.hidden):
            return {"why": "hidden"}
        if self._cloud.heat("get", f"{stack.path}/files") or _registered(environment):
            return {"why": "files"}
        return {
            "template": old.body,
            "parameters": environment.get("parameters") or {},
            "defaults": environment.get("parameter_defaults") or {},
            "tags": stack.tags,
        }

    def _deleted(self, stack: Stack | None) -> tuple[Found, list[Found]]:
        if stack is None:
            return {"verb": "none"}, []
        members = [_resource(one, "delete") for one in stacks.members(self._cloud, stack)]
        return {"verb": "delete"}, members


def _values(template: Template) -> Found:
    """The values of parameters, but for those that Heat does not tell."""
    return {key: one for key, one in template.values.items() if key not in template.hidden}


def _around(old: Template, new: Template) -> str:
    """What differs beside the resources."""
    keys = [key for key in ("description", "outputs") if old.body.get(key) != new.body.get(key)]
    lines = templates.difference(old.body, new.body, keys)
    was, will = _values(old), _values(new)
    return lines + templates.difference(
        {f"parameters.{key}": one for key, one in was.items()},
        {f"parameters.{key}": one for key, one in will.items()},
        [f"parameters.{key}" for key in templates.changed(was, will)],
    )


def _registered(environment: Found) -> bool:
    registry = environment.get("resource_registry") or {}
    return bool(registry.get("resources")) or any(key != "resources" for key in registry)


def _place(member: Found, order: list[str]) -> tuple[int, list[tuple[int, str]]]:
    """Where a resource stands in a list: as in the template, which Kiki writes in the order in
    which things are made; then numbers by size."""
    parts = str(member["title"]).replace(" ", "/").split("/")
    at = order.index(parts[0]) if parts[0] in order else len(order)
    return at, [(int(part), "") if part.isdigit() else (-1, part) for part in parts]


def _updatable(schema: Any) -> bool:
    """Whether a property can be changed in place: a map or list if something in it can."""
    if not isinstance(schema, dict):
        return False
    if schema.get("update_allowed"):
        return True
    inner = schema.get("schema")
    return isinstance(inner, dict) and any(_updatable(one) for one in inner.values())


def _numbered(value: Any, number: str) -> Any:
    if isinstance(value, str):
        return value.replace("%index%", number)
    if isinstance(value, list):
        return [_numbered(one, number) for one in value]
    if isinstance(value, dict):
        return {key: _numbered(one, number) for key, one in value.items()}
    return value


def _counted(one: Found) -> Found:
    return {"type": str(one["resource_type"]), "properties": one.get("properties") or {}}


def _resource(one: Found, verb: str) -> Found:
    path, kind = stacks.path_of(one), str(one["resource_type"])
    return {**_blank(f"{path} {kind}"), "verb": verb, "path": path}


def _blank(title: str) -> Found:
    return {"title": title, "verb": "none", "problems": [], "diff": "", "note": ""}


def _error(problems: list[Found]) -> Found:
    return {"verb": "error", "problems": problems}


def _problem(what: str, **params: str) -> Found:
    return {"code": f"openstack.live_{what}", "params": params}
