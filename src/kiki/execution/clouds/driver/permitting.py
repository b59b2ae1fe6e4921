"""Whether a user may be let in or shut out, or lose a role.

Called by ``acts``. What Keystone says: docs.openstack.org/api-ref/identity/v3.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING or __package__:
    from kiki.execution.clouds.driver.connection import Cloud
    from kiki.execution.clouds.driver.faults import Fault
    from kiki.execution.clouds.driver.program import Doing
    from kiki.execution.clouds.driver.things import the_one
    from kiki.execution.clouds.driver.wrongs import Found, becomes, note, problem
else:
    from connection import Cloud
    from faults import Fault
    from program import Doing
    from things import the_one
    from wrongs import Found, becomes, note, problem

ACTS = ("enable", "disable", "revoke")


def judge(cloud: Cloud, doing: Doing, thing: Found, after: bool) -> Found:
    """What the user may now, and is to be able to do. Nobody shuts himself out."""
    if doing.act == "revoke":
        return _revoked(cloud, doing, thing)
    wanted = doing.act == "enable"
    if bool(thing.get("enabled")) == wanted:
        return {"verb": "none"}
    if not wanted and str(thing["id"]) == str(cloud.access.user_id):
        return problem("yourself")
    diff = becomes("enabled", str(not wanted).lower(), str(wanted).lower())
    return {"verb": "update", "diff": diff, "told": {"enabled": wanted}}


def _revoked(cloud: Cloud, doing: Doing, thing: Found) -> Found:
    try:
        role = the_one(cloud, "roles", str(doing.told["role"]))
        project = the_one(cloud, "projects", str(doing.told["project"]))
    except Fault as fault:
        return problem(fault.code.replace("answers.cloud_", ""), **fault.params)
    query = f"user.id={thing['id']}&scope.project.id={project['id']}&include_names=true"
    told = cloud.ask("identity", "get", f"/role_assignments?{query}")["role_assignments"]
    had = {str(one["role"]["id"]): str(one["role"].get("name")) for one in told if "user" in one}
    if str(role["id"]) not in had:
        return {"verb": "none"}
    rest = sorted(name for key, name in had.items() if key != str(role["id"]))
    path = f"/projects/{project['id']}/users/{thing['id']}/roles/{role['id']}"
    diff = becomes(f"roles in {project['name']}", ", ".join(sorted(had.values())), ", ".join(rest))
    last = [] if rest else [note("last_role", project=str(project["name"]))]
    return {"verb": "update", "diff": diff, "told": {"path": path}, "problems": last}
