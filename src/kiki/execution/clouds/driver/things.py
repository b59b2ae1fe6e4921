"""Things of a cloud as tables: all of a sort, one with what it consists of, events, a console.

Called by ``reading``. A thing is found by its id or its exact name among those that the login sees,
as each service has its own way of asking for a name.
"""

import difflib
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

if TYPE_CHECKING or __package__:
    from kiki.execution.clouds.driver import stacks, templates
    from kiki.execution.clouds.driver.addresses import brief
    from kiki.execution.clouds.driver.connection import Cloud, Refused
    from kiki.execution.clouds.driver.faults import Fault
    from kiki.execution.clouds.driver.secrecy import without_secrets
    from kiki.execution.clouds.driver.sorts import SORTS, Sort, cell, dug, size
else:
    import stacks
    import templates
    from addresses import brief
    from connection import Cloud, Refused
    from faults import Fault
    from secrecy import without_secrets
    from sorts import SORTS, Sort, cell, dug, size

Told = dict[str, Any]
MOST = 5_000
_FORBIDDEN = 403
_SERVICES = {"events": "orchestration", "console": "compute", "token": "identity"}
_RULE = SORTS["security_group_rules"].columns
_SHOWN_APART = ("security_group_rules", "outputs", "parameters", "links", "fault")


def service_of(ask: Told) -> str:
    """The service that *ask* is for."""
    sort = SORTS.get(str(ask.get("resource")))
    return sort.service if sort else _SERVICES.get(ask["ask"], "compute")


# -- all of a sort ---------------------------------------------------------------------------


def listed(cloud: Cloud, ask: Told) -> Told:
    """``tables`` with one, and the things as ``data``."""
    found, remarks = _all(cloud, ask["resource"], everywhere=bool(ask.get("everywhere")))
    if state := str(ask.get("state") or "").upper():
        found = [one for one in found if state in str(_status(one)).upper()]
    rows = table(cloud, ask["resource"], found[:MOST])
    if len(found) > MOST:
        remarks.append({"code": "cloud_left", "params": {"count": str(len(found) - MOST)}})
    return {"tables": [rows], "data": found[:MOST], "remarks": remarks}


def _status(thing: Told) -> Any:
    return thing.get("status") or thing.get("stack_status") or ""


def table(cloud: Cloud, resource: str, found: list[Told], title: str = "") -> Told:
    """*found* as the rows of a table."""
    sort = SORTS[resource]
    names = _names(cloud, sort, found)
    return {
        "title": title,
        "columns": [name for name, _ in sort.columns],
        "rows": [[_cell(one, path, names) for _, path in sort.columns] for one in found],
    }


def _cell(thing: Told, path: str, names: dict[str, str]) -> str:
    value = dug(thing, path)
    if path == "image":
        value = value.get("id") if isinstance(value, dict) else "-"
    if path == "size":
        return size(value)
    if path == "addresses" and isinstance(value, dict):
        return "; ".join(f"{net}={cell(each)}" for net, each in value.items()) or "-"
    if path == "security_group_rules":
        return str(len(value or ()))
    if path in ("subnets", "members") and isinstance(value, list):
        return cell([names.get(str(one), one) for one in value])
    return names.get(str(value), cell(value)) if isinstance(value, str) else cell(value)


def _names(cloud: Cloud, sort: Sort, found: list[Told]) -> dict[str, str]:
    """The names of what the things refer to by id; an id stays where it can't be known."""
    wanted = {
        "image": "images", "network_id": "networks", "floating_network_id": "networks",
        "external_gateway_info.network_id": "networks", "security_group_id": "security_groups",
        "remote_group_id": "security_groups", "subnets": "subnets", "members": "servers",
    }  # fmt: skip
    others = {wanted[path] for _, path in sort.columns if path in wanted} if found else set()
    names: dict[str, str] = {}
    for other in sorted(others):
        try:
            told = _pages(cloud, SORTS[other], "")
        except Exception:  # noqa: BLE001, S112 -- the ids are shown instead
            continue
        names |= {str(one["id"]): str(one["name"]) for one in told if one.get("name")}
    return names


