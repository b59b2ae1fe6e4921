"""Whether a server can get another flavor, be kept as an image, or get and lose a security group.

Called by ``acts``. What Nova needs: docs.openstack.org/api-ref/compute, "Servers - run an action".
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING or __package__:
    from kiki.execution.clouds.driver.connection import Cloud
    from kiki.execution.clouds.driver.faults import Fault
    from kiki.execution.clouds.driver.owning import owner
    from kiki.execution.clouds.driver.program import Doing
    from kiki.execution.clouds.driver.things import the_one
    from kiki.execution.clouds.driver.wrongs import Found, becomes, note, problem
else:
    from connection import Cloud
    from faults import Fault
    from owning import owner
    from program import Doing
    from things import the_one
    from wrongs import Found, becomes, note, problem

_STEADY = ("ACTIVE", "SHUTOFF")
_IMAGED = ("ACTIVE", "SHUTOFF", "PAUSED", "SUSPENDED")
_TASK = "OS-EXT-STS:task_state"
_NEW = ("cores", "vcpus", "maxTotalCores", "totalCoresUsed"), (
    "ram", "ram", "maxTotalRAMSize", "totalRAMUsed")  # fmt: skip


def resize(cloud: Cloud, doing: Doing, thing: Found, after: bool) -> Found:
    """Another flavor, whose cores and memory the quota has to have room for, and whose disk may
    not be smaller."""
    wanted = _found(cloud, "flavors", str(doing.told["flavor"]))
    if "verb" in wanted:
        return wanted
    now = thing["flavor"]
    if str(now["original_name"]) == str(wanted["name"]):
        return {"verb": "none"}
    wrong = [] if after else _in_the_way(thing, _STEADY) or _no_room(cloud, now, wanted)
    if wrong:
        return {"verb": "error", "problems": wrong}
    stack = owner(cloud, str(thing["id"]))
    size = "{vcpus} vCPU, {ram} MiB, {disk} GiB"
    was, will = size.format(**now), size.format(**wanted)
    diff = becomes("flavor", str(now["original_name"]), str(wanted["name"]))
    return {
        "verb": "update", "diff": diff + becomes("size", was, will),
        "problems": [note("behind", stack=stack)] if stack else [],
        "told": {"flavor": str(wanted["id"])}, "was": {"flavor": str(now["original_name"])},
    }  # fmt: skip


def _in_the_way(thing: Found, steady: tuple[str, ...]) -> list[Found]:
    status = str(thing["status"])
    if busy := thing.get(_TASK):
        return [note("busy", status=str(busy))]
    return [] if status in steady else [note("status", status=status, needs=", ".join(steady))]


def _no_room(cloud: Cloud, now: Found, wanted: Found) -> list[Found]:
    if 0 < int(wanted["disk"]) < int(now["disk"]):
        sizes = {"was": str(now["disk"]), "will": str(wanted["disk"])}
        return [note("smaller_disk", flavor=str(wanted["name"]), **sizes)]
    limits = cloud.ask("compute", "get", "/limits")["limits"]["absolute"]
    found = []
    for what, key, most, used in _NEW:
        more, room = int(wanted[key]) - int(now[key]), int(limits[most]) - int(limits[used])
        if int(limits[most]) >= 0 and more > room:
            about = {"wanted": str(more), "used": str(limits[used]), "limit": str(limits[most])}
            params = {"what": what, "left": str(max(0, room)), **about}
            found.append({"code": "openstack.live_quota", "params": params})
    return found


def snapshot(cloud: Cloud, doing: Doing, thing: Found, after: bool) -> Found:
    """A new image, whose name is not taken."""
    name = str(doing.told["image"])
    told = cloud.ask("image", "get", f"/images?name={name}&owner={cloud.access.project_id}")
    named = told["images"]
    if after:
        return {"verb": "none"} if named else problem("not_found", what="images", name=name)
    if named:
        return problem("image_taken", image=name, id=str(named[0]["id"]))
    wrong = _in_the_way(thing, _IMAGED)
    if wrong:
        return {"verb": "error", "problems": wrong}
    running = str(thing["status"]) == "ACTIVE"
    return {
        "verb": "create", "diff": f"+image: {name}\n", "told": {"image": name},
        "problems": [note("running", server=doing.name)] if running else [],
    }  # fmt: skip


def group(cloud: Cloud, doing: Doing, thing: Found, after: bool) -> Found:
    """A security group of all ports of a server."""
    wanted = _found(cloud, "security_groups", str(doing.told["group"]))
    if "verb" in wanted:
        return wanted
    path = f"/servers/{thing['id']}/os-security-groups"
    told = cloud.ask("compute", "get", path)["security_groups"]
    had = {str(one["id"]): str(one["name"]) for one in told}
    adding, there = doing.act == "add_group", str(wanted["id"]) in had
    if adding == there:
        return {"verb": "none"}
    others = {one for key, one in had.items() if key != str(wanted["id"])}
    names = sorted({*others, str(wanted["name"])} if adding else others)
    was, will = ", ".join(sorted(had.values())) or "-", ", ".join(names) or "-"
    diff = becomes("security_groups", was, will)
    bare = [] if names else [note("no_group", server=doing.name)]
    return {"verb": "update", "diff": diff, "told": {"group": str(wanted["id"])}, "problems": bare}


def _found(cloud: Cloud, sort: str, name: str) -> Found:
    """The thing of that name, or what is wrong with the name."""
    try:
        return the_one(cloud, sort, name)
    except Fault as fault:
        return problem(fault.code.replace("answers.cloud_", ""), **fault.params)
