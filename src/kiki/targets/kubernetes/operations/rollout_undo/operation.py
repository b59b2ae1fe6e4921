"""Go back to the revision of a workload before this one, or to a given one.

Called through the registry by ``understand`` (fields) and ``kubernetes.render`` (manifests). As
``kubectl rollout undo``: the whole template of the pods is that of the former revision. Which one
is before this one is seen at the plan and again at the apply.
"""

from typing import Annotated

from msgspec import Meta

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.kubernetes.acting import Rolling, named
from kiki.targets.kubernetes.asking import kubectl
from kiki.targets.kubernetes.fields import Name, OptionalName
from kiki.targets.kubernetes.objects import Context, Manifest

ACT = "rollback"


class Fields(Record, frozen=True):
    """The workload *name*, which is a *resource*; *revision* 0 is the one before this one."""

    name: Name
    resource: Rolling = "deployments"
    revision: Annotated[int, Meta(ge=0, le=999_999_999)] = 0
    namespace: OptionalName = ""


def risk(fields: Fields) -> Risk:
    """Every pod is replaced by one of an old template."""
    return "medium"


def manifests(fields: Fields, context: Context) -> tuple[Manifest, ...]:
    """Which workload, and which revision."""
    about = named(fields.resource, fields.name, fields.namespace)
    return ({**about, "rollback": {"revision": fields.revision}},)


def equivalent(fields: Fields, context: Context) -> str:
    """The same with kubectl."""
    name = f"{fields.resource}/{fields.name}"
    revision = str(fields.revision) if fields.revision else ""
    return kubectl("rollout", "undo", name, namespace=fields.namespace, to_revision=revision)
