"""Goes back to a revision of a workload, taints a node, frees a namespace that stays Terminating,
or creates an object that must not be there.

A module of Ansible, run by a program of ``program``, which puts it into its ``library/``: no module
of kubernetes.core goes back to a given revision, keeps the times of a node's other taints, knows
the subresource ``finalize``, or leaves what is there as it is. It runs in the Python of the client,
and imports nothing of Kiki but what comes with the program.
"""

import json
import os
from typing import Any
from urllib.parse import urlencode

from ansible.module_utils import kiki_revisions, kiki_taints  # type: ignore[import-not-found]
from ansible.module_utils.basic import AnsibleModule  # type: ignore[import-not-found]

_STRATEGIC = "application/strategic-merge-patch+json"
_MERGE = "application/merge-patch+json"
_BAD = 400
_CONFLICT = 409
_TRIES = 10
_MANAGER = "kiki"
_TIMEOUT_S = 60
_OPTIONS = {
    "act": {"choices": ["rollback", "taint", "finalize", "create"], "required": True},
    "kind": {"default": ""},
    "name": {"default": ""},
    "definition": {"type": "dict", "default": {}},
    "namespace": {"default": ""},
    "revision": {"type": "int", "default": 0},
    "state": {"choices": ["present", "absent"], "default": "present"},
    "taints": {"type": "list", "elements": "dict", "default": []},
    "kubeconfig": {"type": "path"},
    "context": {"required": True},
}
_PLURALS = {
    "Deployment": "deployments", "StatefulSet": "statefulsets", "DaemonSet": "daemonsets",
}  # fmt: skip
Found = dict[str, Any]


class RefusedError(Exception):
    """The API server said no, in its own words; *status* is HTTP's."""

    def __init__(self, message: str, status: int = 0) -> None:
        super().__init__(message)
        self.status = status


class Cluster:
    """The API of a context of a kubeconfig."""

    def __init__(self, kubeconfig: str, context: str) -> None:
        import kubernetes  # type: ignore[import-not-found]  # noqa: PLC0415 -- of the client

        self._client = kubernetes.config.new_client_from_config(
            kubeconfig, context, persist_config=False
        )

    def ask(
        self, method: str, path: str, body: Found | None = None, kind: str = "application/json",
        **query: str,
    ) -> Found:  # fmt: skip
        """The JSON of the answer; RefusedError where the server refuses."""
        headers = {"Accept": "application/json", "Content-Type": kind}
        if login := self._client.configuration.auth_settings().get("BearerToken"):
            headers[login["key"]] = login["value"]
        url = self._client.configuration.host + path + (f"?{urlencode(query)}" if query else "")
        answer = self._client.rest_client.pool_manager.request(
            method, url, headers=headers, body=None if body is None else json.dumps(body),
            timeout=_TIMEOUT_S, retries=False,
        )  # fmt: skip
        told = _read(answer.data)
        if answer.status >= _BAD:
            raise RefusedError(str(told.get("message") or answer.status), answer.status)
        return told


def _read(data: bytes) -> Found:
    try:
        told = json.loads(data or b"{}")
    except ValueError:
        told = {"message": data[:500].decode(errors="replace")}
    return told if isinstance(told, dict) else {"message": str(told)[:500]}


def rollback(cluster: Cluster, told: Found) -> tuple[bool, Found]:
    """Whether the template was another one, and the workload."""
    plural, name = _PLURALS[told["kind"]], told["name"]
    path = f"/apis/apps/v1/namespaces/{told['namespace']}/{plural}/{name}"
    live = cluster.ask("GET", path)
    listed = cluster.ask("GET", kiki_revisions.path(live)).get("items") or []
    wanted = kiki_revisions.chosen(kiki_revisions.of(live, listed), told["revision"])
    if wanted is None:
        raise RefusedError(f"no revision {told['revision'] or 'before this one'}")
    # The version holds it: a change by somebody else between these requests is a conflict.
    about = {"resourceVersion": live["metadata"]["resourceVersion"]}
    body = {"metadata": about, **kiki_revisions.patch(wanted)}
    after = cluster.ask("PATCH", path, body, _STRATEGIC, fieldManager="kiki")
    return after["metadata"]["generation"] != live["metadata"]["generation"], after


