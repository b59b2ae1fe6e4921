"""Add a container to the pods of a workload that the same request makes.

Called through the registry by ``understand`` (fields) and ``kubernetes.render``, which puts it into
the pods. Alone it makes nothing: ``k8s.container_alone``.
"""

from typing import Literal

from kiki.model.plan import Risk
from kiki.targets.kubernetes.fields import Name, OptionalName
from kiki.targets.kubernetes.objects import Context, Further, Manifest, place
from kiki.targets.kubernetes.pods import ContainerFields, container


class Fields(ContainerFields, frozen=True, kw_only=True):
    """*workload* is the pod, deployment or other workload that gets it. A container that runs
    ``beside`` the first one shares its network; one of the role ``init`` ends before that one
    starts."""

    name: Name
    workload: Name
    namespace: OptionalName = ""
    role: Literal["beside", "init"] = "beside"


def risk(fields: Fields) -> Risk:
    """Part of what is made."""
    return "low"


def further(fields: Fields, context: Context) -> tuple[str, Further]:
    """The place of the workload, and the container."""
    ports = (fields.port,) if fields.port and fields.role != "init" else ()
    made = container(fields, fields.name, ports, context)
    return place(fields.namespace, fields.workload), Further(
        role=fields.role, manifest=made, mounts=fields.mounts
    )


def manifests(fields: Fields, context: Context) -> tuple[Manifest, ...]:
    """Nothing of its own."""
    return ()
