"""Labels and annotations of objects that are there, set and taken away.

Called by the operations ``label_set``, ``label_remove``, ``annotation_set`` and
``annotation_remove``. Each is a patch of exactly the named keys: ``null`` takes a key away. Limits:
k8s.io/apimachinery, IsQualifiedName and IsValidLabelValue; 256 KiB of annotations are the server's.
"""

from typing import Annotated, Any, Literal

from msgspec import Meta

from kiki.model.errors import UsageError
from kiki.model.records import Record
from kiki.targets.kubernetes.acting import CLUSTER_WIDE, named
from kiki.targets.kubernetes.asking import OptionalObjectName, kubectl
from kiki.targets.kubernetes.fields import OptionalName
from kiki.targets.kubernetes.objects import Manifest
from kiki.targets.kubernetes.pods import KEY, TEXT, Label

Marked = Literal[
    "", "pods", "nodes", "namespaces", "services", "configmaps", "secrets",
    "persistentvolumeclaims", "deployments", "statefulsets", "daemonsets", "jobs", "cronjobs",
    "ingresses",
]  # fmt: skip
Key = Annotated[str, Meta(pattern=rf"^{KEY}$(?!\n)", max_length=317)]
Keys = Annotated[tuple[Key, ...], Meta(min_length=1, max_length=50)]
Labels = Annotated[tuple[Label, ...], Meta(min_length=1, max_length=50)]
Note = Annotated[str, Meta(pattern=rf"^{KEY}={TEXT}*$(?!\n)", max_length=4000)]
Notes = Annotated[tuple[Note, ...], Meta(min_length=1, max_length=50)]
Sort = Literal["labels", "annotations"]
_COMMANDS: dict[Sort, str] = {"labels": "label", "annotations": "annotate"}


class Marking(Record, frozen=True, kw_only=True):
    """The object *name*, which is a *resource*; without both the *namespace* itself."""

    name: OptionalObjectName
    resource: Marked
    namespace: OptionalName = ""


def meant(about: Marking) -> tuple[str, str, str]:
    """Resource, name and namespace of the object. UsageError ``k8s.mark_unclear`` where a name has
    no kind, or a kind no name."""
    if about.name and about.resource:
        wide = about.resource in CLUSTER_WIDE
        return about.resource, about.name, "" if wide else about.namespace
    if about.namespace and not about.name and about.resource in ("", "namespaces"):
        return "namespaces", about.namespace, ""
    raise UsageError("k8s.mark_unclear", name=about.name or "-", resource=about.resource or "-")


def patch(sort: Sort, about: Marking, values: dict[str, str | None]) -> Manifest:
    """The object, and of it only what is set, or taken away where a value is None."""
    body = named(*meant(about))
    known: dict[str, Any] = body["metadata"]
    return {**body, "metadata": {**known, sort: values}}


def pairs(given: tuple[str, ...]) -> dict[str, str | None]:
    """``KEY=value`` of each; what stands last of one key holds."""
    return {key: value for key, _, value in (one.partition("=") for one in given)}


def kubectl_line(
    sort: Sort, about: Marking, words: tuple[str, ...], *, overwrite: bool = False
) -> str:
    """The same with kubectl."""
    resource, name, namespace = meant(about)
    over = "yes" if overwrite else ""
    return kubectl(_COMMANDS[sort], resource, name, *words, namespace=namespace, overwrite=over)
