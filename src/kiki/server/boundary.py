"""Whose disk and whose systems: paths that a client sends are names inside one folder of the
server, and nothing else.

Called by ``work`` on every request before anything looks at it. Contents that are sent (``@file``,
INI text) need no path; what may stand in them is ``execution.safety``'s to judge. Whoever has their
roles only in some projects (*bound*) reaches the systems of the project's folder alone: what is
sent could name any host, and the server's own settings any cluster.
"""

import os
from collections.abc import Iterable
from pathlib import Path

from msgspec.structs import replace

from kiki.model.errors import UsageError
from kiki.model.people import project_name
from kiki.model.request import CloudSource, ClusterSource, InventorySource, Request, Scope
from kiki.model.secret import is_name, named

CLOUDS, KUBECONFIG = "clouds.yaml", "kubeconfig"


def folder_of(root: str, project: str, *, bound: bool) -> str:
    """Where the paths of a project are: a folder of its name, for the default project of those who
    are not *bound* all of it."""
    return f"{root}/{project_name(project)}" if project or bound else root


def inside(request: Request, root: str, *, bound: bool = False) -> Request:
    """*request* with its paths made whole; UsageError ``server.path_outside``,
    ``server.path_missing``, ``server.only_own_systems``."""
    folder, scope = folder_of(root, request.project, bound=bound), request.scope
    # What only reads and names no cluster would ask the server's own: an empty file has none.
    none = ClusterSource(kubeconfig=os.devnull) if bound else None
    if bound:
        scope = _bound(scope, folder, project_name(request.project))
    return replace(
        request,
        bound=bound,
        scope=replace(
            scope,
            inventory=_inventory(scope.inventory, folder),
            cluster=_cluster(scope.cluster, folder) or none,
            cloud=_cloud(scope.cloud, folder),
            ssh_key=_place(scope.ssh_key, folder) if scope.ssh_key else "",
        ),
    )


def hold_secrets(project: str, texts: Iterable[str], projects: Iterable[str] = ()) -> None:
    """UsageError ``server.only_own_secrets`` when *texts* of somebody who is bound to the project
    name a kept secret that is not its own; *projects* are all that there are."""
    mine = project_name(project)
    known = {mine, *projects}
    for name in named("\n".join(texts)):
        if is_name(name) and _owner(name, known) != mine:
            raise UsageError("server.only_own_secrets", name=name, start=f"{mine}-")


def _owner(name: str, projects: Iterable[str]) -> str:
    """The project that a secret is called after. Of ``web`` and ``web-prod`` the longer one has
    ``web-prod-db``: both names may have hyphens, so only one of them can."""
    return max((one for one in projects if name.startswith(f"{one}-")), key=len, default="")


def _bound(scope: Scope, folder: str, project: str) -> Scope:
    """*scope* without a way to other systems than the folder's."""
    if scope.inventory is not None and scope.inventory.form != "path":
        raise UsageError("server.only_own_systems", project=project)
    cluster = scope.cluster
    if cluster is None and _usual(KUBECONFIG, folder):
        cluster = ClusterSource()
    if cluster is not None and not cluster.kubeconfig:
        cluster = replace(cluster, kubeconfig=KUBECONFIG)
    cloud = scope.cloud and replace(scope.cloud, file=scope.cloud.file or CLOUDS)
    return replace(scope, cluster=cluster, cloud=cloud)


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
    """A context without a file is one of the server's ``kubeconfig``, where it has one."""
    if source is None:
        return None
    file = source.kubeconfig or (_usual(KUBECONFIG, folder) if source.context else "")
    return replace(source, kubeconfig=_place(file, folder)) if file else source


def _cloud(source: CloudSource | None, folder: str) -> CloudSource | None:
    """A cloud without a file is one of the server's ``clouds.yaml``, where it has one."""
    if source is None:
        return None
    file = source.file or _usual(CLOUDS, folder)
    return replace(source, file=_place(file, folder)) if file else source


def _usual(name: str, folder: str) -> str:
    """*name*, where the folder has a file of that name."""
    return name if (Path(folder) / name).is_file() else ""


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
