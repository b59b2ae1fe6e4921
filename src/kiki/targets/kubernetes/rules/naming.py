"""Names, namespaces and labels: what the API server's own validation refuses.

Called by ``check`` for every object. Source: kubernetes.io/docs, "Object Names and IDs" and "Labels
and Selectors".
"""

import re

from kiki.targets.kubernetes.items import Item, Path, dig, text, texts

_LABEL = re.compile(r"[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?")
_SUBDOMAIN = re.compile(r"[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*")
_VALUE = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?")
# Kinds whose names are labels, and groups where any path segment will do (system:node)
_LABEL_NAMED = ("Namespace", "Service")
_FREE_GROUPS = ("rbac.authorization.k8s.io",)
# Kinds that belong to no namespace (kubectl api-resources --namespaced=false), built-in ones
CLUSTER_WIDE = frozenset((
    "Namespace", "Node", "PersistentVolume", "ClusterRole", "ClusterRoleBinding", "StorageClass",
    "CustomResourceDefinition", "PriorityClass", "IngressClass", "RuntimeClass", "CSIDriver",
    "CSINode", "VolumeAttachment", "MutatingWebhookConfiguration", "APIService", "FlowSchema",
    "ValidatingWebhookConfiguration", "ValidatingAdmissionPolicy", "CertificateSigningRequest",
    "ValidatingAdmissionPolicyBinding", "PriorityLevelConfiguration", "DeviceClass",
))  # fmt: skip


def judge(item: Item) -> None:
    """Report what is wrong with the object's own names."""
    _name(item)
    _namespace(item)
    for path in (("metadata", "labels"), ("spec", "selector", "matchLabels")):
        _labels(item, path)
    pods = item.pod_path
    if pods is not None and pods != ("spec",):
        _labels(item, (*pods[:-1], "metadata", "labels"))


def _name(item: Item) -> None:
    name = dig(item.data, "metadata", "name")
    if name is None:
        if not text(dig(item.data, "metadata", "generateName")):
            path = ("metadata",) if "metadata" in item.data else ()
            item.report("k8s.name_missing", "error", path)
    elif isinstance(name, str) and not _good_name(item, name):
        item.report("k8s.name_invalid", "error", ("metadata", "name"), value=name)


def _good_name(item: Item, name: str) -> bool:
    if item.group in _FREE_GROUPS:
        return bool(name) and name not in (".", "..") and not set("/%") & set(name)
    if item.kind == "Service" and not name[:1].isalpha():
        return False
    if item.kind in _LABEL_NAMED:
        return _LABEL.fullmatch(name) is not None
    return len(name) <= 253 and _SUBDOMAIN.fullmatch(name) is not None


def _namespace(item: Item) -> None:
    path = ("metadata", "namespace")
    if not item.namespace:
        return
    if item.kind in CLUSTER_WIDE:
        item.report("k8s.namespace_useless", "warning", path, kind=item.kind)
    elif not _LABEL.fullmatch(item.namespace):
        item.report("k8s.name_invalid", "error", path, value=item.namespace)


def _labels(item: Item, path: Path) -> None:
    for key, value in texts(dig(item.data, *path)).items():
        if not _good_key(key):
            item.report("k8s.label_key_invalid", "error", (*path, key), value=key)
        if not _VALUE.fullmatch(value):
            item.report("k8s.label_value_invalid", "error", (*path, key), value=value)


def _good_key(key: str) -> bool:
    prefix, slash, name = key.rpartition("/")
    if slash and (len(prefix) > 253 or not _SUBDOMAIN.fullmatch(prefix)):
        return False
    return bool(name) and _VALUE.fullmatch(name) is not None
