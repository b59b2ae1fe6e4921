"""Claims for volumes, by themselves and in stateful sets.

Called by those operations. Source: kubernetes.io/docs, "Persistent Volumes".
"""

from typing import Annotated, Literal

from msgspec import Meta

from kiki.targets.kubernetes.objects import Manifest

# Not 0, which the API server refuses; 0.5Gi is fine.
_BYTES = r"(?=[0-9.]*[1-9])[0-9]{1,15}(?:\.[0-9]{1,6})?(?:[kMGTPE]|[KMGTPE]i)"
Bytes = Annotated[str, Meta(pattern=rf"^(?:|{_BYTES})$(?!\n)")]
SomeBytes = Annotated[str, Meta(pattern=rf"^{_BYTES}$(?!\n)")]
Access = Literal["ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod"]


def claim_spec(size: str, access: Access, storage_class: str) -> Manifest:
    """The specification of a claim; without a class the cluster's default one."""
    made: Manifest = {"accessModes": [access], "resources": {"requests": {"storage": size}}}
    return {**made, "storageClassName": storage_class} if storage_class else made
