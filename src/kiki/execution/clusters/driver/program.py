"""The steps of a program: what the playbook that is going to run says, read from its own files.

Called by ``check`` and ``verify``. The planner reads the very files that Ansible gets, so that both
mean the same. Only the form that Kiki itself writes is understood (targets/kubernetes/program.py).
"""

import base64
import os
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING or __package__:
    from kiki.execution.clusters.driver import logins
    from kiki.execution.clusters.driver.faults import Fault
else:
    import logins
    from faults import Fault

MODULE = "kubernetes.core.k8s"
DRAIN = "kubernetes.core.k8s_drain"
OWN = "kiki_cluster"


class Step(NamedTuple):
    """One task. *act* is ``apply``, ``create``, ``patch``, ``adjust``, ``restart``, ``rollback``,
    ``taint``, ``drain``, ``delete`` or ``finalize``; *force* takes fields from their owners; *uid*
    is the object's that may be deleted. *kept*: the values in its data are secrets of Kiki's, of
    which not even the length is told."""

    title: str
    act: str
    body: dict[str, Any]
    force: bool = False
    uid: str = ""
    kept: bool = False


def steps(folder: str, entry: str, values: dict[str, str] | None = None) -> list[Step]:
    """The program's steps, in order, filled in with *values* by variable. Fault
    ``cluster.program`` for a file of another form."""
    import yaml  # noqa: PLC0415 -- of the client's environment

    # The same in C, where PyYAML has it: 200 objects are a second in Python.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

    def read(path: str) -> Any:
        with open(os.path.join(folder, path), encoding="utf-8") as file:  # noqa: PTH118, PTH123
            return yaml.load(file, loader)  # noqa: S506 -- it is a safe one

    try:
        return [_step(task, read, values or {}) for play in read(entry) for task in play["tasks"]]
    except (OSError, KeyError, TypeError, ValueError, yaml.YAMLError) as error:
        raise Fault("cluster.program", reason=type(error).__name__) from error


def _step(task: dict[str, Any], read: Any, values: dict[str, str]) -> Step:
    if DRAIN in task:
        return _drain(task["name"], task[DRAIN])
    if OWN in task:
        return _made(task, read, values) if task[OWN]["act"] == "create" else _own(task)
    told = task[MODULE]
    if "vars" in task:
        return _filled(task, read, values)
    if "definition" in told:
        return Step(task["name"], "restart", told["definition"])
    body = read(told["src"])
    if told["state"] == "absent":
        uid = told.get("delete_options", {}).get("preconditions", {}).get("uid", "")
        return Step(task["name"], "delete", body, uid=uid)
    if told["state"] == "patched":
        strategic = told["merge_type"] == ["strategic-merge"]
        return Step(task["name"], "adjust" if strategic else "patch", body)
    return Step(task["name"], "apply", body, force=told["server_side_apply"]["force_conflicts"])


def _made(task: dict[str, Any], read: Any, values: dict[str, str]) -> Step:
    """An object that must not be there; its data may be secrets."""
    about = task["vars"]
    kept = about.get("kiki_values", {})
    data = {"data": _data(about, values)} if kept else {}
    return Step(task["name"], "create", {**read(about["kiki_file"]), **data}, kept=bool(kept))


def _filled(task: dict[str, Any], read: Any, values: dict[str, str]) -> Step:
    """An object whose data are secrets. KeyError for one that nobody handed over."""
    about = task["vars"]
    data = _data(about, values)
    body = read(about["kiki_file"])
    body = {**body, "data": {**(body.get("data") or {}), **data}}
    if task[MODULE]["state"] == "patched":
        return Step(task["name"], "patch", body, kept=True)
    force = task[MODULE]["server_side_apply"]["force_conflicts"]
    return Step(task["name"], "apply", body, force=force, kept=True)


def _data(about: dict[str, Any], values: dict[str, str]) -> dict[str, str]:
    """What Ansible fills a Secret's data with."""
    login = about.get("kiki_login")
    made = {logins.KEY: logins.composed(login, values)} if login else {}
    told = about["kiki_values"].items()
    return {key: made.get(key) or _encoded(text, values) for key, text in told}


def _encoded(text: str, values: dict[str, str]) -> str:
    """What Ansible makes of ``{{ NAME | b64encode }}``, or of ``{{ NAME }}``: a value that was held
    as the API has it."""
    name = text.removeprefix("{{ ").removesuffix(" }}")
    if name == (plain := name.removesuffix(" | b64encode")):
        return values[name]
    return base64.b64encode(values[plain].encode()).decode()


def _drain(title: str, told: dict[str, Any]) -> Step:
    unmanaged = told["delete_options"]["force"]
    about = {"apiVersion": "v1", "kind": "Node", "metadata": {"name": told["name"]}}
    return Step(title, "drain", {**about, "drain": {"unmanaged": unmanaged}})


def _own(task: dict[str, Any]) -> Step:
    title, told = task["name"], task[OWN]
    about = {key: told[key] for key in ("name", "namespace") if told.get(key)}
    api = "v1" if told["kind"] in ("Node", "Namespace") else "apps/v1"
    body = {"apiVersion": api, "kind": told["kind"], "metadata": about}
    given = {key: told[key] for key in ("revision", "state", "taints") if key in told}
    return Step(title, told["act"], {**body, told["act"]: given})
