"""What acts would do to the things of a cloud, found out by asking how each one is.

Called by ``check``, ``verify`` and ``after`` for programs of acts (targets/openstack/acts.py).
Nothing previews an act: what is said is the status that the thing has and is to have, and whether
it can be done from there. See docs/decisions/0034-openstack-acts.md.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING or __package__:
    from kiki.execution.clouds.driver import (
        attaching,
        deleting,
        permitting,
        powering,
        stacking,
        using,
    )
    from kiki.execution.clouds.driver.connection import Cloud, Refused
    from kiki.execution.clouds.driver.faults import Fault
    from kiki.execution.clouds.driver.marks import mark, status
    from kiki.execution.clouds.driver.program import Doing
    from kiki.execution.clouds.driver.sorts import SORTS
    from kiki.execution.clouds.driver.things import the_one
    from kiki.execution.clouds.driver.wrongs import Found, problem
else:
    import attaching
    import deleting
    import permitting
    import powering
    import stacking
    import using
    from connection import Cloud, Refused
    from faults import Fault
    from marks import mark, status
    from program import Doing
    from sorts import SORTS
    from things import the_one
    from wrongs import Found, problem

Judge = Callable[[Cloud, Doing, Found, bool], Found]
_BUSY = 500  # and above: the service itself is not well
_NOT_FOUND = "answers.cloud_not_found"
_JUDGES: dict[tuple[str, str], Judge] = {
    **dict.fromkeys((("servers", act) for act in powering.ACTS), powering.judge),
    **dict.fromkeys((("stacks", act) for act in stacking.ACTS), stacking.judge),
    **dict.fromkeys((("floating_ips", act) for act in attaching.ACTS), attaching.judge),
    **dict.fromkeys((("users", act) for act in permitting.ACTS), permitting.judge),
    ("servers", "resize"): using.resize,
    ("servers", "snapshot"): using.snapshot,
    ("servers", "add_group"): using.group,
    ("servers", "remove_group"): using.group,
}


def objects(cloud: Cloud, doing: Doing, *, after: bool) -> list[Found]:
    """The act, and a line for each thing that goes with it. *after*: it should be done."""
    blank = {"title": doing.title, "verb": "none", "problems": [], "diff": "", "note": ""}
    try:
        thing = whole(cloud, doing.sort, the_one(cloud, doing.sort, doing.name))
    except Fault as fault:
        if after and doing.act == "delete" and fault.code == _NOT_FOUND:
            return [{**blank, "thing": {}}]
        params = {**fault.params, "what": doing.sort}
        return [{**blank, **problem(fault.code.replace("answers.cloud_", ""), **params)}]
    judge = _JUDGES.get((doing.sort, doing.act), deleting.judge)
    try:
        found = judge(cloud, doing, thing, after)
    except Refused as refused:
        if refused.status >= _BUSY:
            raise
        found = problem("refused", message=str(refused))
    members = found.pop("members", [])
    lines = [{**blank, **one} for one in members]
    known = {**_known(doing, thing), "told": found.pop("told", {}), "was": found.pop("was", {})}
    return [{**blank, **found, "thing": known}, *lines]


def whole(cloud: Cloud, sort: str, found: Found) -> Found:
    """The thing as its own path has it, unmasked: it stays in this process but for its mark."""
    about = SORTS[sort]
    told = cloud.ask(about.service, "get", path_of(sort, found), version=about.version)
    return dict(told.get(about.one) or found) if about.one else dict(told or found)


def path_of(sort: str, thing: Found) -> str:
    """Where the thing is."""
    base = SORTS[sort].path.removesuffix("/detail")
    if sort == "stacks":
        return f"{base}/{quote(str(thing['stack_name']), safe='')}/{thing['id']}"
    name = thing["name"] if sort == "keypairs" else thing["id"]
    return f"{base}/{quote(str(name), safe='')}"


def _known(doing: Doing, thing: Found) -> Found:
    about = SORTS[doing.sort]
    identity = thing["name"] if doing.sort == "keypairs" else thing["id"]
    return {
        "step": doing.step, "act": doing.act, "sort": doing.sort, "name": doing.name,
        "id": str(identity), "mark": mark(thing), "status": status(thing),
        "service": about.service, "path": path_of(doing.sort, thing), "key": about.one,
    }  # fmt: skip


def seen(cloud: Cloud, doing: Doing) -> Found:
    """How the thing is after a run."""
    sort, name = doing.sort, doing.name
    if doing.act == "snapshot":  # what it made is what an undo takes away
        sort, name = "images", str(doing.told["image"])
    try:
        thing = the_one(cloud, sort, name)
    except Fault:
        return {"title": doing.title, "id": "", "params": {}}
    return {"title": doing.title, "id": str(thing.get("id") or thing["name"]), "params": {}}
