"""The revisions of a workload, oldest first, and the patch that goes back to one of them.

Called by ``check`` and ``reading``; ``targets.kubernetes.program`` hands the very same text to the
module that applies (``module_utils/kiki_revisions.py``), so that plan and apply choose alike. Pure,
and imports nothing of Kiki. Source: kubectl's own rollback and history: a deployment keeps its
revisions as replica sets, the other workloads as ControllerRevisions; the newest is the present.
"""

from typing import Any, NamedTuple

_NUMBER = "deployment.kubernetes.io/revision"
_CAUSE = "kubernetes.io/change-cause"
_HASH = "pod-template-hash"
Found = dict[str, Any]


class Revision(NamedTuple):
    """*number* as kubectl counts; *made* is when, *cause* what the annotation says of it."""

    number: int
    template: Found
    made: str
    cause: str


def path(workload: Found) -> str:
    """Where the API lists what keeps the revisions of *workload*."""
    kept = "replicasets" if workload["kind"] == "Deployment" else "controllerrevisions"
    return f"/apis/apps/v1/namespaces/{workload['metadata']['namespace']}/{kept}"


def of(workload: Found, listed: list[Found]) -> list[Revision]:
    """The revisions of *workload* among those *listed* at its path."""
    uid = workload["metadata"]["uid"]
    own = [one for one in listed if uid in _owners(one)]
    read = _replica_set if workload["kind"] == "Deployment" else _controller_revision
    return sorted((read(one) for one in own), key=lambda one: one.number)


def chosen(revisions: list[Revision], number: int) -> Revision | None:
    """The revision *number*, or the one before the present for 0; None when there is none."""
    if not number:
        return revisions[-2] if len(revisions) > 1 else None
    return next((one for one in revisions if one.number == number), None)


def patch(revision: Revision) -> Found:
    """A strategic merge patch that gives a workload the whole template of *revision*."""
    return {"spec": {"template": {**revision.template, "$patch": "replace"}}}


def _owners(one: Found) -> list[str]:
    owners = one["metadata"].get("ownerReferences") or []
    return [owner["uid"] for owner in owners if owner.get("controller")]


def _replica_set(one: Found) -> Revision:
    template = one["spec"]["template"]
    labels = (template.get("metadata") or {}).get("labels") or {}
    about = {**template["metadata"], "labels": {k: v for k, v in labels.items() if k != _HASH}}
    number = int(_notes(one).get(_NUMBER) or 0)
    return _revision(one, number, {**template, "metadata": about})


def _controller_revision(one: Found) -> Revision:
    return _revision(one, int(one["revision"]), one["data"]["spec"]["template"])


def _revision(one: Found, number: int, template: Found) -> Revision:
    made = str(one["metadata"].get("creationTimestamp") or "")
    return Revision(number, template, made, str(_notes(one).get(_CAUSE) or ""))


def _notes(one: Found) -> dict[str, str]:
    return one["metadata"].get("annotations") or {}
