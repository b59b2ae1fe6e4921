"""Whose disk: paths that a client sends are names inside one folder of the server, and nothing
else.

Called by ``operations`` on every request before anything looks at it. Contents that are sent
(``@file``, INI text) need no path; what may stand in them is ``execution.safety``'s to judge.
"""

from pathlib import Path

from msgspec.structs import replace

from kiki.model.errors import UsageError
from kiki.model.request import CloudSource, ClusterSource, InventorySource, Request

CLOUDS = "clouds.yaml"


def inside(request: Request, folder: str) -> Request:
    """*request* with its paths made whole; UsageError ``server.path_outside`` or
    ``server.path_missing``."""
    scope = request.scope
    return replace(
        request,
        scope=replace(
            scope,
            inventory=_inventory(scope.inventory, folder),
            cluster=_cluster(scope.cluster, folder),
            cloud=_cloud(scope.cloud, folder),
            ssh_key=_place(scope.ssh_key, folder) if scope.ssh_key else "",
        ),
    )


def names(folder: str) -> tuple[str, ...]:
    """The inventories that a client can name, sorted."""
    root = Path(folder)
    if not root.is_dir():
        return ()
    found = (one for one in root.rglob("*") if one.is_file() and not one.name.startswith("."))
    return tuple(sorted(str(one.relative_to(root)) for one in found))


def _inventory(source: InventorySource | None, folder: str) -> InventorySource | None:
    if source is None or source.form != "path":
        return source
    return replace(source, text=_place(source.text, folder), origin=source.text)


def _cluster(source: ClusterSource | None, folder: str) -> ClusterSource | None:
    if source is None or not source.kubeconfig:
        return source
    return replace(source, kubeconfig=_place(source.kubeconfig, folder))


def _cloud(source: CloudSource | None, folder: str) -> CloudSource | None:
    """A cloud without a file is one of the server's ``clouds.yaml``, where it has one."""
    if source is None:
        return None
    usual = CLOUDS if (Path(folder) / CLOUDS).is_file() else ""
    file = source.file or usual
    return replace(source, file=_place(file, folder)) if file else source


def _place(path: str, folder: str) -> str:
    """*path* in *folder*, wherever its links lead."""
    root = Path(folder).resolve()
    try:
        place = (root / path).resolve()
        outside = "\0" in path or not place.is_relative_to(root) or place == root
        there = not outside and place.exists()
    except (OSError, RuntimeError, ValueError):
        outside, there = True, False
    if outside:
        raise UsageError("server.path_outside", path=path[:200])
    if not there:
        raise UsageError("server.path_missing", path=path[:200])
    return str(place)
