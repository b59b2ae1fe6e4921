"""Kubernetes manifests as ``podman kube play`` 4.3 takes them.

Called by ``migrate``. Podman knows pods, claims and ConfigMaps; whatever runs pods becomes one
pod, a service becomes ports of the host, and what podman has no word for is left out and said. A
Secret is left out: what 4.3 keeps of one it can't read as a variable afterwards.
Sources: podman 4.3, docs/source/markdown/podman-kube-play.1.md.in and pkg/specgen/generate/kube.
"""

from collections.abc import Iterable
from typing import Any

from kiki.documents.read import read_yaml
from kiki.migration.losses import Losses
from kiki.migration.manifests import Document
from kiki.migration.pods import playable_pod
from kiki.model.artifact import File
from kiki.model.errors import UsageError

_KEPT = ("PersistentVolumeClaim", "ConfigMap")
_RUNNING = ("Pod", "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job", "CronJob",
            "ReplicationController")  # fmt: skip
_ORDER = (*_KEPT, "Pod")


def playable(file: File, losses: Losses) -> tuple[Document, ...]:
    """The documents of *file* for podman, what pods need first.

    UsageError ``migrate.unreadable`` for what is no YAML, ``migrate.nothing_runs`` without a pod.
    """
    given = [one for one in _read(file) if one.get("kind")]
    kept = [_bare(one, losses) for one in given if one["kind"] in _KEPT]
    services = [one for one in given if one["kind"] == "Service"]
    for one in given:
        if one["kind"] == "Secret":
            losses.say("migrate.secret_for_podman", name=_name(one))
        elif one["kind"] not in (*_KEPT, *_RUNNING, "Service"):
            losses.say("migrate.kind_dropped", kind=str(one["kind"]), name=_name(one))
    pods, claims = [], []
    for one in (each for each in given if each["kind"] in _RUNNING):
        pods.append(_pod(one, services, losses))
        claims += _claims(one, losses)
    if not pods:
        raise UsageError("migrate.nothing_runs", path=file.path)
    for service in services:
        _told_of(service, pods, losses)
    made = [*kept, *claims, *pods]
    return tuple(sorted(made, key=lambda one: _ORDER.index(one["kind"])))


def _read(file: File) -> list[Document]:
    """Every document, and every one of a List. Broken YAML is nobody's guess."""
    parsed = read_yaml(file.text, file.path)
    broken = next((one for one in parsed.findings if one.severity == "error"), None)
    if broken is not None:
        raise UsageError("migrate.unreadable", path=file.path, line=broken.line)
    found: list[Document] = []
    for one in parsed.documents:
        inside = one.get("items") if isinstance(one, dict) and one.get("kind") == "List" else [one]
        found += [each for each in inside or [] if isinstance(each, dict)]
    return found


def _name(one: Document) -> str:
    return str((one.get("metadata") or {}).get("name") or "?")


def _bare(one: Document, losses: Losses) -> Document:
    """The object without what only a cluster has."""
    return {**one, "metadata": _metadata(one, losses)} if one.get("metadata") else one


def _metadata(one: Document, losses: Losses) -> dict[str, Any]:
    said = one.get("metadata") or {}
    if said.get("namespace"):
        losses.say("migrate.namespace_dropped", "info", namespace=str(said["namespace"]))
    return {key: said[key] for key in ("name", "labels", "annotations") if said.get(key)}


def _pod(one: Document, services: Iterable[Document], losses: Losses) -> Document:
    kind, name = str(one["kind"]), _name(one)
    spec = one.get("spec") or {}
    metadata = _metadata(one, losses)
    if kind == "Pod":
        return _made(metadata, spec, name, services, losses)
    losses.say("migrate.became_pod", "info", kind=kind, name=name)
    if int(spec.get("replicas") or 1) > 1:
        losses.say("migrate.replicas", name=name, count=str(spec["replicas"]))
    if kind == "CronJob":
        losses.say("migrate.schedule", name=name, schedule=str(spec.get("schedule")))
        spec = ((spec.get("jobTemplate") or {}).get("spec")) or {}
    template = spec.get("template") or {}
    inner = template.get("metadata") or {}
    metadata = {"name": name} | {
        key: inner[key] for key in ("labels", "annotations") if inner.get(key)
    }
    claims = [_name(each) for each in spec.get("volumeClaimTemplates") or []]
    inside = dict(template.get("spec") or {})
    if claims:
        volumes = [{"name": each, "persistentVolumeClaim": {"claimName": f"{each}-{name}-0"}}
                   for each in claims]  # fmt: skip
        inside["volumes"] = [*(inside.get("volumes") or []), *volumes]
    return _made(metadata, inside, name, services, losses)


def _claims(one: Document, losses: Losses) -> list[Document]:
    """A stateful set's claims, named as its first pod's are."""
    found = []
    for each in (one.get("spec") or {}).get("volumeClaimTemplates") or []:
        losses.say("migrate.volume_data", volume=f"{_name(each)}-{_name(one)}-0")
        metadata = {"name": f"{_name(each)}-{_name(one)}-0"}
        kind = {"apiVersion": "v1", "kind": "PersistentVolumeClaim"}
        found.append({**kind, "metadata": metadata, "spec": each.get("spec") or {}})
    return found


def _made(
    metadata: dict[str, Any],
    spec: dict[str, Any],
    name: str,
    services: Iterable[Document],
    losses: Losses,
) -> Document:
    labels = metadata.get("labels") or {}
    near = [each for each in services if _selects(each, labels)]
    inside = playable_pod(name, spec, near, losses)
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": inside}


def _selects(service: Document, labels: dict[str, Any]) -> bool:
    wanted = (service.get("spec") or {}).get("selector") or {}
    return bool(wanted) and wanted.items() <= labels.items()


def _told_of(service: Document, pods: Iterable[Document], losses: Losses) -> None:
    found = any(_selects(service, (one["metadata"].get("labels") or {})) for one in pods)
    if found:
        losses.say("migrate.service_became_ports", "info", name=_name(service))
    else:
        losses.say("migrate.kind_dropped", kind="Service", name=_name(service))
