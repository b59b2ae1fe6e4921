"""Create a stateful set, whose pods keep their names and their volumes.

Called through the registry by ``understand`` (fields) and ``kubernetes.render`` (manifests).
What its pods are is in ``pods``.
"""

from typing import Any

from kiki.model.plan import Risk
from kiki.targets.kubernetes.claims import Bytes, claim_spec
from kiki.targets.kubernetes.fields import OptionalName, Replicas
from kiki.targets.kubernetes.objects import Context, Manifest, metadata, selector
from kiki.targets.kubernetes.pods import HttpPath, PodFields, listening, template

__all__ = ["Fields", "listening", "manifests", "risk"]
_VOLUME = "data"


class Fields(PodFields, frozen=True):
    """*service* is the headless service that gives each pod its name in DNS (empty: called as the
    set is). With *volume_size* each pod has a volume of its own at *volume_path*."""

    replicas: Replicas = 1
    service: OptionalName = ""
    volume_size: Bytes = ""
    volume_path: HttpPath = ""
    storage_class: OptionalName = ""

    def __post_init__(self) -> None:
        """ValueError for a volume without a path, or the other way round."""
        super().__post_init__()
        if bool(self.volume_size) != bool(self.volume_path):
            raise ValueError("a volume needs its size and its path - at `$.volume_path`")


def risk(fields: Fields) -> Risk:
    """Adds pods beside what is there."""
    return "low"


def manifests(fields: Fields, context: Context) -> tuple[Manifest, ...]:
    """The StatefulSet."""
    spec: dict[str, Any] = {
        "replicas": fields.replicas,
        "serviceName": fields.service or fields.name,
        "selector": {"matchLabels": selector(fields.name)},
        "template": template(fields, context),
    }
    if fields.volume_size:
        _mount(fields, spec)
    about = metadata(fields.name, fields.namespace, fields.name)
    return ({"apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": about, "spec": spec},)


def _mount(fields: Fields, spec: dict[str, Any]) -> None:
    """Give the first container the volume of each pod."""
    container = spec["template"]["spec"]["containers"][0]
    mount = {"name": _VOLUME, "mountPath": fields.volume_path}
    container["volumeMounts"] = [mount, *container.get("volumeMounts", [])]
    claim = claim_spec(fields.volume_size, "ReadWriteOnce", fields.storage_class)
    spec["volumeClaimTemplates"] = [{"metadata": {"name": _VOLUME}, "spec": claim}]
