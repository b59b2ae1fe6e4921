"""What pods run: images, ports, volumes, resources.

Called by ``check`` for every kind that runs pods. Sources: the API server's validation
(k8s.io/kubernetes, pkg/apis/core/validation) and kubernetes.io/docs, "Images".
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from kiki.targets.kubernetes.fields import IMAGE
from kiki.targets.kubernetes.items import Item, Path, dig, mappings, number, text
from kiki.targets.kubernetes.validate import QUANTITY

_CONTAINER_LISTS = ("initContainers", "containers", "ephemeralContainers")
_LABEL = re.compile(r"[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?")
_PORT_NAME = re.compile(r"(?=.*[a-z])(?!.*--)[a-z0-9](?:[-a-z0-9]{0,13}[a-z0-9])?")
_PROBES = ("livenessProbe", "readinessProbe", "startupProbe")
_RESTARTS = {"Job": ("OnFailure", "Never"), "CronJob": ("OnFailure", "Never")}
_POWERS = {
    "n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18,
}  # fmt: skip


def judge(item: Item) -> None:
    """Report what no kubelet would run, and what runs differently from what one thinks."""
    root = item.pod_path
    if root is None or not isinstance(dig(item.data, *root), dict):
        return
    if dig(item.data, *root, "containers") == []:
        item.report("k8s.containers_missing", "error", (*root, "containers"))
    _restart_policy(item, root)
    names: set[str] = set()
    for path, container in containers(item, root):
        _name(item, path, container, names)
        _image(item, path, container)
        _ports(item, path, container)
        _mounts(item, root, path, container)
        _resources(item, path, container)
        if dig(container, "securityContext", "privileged") is True:
            item.report("k8s.privileged", "warning", (*path, "securityContext", "privileged"))


def containers(item: Item, root: Path) -> Iterator[tuple[Path, dict[Any, Any]]]:
    """All containers of the pod at *root*, each with its path."""
    for name in _CONTAINER_LISTS:
        yield from mappings(item.data, *root, name)


def _restart_policy(item: Item, root: Path) -> None:
    allowed = _RESTARTS.get(item.kind, () if item.kind in ("Pod", "PodTemplate") else ("Always",))
    policy = text(dig(item.data, *root, "restartPolicy"))
    if policy and allowed and policy not in allowed:
        params = {"value": policy, "allowed": ", ".join(allowed)}
        item.report("k8s.value_not_allowed", "error", (*root, "restartPolicy"), **params)
    if not policy and item.kind in _RESTARTS:
        item.report("k8s.field_missing", "error", root, field="restartPolicy")


def _name(item: Item, path: Path, container: dict[Any, Any], names: set[str]) -> None:
    name = text(container.get("name"))
    if name and not _LABEL.fullmatch(name):
        item.report("k8s.name_invalid", "error", (*path, "name"), value=name)
    if name in names and path[-2] != "containers":
        item.report("k8s.item_twice", "error", path, key=name)
    names.add(name)


def _image(item: Item, path: Path, container: dict[Any, Any]) -> None:
    image = container.get("image")
    where = (*path, "image")
    if not isinstance(image, str):
        if "image" not in container:
            item.report("k8s.field_missing", "error", path, field="image")
    elif not re.fullmatch(IMAGE, image):
        item.report("k8s.image_invalid", "error", where, value=image)
    elif "@" not in image and image.rpartition("/")[2].partition(":")[2] in ("", "latest"):
        item.report("k8s.image_unpinned", "warning", where, value=image)


def _ports(item: Item, path: Path, container: dict[Any, Any]) -> None:
    names = set()
    for where, port in mappings(container, "ports"):
        at = path + where
        for field in ("containerPort", "hostPort"):
            port_number(item, (*at, field), port.get(field))
        name = port.get("name")
        if isinstance(name, str):
            names.add(name)
            port_name(item, (*at, "name"), name)
    for probe in _PROBES:
        for action in ("httpGet", "tcpSocket"):
            _probe_port(item, (*path, probe, action, "port"), names)


def _probe_port(item: Item, path: Path, names: set[str]) -> None:
    port = dig(item.data, *path)
    port_number(item, path, port)
    if isinstance(port, str) and port not in names:
        item.report("k8s.port_name_unknown", "error", path, value=port)


def port_number(item: Item, path: Path, value: Any) -> None:
    """Report a number that is no port."""
    port = number(value)
    if port is not None and not 1 <= port <= 65535:
        item.report("k8s.port_invalid", "error", path, value=str(port))


def port_name(item: Item, path: Path, name: str) -> None:
    """Report a name that is no IANA service name (RFC 6335)."""
    if not _PORT_NAME.fullmatch(name):
        item.report("k8s.port_name_invalid", "error", path, value=name)


def _mounts(item: Item, root: Path, path: Path, container: dict[Any, Any]) -> None:
    known = {text(volume.get("name")) for _, volume in mappings(item.data, *root, "volumes")}
    known |= {
        text(dig(claim, "metadata", "name"))
        for _, claim in mappings(item.data, "spec", "volumeClaimTemplates")
    }
    for where, mount in mappings(container, "volumeMounts"):
        name = mount.get("name")
        if isinstance(name, str) and name not in known:
            item.report("k8s.volume_unknown", "error", (*path, *where, "name"), value=name)


def _resources(item: Item, path: Path, container: dict[Any, Any]) -> None:
    limits = dig(container, "resources", "limits")
    for name, limit in limits.items() if isinstance(limits, dict) else ():
        most, least = amount(limit), amount(dig(container, "resources", "requests", name))
        if most is not None and least is not None and least > most:
            where = (*path, "resources", "requests", name)
            item.report("k8s.request_over_limit", "error", where, limit=str(limit))


def amount(value: Any) -> Decimal | None:
    """A quantity as a number; None when it is none, or is beyond all numbers."""
    if isinstance(value, bool) or not re.fullmatch(QUANTITY, str(value)):
        return None
    try:
        return _amount(str(value))
    except ArithmeticError:
        return None


def _amount(written: str) -> Decimal:
    if "e" in written.lower()[:-1] and not written.endswith("i"):
        return Decimal(written)
    digits = written.rstrip("numkKMGTPEi")
    suffix = written[len(digits) :]
    if suffix.endswith("i"):
        return Decimal(digits) * Decimal(1024) ** ("KMGTPE".index(suffix[0]) + 1)
    return Decimal(digits).scaleb(_POWERS[suffix])
