"""Create a claim for a volume (PersistentVolumeClaim).

Called through the registry by ``understand`` (fields) and ``kubernetes.render`` (manifests).
"""

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.kubernetes.claims import Access, SomeBytes, claim_spec
from kiki.targets.kubernetes.fields import Name, OptionalName
from kiki.targets.kubernetes.objects import Context, Manifest, metadata


class Fields(Record, frozen=True):
    """*size* as ``10Gi``; an empty *storage_class* is the cluster's default one."""

    name: Name
    size: SomeBytes
    namespace: OptionalName = ""
    access: Access = "ReadWriteOnce"
    storage_class: OptionalName = ""


def risk(fields: Fields) -> Risk:
    """Takes storage and touches nothing that is there."""
    return "low"


def manifests(fields: Fields, context: Context) -> tuple[Manifest, ...]:
    """The PersistentVolumeClaim."""
    about = metadata(fields.name, fields.namespace, fields.name)
    spec = claim_spec(fields.size, fields.access, fields.storage_class)
    return ({"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": about, "spec": spec},)