def _all(cloud: Cloud, resource: str, *, everywhere: bool = False) -> tuple[list[Told], list[Told]]:
    """All that the login may see, and what has to be said beside it."""
    sort = SORTS[resource]
    try:
        found = _pages(cloud, sort, sort.every if everywhere else "")
    except Refused as refused:
        if resource != "projects" or refused.status != _FORBIDDEN:
            raise
        own = _pages(cloud, sort._replace(path="/auth/projects"), "")
        return own, [{"code": "cloud_own_projects", "params": {}}]
    if sort.owned and not everywhere:
        found = [one for one in found if _ours(cloud, one)]
    return found, []


def _ours(cloud: Cloud, thing: Told) -> bool:
    """Whether it is of the login's project, or for everybody."""
    owner = thing.get("project_id") or thing.get("tenant_id") or thing.get("project")
    common = thing.get("shared") or thing.get("router:external")
    return owner in (None, "", cloud.access.project_id) or bool(common)


def _pages(cloud: Cloud, sort: Sort, query: str) -> list[Told]:
    """Page after page, up to a few more than are shown."""
    found: list[Told] = []
    marker = ""
    while True:
        asked = "&".join(part for part in (query, marker) if part)
        path = f"{sort.path}?{asked}" if asked else sort.path
        told = cloud.ask(sort.service, "get", path, version=sort.version)
        page = [without_secrets(_unwrapped(sort, one)) for one in told.get(sort.key) or ()]
        found += page
        more = told.get("next") or told.get(f"{sort.key}_links")
        if not page or not more or not page[-1].get("id") or len(found) > MOST:
            return found
        marker = f"marker={quote(str(page[-1]['id']), safe='')}"


def _unwrapped(sort: Sort, one: Told) -> Told:
    """Nova has each key pair in a mapping of its own."""
    inner = one.get(sort.one) if sort.one and len(one) == 1 else None
    return inner if isinstance(inner, dict) else one


# -- one thing -------------------------------------------------------------------------------


def described(cloud: Cloud, ask: Told) -> Told:
    """Its properties as a table, and what it consists of. As data the whole thing."""
    resource = ask["resource"]
    found = _whole(cloud, resource, the_one(cloud, resource, ask["name"]))
    tables = [_properties(cloud, resource, found)]
    if resource == "stacks":
        return _stack(cloud, found, tables)
    if resource == "security_groups":
        rules = found.get("security_group_rules") or []
        tables.append(table(cloud, "security_group_rules", rules, "rules"))
    if fault := found.get("fault"):
        tables.append(_pairs("fault", {"code": fault.get("code"), "reason": fault.get("message")}))
    return {"tables": tables, "data": found}


def the_one(cloud: Cloud, resource: str, name: str) -> Told:
    """The thing of that id or exact name. Fault ``answers.cloud_not_found``,
    ``answers.cloud_ambiguous``."""
    found, _ = _all(cloud, resource)
    called = _called(resource, found, name) or _elsewhere(cloud, resource, name)
    if len(called) == 1:
        return called[0]
    params = {"what": resource, "name": name}
    if called:
        ids = ", ".join(str(one.get("id")) for one in called)
        raise Fault("answers.cloud_ambiguous", **params, ids=ids)
    names = sorted({called_of(resource, one) for one in found} - {""})
    near = difflib.get_close_matches(name, names, 3, 0.5) or names[:3] or ["-"]
    raise Fault("answers.cloud_not_found", **params, near=", ".join(near))


def _called(resource: str, found: list[Told], name: str) -> list[Told]:
    return [one for one in found if name in (str(one.get("id")), called_of(resource, one))]


def _elsewhere(cloud: Cloud, resource: str, name: str) -> list[Told]:
    """Those of other projects, of which most logins are told nothing."""
    try:
        return _called(resource, _all(cloud, resource, everywhere=True)[0], name)
    except Refused:
        return []


def called_of(resource: str, thing: Told) -> str:
    """What the thing is called."""
    path = dict(SORTS[resource].columns).get("name", "name")
    return str(dug(thing, path) or "")


