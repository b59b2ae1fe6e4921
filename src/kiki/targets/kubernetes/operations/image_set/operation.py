"""Change the image of one container of a workload that is there.

Called through the registry by ``understand`` (fields) and ``kubernetes.render`` (manifests). The
container has to be there: a patch with another name would add one, so the plan refuses it.
"""

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.kubernetes import objects
from kiki.targets.kubernetes.acting import Rolling, contained, named
from kiki.targets.kubernetes.asking import kubectl
from kiki.targets.kubernetes.fields import Image, Name, OptionalName
from kiki.targets.kubernetes.objects import Context, Manifest

ACT = "adjust"


class Fields(Record, frozen=True):
    """The workload *name*, which is a *resource*; without a *container* the one that is called as
    the workload is."""

    name: Name
    image: Image
    container: OptionalName = ""
    resource: Rolling = "deployments"
    namespace: OptionalName = ""


def risk(fields: Fields) -> Risk:
    """Every pod is replaced by one of another image."""
    return "medium"


def manifests(fields: Fields, context: Context) -> tuple[Manifest, ...]:
    """The container's image, and nothing else of it."""
    about = named(fields.resource, fields.name, fields.namespace)
    return (
        contained(about, fields.container, {"image": objects.image(fields.image, context.profile)}),
    )


def equivalent(fields: Fields, context: Context) -> str:
    """The same with kubectl."""
    image = objects.image(fields.image, context.profile)
    container = f"{fields.container or fields.name}={image}"
    name = f"{fields.resource}/{fields.name}"
    return kubectl("set", "image", name, container, namespace=fields.namespace)
