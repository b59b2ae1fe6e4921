"""Reads from a cluster and changes nothing: objects, their events, logs, usage, rollouts.

Asked as ``reading`` with ``asks``, a list of mappings with ``ask`` and what that takes; the answer
has one mapping for each. Only GET is sent. What the server refuses is told as ``refused`` with its
own words, as they are its answer to the person who asked. Values of secrets never leave here.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING or __package__:
    from kiki.execution.clusters.driver import labels, resources, revisions
    from kiki.execution.clusters.driver.connection import Api, Refused
    from kiki.execution.clusters.driver.faults import Fault
    from kiki.execution.clusters.driver.reasons import GONE
    from kiki.execution.clusters.driver.resources import Resource
    from kiki.execution.clusters.driver.secrecy import without_values
else:
    import labels
    import resources
    import revisions
    from connection import Api, Refused
    from faults import Fault
    from reasons import GONE
    from resources import Resource
    from secrecy import without_values

PAGE, MOST = 500, 5_000  # objects of one request, of one answer
_PODS_OF = 10  # pods of a workload whose logs are read
_NOT_FOUND, _BAD = 404, 400
_WORKLOADS = ("deployments", "statefulsets", "daemonsets", "replicasets", "jobs")
Told = dict[str, Any]
Say = Callable[[Any], None]


def answer(api: Api, order: Told, say: Say) -> Told:
    """``from``: context, cluster and namespace; ``answers``: one for each ask."""
    where = {"context": api.context, "cluster": api.cluster, "namespace": api.namespace}
    return {"from": where, "answers": [_one(api, ask) for ask in order["asks"]]}


def _one(api: Api, ask: Told) -> Told:
    try:
        return without_values(_ASKS[ask["ask"]](api, ask))  # type: ignore[no-any-return]
    except Refused as refused:
        body = {"status": refused.status, "reason": refused.reason, "message": str(refused)}
        return {"refused": body}
    except Fault as fault:
        if not fault.code.startswith("answers."):
            raise  # of the connection: there is no answer at all
        return {"fault": {"code": fault.code, "params": fault.params}}


def _namespace(api: Api, ask: Told) -> str:
    """The namespace that is asked; empty for all."""
    return "" if ask.get("everywhere") else ask.get("namespace") or api.namespace


# -- objects ----------------------------------------------------------------------------------


def objects(api: Api, ask: Told) -> Told:
    """``tables``: one for each kind, as the server prints it."""
    words = resources.ALL if ask["resource"] == "all" else (ask["resource"],)
    kinds = [resources.found(api, word) for word in words]
    tables = [_table(api, ask, kind) for kind in kinds]
    return {"tables": tables, **_about_namespace(api, ask, kinds, tables)}


def _table(api: Api, ask: Told, resource: Resource) -> Told:
    """Page after page, up to ``MOST`` rows; ``left`` is how many there are beyond."""
    path, query = resource.path(_namespace(api, ask), ask.get("name", "")), {"limit": PAGE}
    query |= {"labelSelector": ask.get("selector", ""), "fieldSelector": ask.get("fields", "")}
    made = api.table(path, **query)
    columns = made.get("columnDefinitions") or []
    rows, left = list(made.get("rows") or []), _left(made)
    while (token := (made.get("metadata") or {}).get("continue")) and len(rows) < MOST:
        made = api.table(path, **query, **{"continue": token})
        rows, left = rows + list(made.get("rows") or []), _left(made)
    return {
        "kind": resource.kind,
        "plural": resource.plural,
        "namespaced": resource.namespaced,
        "columns": [{"name": one["name"], "wide": bool(one.get("priority"))} for one in columns],
        "rows": [{"cells": one["cells"], "object": one.get("object") or {}} for one in rows],
        "left": left,
    }


def _left(made: Told) -> int:
    return int((made.get("metadata") or {}).get("remainingItemCount") or 0)


def _about_namespace(api: Api, ask: Told, kinds: list[Resource], tables: list[Told]) -> Told:
    """Nothing in a namespace that is not there is said to be so."""
    namespace = _namespace(api, ask)
    if any(table["rows"] for table in tables) or not namespace:
        return {}
    if not any(kind.namespaced for kind in kinds):
        return {}
    try:
        api.get(f"/api/v1/namespaces/{namespace}")
    except Refused as refused:
        return {"no_namespace": namespace} if refused.status == _NOT_FOUND else {}
    return {}


def described(api: Api, ask: Told) -> Told:
    """``object``, ``events`` about it, and the ``pods`` of a workload as a table."""
    resource = resources.found(api, ask["resource"])
    namespace = (ask.get("namespace") or api.namespace) if resource.namespaced else ""
    found = api.get(resource.path(namespace, ask["name"]))
    told = {"object": found, "kind": resource.kind, "namespace": namespace}
    told["events"] = _events_of(api, found, resource.kind, namespace)
    selector = _selector(found) if resource.plural in _WORKLOADS else ""
    if selector:
        told["pods"] = _pods(api, namespace, selector)
    return told


def _events_of(api: Api, found: Told, kind: str, namespace: str) -> list[Told]:
    """Oldest first; those about a thing of the whole cluster are in ``default``."""
    fields = f"involvedObject.kind={kind},involvedObject.name={found['metadata']['name']}"
    path = f"/api/v1/namespaces/{namespace or 'default'}/events"
    try:
        listed = api.get(path, fieldSelector=fields, limit=PAGE)
    except Refused:
        return []  # who may see a thing need not be allowed to see its events
    return sorted(listed.get("items") or [], key=_when)


def _when(event: Told) -> str:
    series = event.get("series") or {}
    times = (series.get("lastObservedTime"), event.get("lastTimestamp"), event.get("eventTime"))
    created = (event.get("metadata") or {}).get("creationTimestamp") or ""
    return str(next((time for time in times if time), created))


def events(api: Api, ask: Told) -> Told:
    """``events``, oldest first, of a namespace, of all, or about one object by its name."""
    name = ask.get("name", "")
    path = resources.found(api, "events").path(_namespace(api, ask))
    fields = f"involvedObject.name={name}" if name else ""
    made = api.get(path, limit=PAGE, fieldSelector=fields)
    found = list(made.get("items") or [])
    while (token := (made.get("metadata") or {}).get("continue")) and len(found) < MOST:
        query = {"limit": PAGE, "fieldSelector": fields, "continue": token}
        made = api.get(path, **query)
        found += made.get("items") or []
    table = {"rows": found}
    kinds = [resources.found(api, "events")]
    told = {"events": sorted(found, key=_when), "left": _left(made)}
    return told | _about_namespace(api, ask, kinds, [table])


# -- logs -------------------------------------------------------------------------------------


def logs(api: Api, ask: Told) -> Told:
    """``logs``: for each container its pod, name and text, or the server's ``refused``;
    ``of`` is the pod itself. ``instead``: the run before, which was asked for, is gone with its
    log, and the text is that of the last one."""
    namespace = ask.get("namespace") or api.namespace
    pods = _pods_called(api, ask, namespace)
    wanted = ask.get("container", "")
    found = []
    for pod in pods[:_PODS_OF]:
        for container in [wanted] if wanted else _containers(pod):
            log = _log(api, ask, namespace, pod["metadata"]["name"], container)
            found.append(log | {"of": pod})
    return {"logs": found, "pods": len(pods), "namespace": namespace}


def _containers(pod: Told) -> list[str]:
    return [one["name"] for one in pod["spec"]["containers"]]


def _log(api: Api, ask: Told, namespace: str, pod: str, container: str) -> Told:
    query = {"container": container, "tailLines": ask.get("lines") or "",
             "sinceSeconds": ask.get("since") or "",
             "previous": "true" if ask.get("previous") else ""}  # fmt: skip
    told: Told = {"pod": pod, "container": container}
    path = f"/api/v1/namespaces/{namespace}/pods/{pod}/log"
    try:
        text = api.text(path, **query)
        if query["previous"] and text.startswith(GONE):
            told["instead"] = True
            text = api.text(path, **query | {"previous": ""})
    except Refused as refused:
        return told | {"refused": str(refused)}
    return told | ({"refused": text.strip()} if text.startswith(GONE) else {"text": text})


def _pods_called(api: Api, ask: Told, namespace: str) -> list[Told]:
    """The pod of that name, or the pods of the workload of that name. A resource that was said is
    the only one that is looked for."""
    said = ask.get("resource") or ""
    for plural in (said,) if said else ("pods", *_WORKLOADS):
        resource = resources.found(api, plural)
        try:
            found = api.get(resource.path(namespace, ask["name"]))
        except Refused as refused:
            if refused.status != _NOT_FOUND or plural == (said or _WORKLOADS[-1]):
                raise
            continue
        if plural == "pods":
            return [found]
        path = resources.found(api, "pods").path(namespace)
        listed = api.get(path, labelSelector=_selector(found), limit=PAGE)
        return list(listed.get("items") or [])
    return []


def _selector(found: Told) -> str:
    """The labels by which a workload finds its pods, as a query."""
    return labels.query((found.get("spec") or {}).get("selector") or {})


# -- usage and rollouts -----------------------------------------------------------------------


def usage(api: Api, ask: Told) -> Told:
    """``items`` of the metrics API, and of nodes what they have. Fault ``answers.k8s_no_metrics``
    where nothing measures."""
    nodes = ask["resource"] == "nodes"
    base = Resource("/apis/metrics.k8s.io/v1beta1", ask["resource"], "", namespaced=not nodes)
    try:
        listed = api.get(base.path(_namespace(api, ask)), labelSelector=ask.get("selector", ""))
    except Refused as refused:
        if refused.status in (_NOT_FOUND, 503):
            raise Fault("answers.k8s_no_metrics", context=api.context) from refused
        raise
    told = {"items": listed.get("items") or []}
    if nodes:
        found = api.get(resources.found(api, "nodes").path()).get("items") or []
        told["have"] = {one["metadata"]["name"]: one["status"]["allocatable"] for one in found}
    return told


def rollout(api: Api, ask: Told) -> Told:
    """``object``, a workload, and its ``pods`` as a list."""
    resource = resources.found(api, ask["resource"])
    namespace = ask.get("namespace") or api.namespace
    found = api.get(resource.path(namespace, ask["name"]))
    return {
        "object": found,
        "kind": resource.kind,
        "namespace": namespace,
        "pods": _pods(api, namespace, _selector(found)),
    }


def _pods(api: Api, namespace: str, selector: str) -> list[Told]:
    path = resources.found(api, "pods").path(namespace)
    return list(api.get(path, labelSelector=selector, limit=PAGE).get("items") or [])


def kept(api: Api, ask: Told) -> Told:
    """``revisions`` of a workload, oldest first, each with its number, images, cause and time."""
    resource = resources.found(api, ask["resource"])
    found = api.get(resource.path(ask.get("namespace") or api.namespace, ask["name"]))
    workload = {**found, "kind": resource.kind}
    listed = api.get(revisions.path(workload), limit=PAGE).get("items") or []
    return {"revisions": [_revision(one) for one in revisions.of(workload, listed)]}


def _revision(one: revisions.Revision) -> Told:
    containers = (one.template.get("spec") or {}).get("containers") or []
    images = [each.get("image") for each in containers]
    return {"revision": one.number, "images": images, "cause": one.cause, "made": one.made}


_ASKS: dict[str, Callable[[Api, Told], Told]] = {
    "objects": objects,
    "described": described,
    "events": events,
    "logs": logs,
    "usage": usage,
    "rollout": rollout,
    "revisions": kept,
}
