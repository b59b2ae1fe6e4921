"""Objects against each other: twins, selectors that find nothing, ports that nobody opens.

Called by ``check`` once, with the objects of all files. What is not in the files may be in the
cluster, so what can't be found is a warning; what contradicts itself is an error.
"""

from collections.abc import Sequence
from typing import Any

from kiki.targets.kubernetes.items import Item, Path, dig, mappings, number, text, texts
from kiki.targets.kubernetes.rules.naming import CLUSTER_WIDE
from kiki.targets.kubernetes.rules.pods import containers

# They are always there (kubernetes.io/docs, "Initial namespaces")
_INITIAL = ("", "default", "kube-system", "kube-public", "kube-node-lease")
_SELECTING = ("Deployment", "ReplicaSet", "StatefulSet", "DaemonSet")


def judge(items: Sequence[Item]) -> None:
    """Report what does not fit together."""
    _twins(items)
    _namespaces(items)
    near: dict[str, list[Item]] = {}
    for item in items:
        near.setdefault(item.namespace, []).append(item)
    for item in items:
        if item.kind in _SELECTING:
            _own_selector(item)
        elif item.kind == "Service" and not item.group:
            _service(item, near[item.namespace])
        elif item.kind == "Ingress":
            _ingress(item, near[item.namespace])


def _twins(items: Sequence[Item]) -> None:
    seen: dict[tuple[str, str, str, str], Item] = {}
    for item in items:
        if not item.name:
            continue
        place = "" if item.kind in CLUSTER_WIDE else item.namespace
        first = seen.setdefault((item.group, item.kind, place, item.name), item)
        if first is not item:
            line, _ = first.parsed.line_of(first.root, first.index)
            params = {"file": first.parsed.file, "line": str(line)}
            item.report("k8s.object_twice", "error", ("metadata", "name"), **params)


def _namespaces(items: Sequence[Item]) -> None:
    known = {item.name for item in items if item.kind == "Namespace"} | set(_INITIAL)
    for item in items:
        if item.namespace not in known and item.kind not in CLUSTER_WIDE:
            known.add(item.namespace)
            path = ("metadata", "namespace")
            item.report("k8s.namespace_expected", "info", path, namespace=item.namespace)


def pod_labels(item: Item) -> dict[str, str]:
    """The labels of the pods that *item* runs."""
    root = item.pod_path
    return texts(dig(item.data, *root[:-1], "metadata", "labels")) if root else {}


def _own_selector(item: Item) -> None:
    """A workload must select the pods of its own template, or the API server refuses it."""
    wanted = texts(dig(item.data, "spec", "selector", "matchLabels"))
    labels = pod_labels(item)
    for key, value in wanted.items():
        if labels.get(key) != value:
            path = ("spec", "selector", "matchLabels", key)
            item.report("k8s.selector_not_own", "error", path, label=f"{key}={value}")


def _service(item: Item, near: Sequence[Item]) -> None:
    wanted = texts(dig(item.data, "spec", "selector"))
    if not wanted:
        return
    found = [one for one in near if one.pod_path and wanted.items() <= pod_labels(one).items()]
    if found:
        for path, port in mappings(item.data, "spec", "ports"):
            _target_port(item, (*path, "targetPort"), port, found)
        return
    labels = ", ".join(f"{key}={value}" for key, value in wanted.items())
    item.report("k8s.selector_finds_nothing", "warning", ("spec", "selector"), labels=labels)


def _target_port(item: Item, path: Path, port: dict[Any, Any], found: Sequence[Item]) -> None:
    target = port.get("targetPort", port.get("port"))
    names, numbers = _open_ports(found)
    if isinstance(target, str):
        if target not in names:
            item.report("k8s.port_name_unknown", "error", path, value=target)
    elif number(target) and target not in numbers:
        code = "k8s.port_not_open" if numbers else "k8s.port_not_said"
        said = ", ".join(map(str, sorted(numbers)))
        item.report(code, "warning", path, value=str(target), open=said)


def _open_ports(workloads: Sequence[Item]) -> tuple[set[str], set[int]]:
    names, numbers = set(), set()
    for item in workloads:
        for _, container in containers(item, item.pod_path or ()):
            for _, port in mappings(container, "ports"):
                names.add(text(port.get("name")))
                numbers.add(number(port.get("containerPort")) or 0)
    return names - {""}, numbers - {0}


def _ingress(item: Item, near: Sequence[Item]) -> None:
    services = {one.name for one in near if one.kind == "Service"}
    for rule_path, rule in mappings(item.data, "spec", "rules"):
        for path, backend in mappings(rule, "http", "paths"):
            name = text(dig(backend, "backend", "service", "name"))
            if name and services and name not in services:
                where = (*rule_path, *path, "backend", "service", "name")
                item.report("k8s.service_not_here", "warning", where, value=name)
