"""Services: ports, types and what belongs together.

Called by ``check`` for every Service. Sources: the API server's validation of Services, and
kubernetes.io/docs, "Service".
"""

from typing import Any

from kiki.targets.kubernetes.items import Item, Path, dig, mappings, number, text
from kiki.targets.kubernetes.rules.pods import port_name, port_number

NODE_PORTS = range(30_000, 32_768)  # kube-apiserver --service-node-port-range, its default


def judge(item: Item) -> None:
    """Report what the API server would refuse, and what can't work."""
    spec = item.data.get("spec")
    if item.kind != "Service" or item.group or not isinstance(spec, dict):
        return
    kind = text(spec.get("type")) or "ClusterIP"
    if kind == "ExternalName":
        if not text(spec.get("externalName")):
            item.report("k8s.field_missing", "error", ("spec",), field="externalName")
        return
    ports = list(mappings(spec, "ports"))
    if not ports and spec.get("clusterIP") != "None":
        item.report("k8s.field_missing", "error", ("spec",), field="ports")
    for path, port in ports:
        _port(item, ("spec", *path), port, kind)
        if len(ports) > 1 and not port.get("name"):
            item.report("k8s.port_name_missing", "error", ("spec", *path))


def _port(item: Item, path: Path, port: dict[Any, Any], kind: str) -> None:
    for field in ("port", "targetPort"):
        port_number(item, (*path, field), port.get(field))
    for field in ("name", "targetPort"):
        value = port.get(field)
        if isinstance(value, str):
            port_name(item, (*path, field), value)
    node_port = number(dig(port, "nodePort"))
    if node_port is None or node_port == 0:
        return
    if kind == "ClusterIP":
        item.report("k8s.node_port_useless", "error", (*path, "nodePort"), value=str(node_port))
    elif node_port not in NODE_PORTS:
        item.report("k8s.node_port_invalid", "error", (*path, "nodePort"), value=str(node_port))
