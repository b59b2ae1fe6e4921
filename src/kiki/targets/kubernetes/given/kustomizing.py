"""Whether a kustomization can be built from this disk alone, and its manifests.

Called by ``gathering``. What a kustomization names and is not there could be an address, which
kustomize would fetch (kubectl.docs.kubernetes.io/references/kustomize/kustomization/resource): so
every place in it is looked up before anything is built, bases included.
"""

import posixpath
from collections.abc import Iterator
from typing import Any

from kiki.documents.read import read_yaml
from kiki.model.errors import UsageError
from kiki.targets.port import Files

NAMES = ("kustomization.yaml", "kustomization.yml", "Kustomization")
_PLACES = (
    "resources", "bases", "components", "patchesStrategicMerge", "crds", "configurations",
)  # fmt: skip
_INSIDE = ("patches", "patchesJson6902", "replacements")
# What runs programs, or brings in charts: off in kustomize itself unless it is switched on
_PROGRAMS = (
    "helmCharts", "helmChartInflationGenerator", "generators", "transformers", "validators",
)  # fmt: skip
_MOST = 200  # kustomizations that stand on each other


def built(folder: str, files: Files) -> str:
    """The manifests of the kustomization in *folder*. UsageError ``files.<what>``,
    ``kustomize.<what>``, TemporaryError ``kustomize.slow``."""
    if files.sort(folder) != "folder":
        raise UsageError("kustomize.missing", path=folder)
    _require_local(folder, files, set())
    return files.built(folder)


def _require_local(folder: str, files: Files, seen: set[str]) -> None:
    if folder in seen:
        return
    seen.add(folder)
    if len(seen) > _MOST:
        raise UsageError("kustomize.too_many", path=folder, limit=str(_MOST))
    path, told = _read(folder, files)
    for key in _PROGRAMS:
        if told.get(key):
            raise UsageError("kustomize.programs", path=folder, place=path, field=key)
    for name in _named(told):
        place = posixpath.normpath(posixpath.join(folder, name))
        if _sort(place, name, (folder, path), files) == "folder":
            _require_local(place, files, seen)


def _sort(place: str, name: str, of: tuple[str, str], files: Files) -> str:
    """What is at *place*, which the kustomization *of* a folder and its file calls *name*;
    UsageError ``kustomize.remote`` for what is not here."""
    folder, path = of
    if "://" in name or "?" in name:
        raise UsageError("kustomize.remote", path=folder, place=path, name=name)
    try:
        return files.sort(place)
    except UsageError as error:
        if error.code == "files.missing":
            raise UsageError("kustomize.remote", path=folder, place=path, name=name) from error
        raise


def _read(folder: str, files: Files) -> tuple[str, dict[str, Any]]:
    """The file of *folder* and what it says."""
    there = [name for name in NAMES if name in files.names(folder)]
    if not there:
        raise UsageError("kustomize.missing", path=folder)
    path = posixpath.normpath(posixpath.join(folder, there[0]))
    parsed = read_yaml(files.read(path, folder), path)
    wrong = [one for one in parsed.findings if one.severity == "error"]
    if wrong or len(parsed.documents) != 1 or not isinstance(parsed.documents[0], dict):
        place = f"{path}:{wrong[0].line}" if wrong else path
        raise UsageError("kustomize.broken", path=path, place=place)
    return path, parsed.documents[0]


def _named(told: dict[str, Any]) -> Iterator[str]:
    """Every place that a kustomization names; text of YAML that stands in it is none."""
    for key in _PLACES:
        yield from (one for one in _list(told, key) if isinstance(one, str) and "\n" not in one)
    for one in (*(each for key in _INSIDE for each in _list(told, key)), told.get("openapi")):
        if isinstance(one, dict) and isinstance(one.get("path"), str):
            yield one["path"]


def _list(told: dict[str, Any], key: str) -> list[Any]:
    found = told.get(key)
    return found if isinstance(found, list) else []