def taint(cluster: Cluster, told: Found) -> tuple[bool, Found]:
    """Whether the node has other taints now, and the node."""
    path = f"/api/v1/nodes/{told['name']}"
    live = cluster.ask("GET", path)
    existing = live["spec"].get("taints") or []
    wanted = kiki_taints.changed(existing, told["state"], told["taints"])
    if wanted == existing:
        return False, live
    about = {"resourceVersion": live["metadata"]["resourceVersion"]}
    body = {"metadata": about, "spec": {"taints": wanted or None}}
    return True, cluster.ask("PATCH", path, body, _MERGE, fieldManager="kiki")


def finalize(cluster: Cluster, told: Found) -> tuple[bool, Found]:
    """Whether the namespace had finalizers to take off, and the namespace as it was. Its version is
    in what is sent, so that a change meanwhile is a conflict; one that is gone is refused."""
    path = f"/api/v1/namespaces/{told['name']}"
    live = cluster.ask("GET", path)
    if not live["metadata"].get("deletionTimestamp"):
        raise RefusedError("the namespace is not Terminating")
    about = {**live["metadata"], "finalizers": []}
    freed = {**live, "metadata": about, "spec": {**live["spec"], "finalizers": []}}
    cluster.ask("PUT", f"{path}/finalize", freed)
    return True, live


def create(cluster: Cluster, told: Found) -> tuple[bool, Found]:
    """That the object was made, and the object. RefusedError where there is one of that name."""
    body = told["definition"]
    path = _listed(cluster, body)
    made = cluster.ask("POST", path, body, fieldManager=_MANAGER, fieldValidation="Strict")
    _as_applied(cluster, f"{path}/{made['metadata']['name']}", made)
    return True, made


def _listed(cluster: Cluster, body: Found) -> str:
    """Where objects of its kind are listed, as the server itself says."""
    version = body["apiVersion"]
    root = f"/apis/{version}" if "/" in version else f"/api/{version}"
    served = cluster.ask("GET", root).get("resources") or []
    known = [one for one in served if one["kind"] == body["kind"] and "/" not in one["name"]]
    if not known:
        raise RefusedError(f"the server has no {body['kind']} of {version}")
    where = f"/namespaces/{body['metadata']['namespace']}" if known[0]["namespaced"] else ""
    return f"{root}{where}/{known[0]['name']}"


def _as_applied(cluster: Cluster, path: str, made: Found) -> None:
    """Say of the fields that they were applied, as kubectl does of older objects: a later apply by
    Kiki would find them owned by another one, its own creation. What happened to the object since
    is a conflict, and tried again."""
    for _ in range(_TRIES):
        about = made["metadata"]
        fields = [_applied(one) for one in about.get("managedFields") or []]
        body = {"resourceVersion": about["resourceVersion"], "managedFields": fields}
        try:
            cluster.ask("PATCH", path, {"metadata": body}, _MERGE, fieldManager=_MANAGER)
            return
        except RefusedError as refused:
            if refused.status != _CONFLICT:
                raise
        made = cluster.ask("GET", path)


def _applied(one: Found) -> Found:
    return {**one, "operation": "Apply"} if one.get("manager") == _MANAGER else one


def main() -> None:
    """What Ansible starts."""
    module = AnsibleModule(argument_spec=_OPTIONS)
    told = module.params
    acts = {"rollback": rollback, "taint": taint, "finalize": finalize, "create": create}
    try:
        cluster = Cluster(os.path.expanduser(told["kubeconfig"]), told["context"])  # noqa: PTH111
        changed, found = acts[told["act"]](cluster, told)
    except Exception as error:  # noqa: BLE001 -- whatever it is, it is said as Ansible wants it
        module.fail_json(msg=f"{type(error).__name__}: {error}")
    module.exit_json(changed=changed, result={"metadata": {"uid": found["metadata"]["uid"]}})


if __name__ == "__main__":
    main()