def _whole(cloud: Cloud, resource: str, found: Told) -> Told:
    """The thing as its own path has it, which says more than a list does."""
    sort = SORTS[resource]
    if resource in ("availability_zones", "images"):
        return found
    base = sort.path.removesuffix("/detail")
    name = found["name"] if resource == "keypairs" else found["id"]
    path = f"{base}/{quote(str(name), safe='')}"
    if resource == "stacks":
        path = f"{base}/{quote(found['stack_name'], safe='')}/{quote(found['id'], safe='')}"
    told = cloud.ask(sort.service, "get", path, version=sort.version)
    return dict(without_secrets(told.get(sort.one) or found))


def _properties(cloud: Cloud, resource: str, found: Told) -> Told:
    """Those of the list first, under the names that it has; then the rest as they are called."""
    shown = table(cloud, resource, [found])
    rows = [list(pair) for pair in zip(shown["columns"], shown["rows"][0], strict=True)]
    known = {path.split(".")[0] for _, path in SORTS[resource].columns}
    rest = [
        [key, cell(value)] for key, value in sorted(found.items())
        if key not in known and key not in _SHOWN_APART and value not in (None, "", [], {})
    ]  # fmt: skip
    return {"title": "", "columns": ["property", "value"], "rows": rows + rest}


def _pairs(title: str, values: Told) -> Told:
    rows = [[key, cell(value)] for key, value in values.items() if value]
    return {"title": title, "columns": ["property", "value"], "rows": rows}


def _stack(cloud: Cloud, found: Told, tables: list[Told]) -> Told:
    """A stack with its resources, its outputs and why something failed."""
    stack = stacks.Stack(found)
    members = stacks.members(cloud, stack)
    template = templates.Template(_template(cloud, stack), {})
    outputs = {str(one["output_key"]): _output(template, one) for one in stack.outputs}
    rows = [
        [stacks.path_of(one), str(one["resource_type"]), str(one["resource_status"]),
         str(one.get("physical_resource_id") or "-"),
         cell(one.get("resource_status_reason")) if stack.failed else "-"]
        for one in members
    ]  # fmt: skip
    columns = ["resource", "type", "status", "id", "reason"]
    tables.append({"title": "resources", "columns": columns, "rows": rows})
    tables.append(_pairs("outputs", outputs))
    hidden = [{**one, "output_value": outputs[str(one["output_key"])]} for one in stack.outputs]
    return {"tables": [one for one in tables if one["rows"]],
            "data": {"stack": {**found, "outputs": hidden}, "resources": members}}  # fmt: skip


def _template(cloud: Cloud, stack: stacks.Stack) -> Told:
    return dict(cloud.heat("get", f"{stack.path}/template") or {})


def _output(template: templates.Template, one: Told) -> str:
    told = template.outputs.get(one["output_key"]) or {}
    if template.conceals(told.get("value")):
        return templates.HIDDEN
    return str(templates.shown(brief(one.get("output_value"))))


# -- events and consoles ------------------------------------------------------------------------


def events(cloud: Cloud, ask: Told) -> Told:
    """What happened to a stack, oldest first."""
    stack = stacks.Stack(_whole(cloud, "stacks", the_one(cloud, "stacks", ask["name"])))
    found = list(cloud.heat("get", f"{stack.path}/events?nested_depth=5").get("events") or ())
    found.sort(key=lambda one: str(one.get("event_time")))
    rows = [
        [cell(one.get("event_time")), str(one.get("resource_name")),
         str(one.get("resource_status")), cell(one.get("resource_status_reason"))]
        for one in found[-MOST:]
    ]  # fmt: skip
    columns = ["time", "resource", "status", "reason"]
    return {"tables": [{"title": "", "columns": columns, "rows": rows}], "data": found[-MOST:]}


def console(cloud: Cloud, ask: Told) -> Told:
    """The last lines that a server wrote to its console."""
    server = the_one(cloud, "servers", ask["name"])
    body = {"os-getConsoleOutput": {"length": int(ask["lines"])}}
    told = cloud.ask("compute", "post", f"/servers/{server['id']}/action", body)
    lines = str(told.get("output") or "").splitlines()
    return {"excerpts": [{"title": ask["name"], "lines": lines}], "data": lines}
