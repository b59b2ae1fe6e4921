"""The volumes of a pod, and where its containers mount them.

Called by ``manifests`` and ``containers``.
"""

from typing import Any

from kiki.migration.naming import dns_name, unique
from kiki.migration.workload import Container, Mount, Workload

_UNITS = ((1 << 30, "Gi"), (1 << 20, "Mi"), (1 << 10, "Ki"))
_SORTS = {"volume": "", "host": "host", "memory": "memory", "empty": "scratch", "secret": "secret"}


def quantity(amount: int) -> str:
    """Bytes as Kubernetes writes them, exactly."""
    for size, unit in _UNITS:
        if amount % size == 0:
            return f"{amount // size}{unit}"
    return str(amount)


class Volumes:
    """Each source once, however many containers mount it; memory is each container's own."""

    def __init__(self, workload: Workload) -> None:
        self.written: list[dict[str, Any]] = []
        self.claims: list[str] = []
        self._names: dict[tuple[str, ...], str] = {}
        self._taken: set[str] = set()
        for one in workload.containers:
            for mount in one.mounts:
                self._add(one, mount)

    def mounts(self, one: Container) -> list[dict[str, Any]]:
        """The entries of ``volumeMounts``."""
        return [self._mount(one, mount) for mount in one.mounts]

    def _mount(self, one: Container, mount: Mount) -> dict[str, Any]:
        found = {"name": self._names[_key(one, mount)], "mountPath": mount.target}
        found |= {"subPath": mount.source} if mount.sort == "secret" else {}
        return found | ({"readOnly": True} if mount.read_only else {})

    def _add(self, one: Container, mount: Mount) -> None:
        key = _key(one, mount)
        if key in self._names:
            return
        stem = _SORTS[mount.sort] or dns_name(mount.source)
        if mount.sort == "secret":
            stem = dns_name(f"secret-{mount.source}")
        elif mount.sort != "volume":
            stem = dns_name(f"{stem}-{mount.target.strip('/').replace('/', '-')}")
        name = self._names[key] = unique(stem, self._taken)
        self.written.append({"name": name, **self._source(mount)})

    def _source(self, mount: Mount) -> dict[str, Any]:
        match mount.sort:
            case "volume":
                claim = dns_name(mount.source)
                self.claims.append(claim)
                return {"persistentVolumeClaim": {"claimName": claim}}
            case "host":
                return {"hostPath": {"path": mount.source}}
            case "secret":
                return {"secret": {"secretName": dns_name(mount.source)}}
        size = {"sizeLimit": quantity(mount.size)} if mount.size else {}
        medium = {"medium": "Memory"} if mount.sort == "memory" else {}
        return {"emptyDir": medium | size}


def _key(one: Container, mount: Mount) -> tuple[str, ...]:
    if mount.sort in ("memory", "empty"):
        return mount.sort, one.name, mount.target
    return mount.sort, mount.source
