"""Which files the paths of an operation mean, and their text.

Called by ``taking``. As kubectl does it (kubernetes.io/docs, "kubectl apply"): a file is taken
whatever it is called, of a folder what ends in .yaml, .yml or .json, and of what lies deeper only
if that is said. Hidden files stay out.
"""

import posixpath
from collections.abc import Iterator
from typing import Protocol

from kiki.model.artifact import File
from kiki.model.errors import UsageError
from kiki.targets.kubernetes.given.kustomizing import NAMES, built
from kiki.targets.port import Files

ENDINGS = (".yaml", ".yml", ".json")
MAX_FILES = 1000
MAX_SIZE = 5_000_000
"""Characters of all files together: they are kept with the change."""

_CHART = "Chart.yaml"


class Wanted(Protocol):
    """The fields of an operation on files."""

    paths: tuple[str, ...]
    kustomize: bool
    recursive: bool


def gathered(fields: Wanted, files: Files) -> Iterator[File | UsageError]:
    """The files, each once, or in the place of one why it can't be taken. What is too much is the
    last."""
    seen: set[str] = set()
    size = 0
    for path in fields.paths:
        for found in _of(path, fields, files):
            if isinstance(found, File):
                if found.path in seen:
                    continue
                seen.add(found.path)
                size += len(found.text)
            if len(seen) > MAX_FILES or size > MAX_SIZE:
                yield _too_much(path)
                return
            yield found


def _of(path: str, fields: Wanted, files: Files) -> Iterator[File | UsageError]:
    if "://" in path:
        yield UsageError("k8s.given_url", path=path)
        return
    path = posixpath.normpath(path)
    try:
        if fields.kustomize:
            yield _built(path, files)
        elif files.sort(path) == "file":
            yield File(path=path, text=files.read(path))
        else:
            yield from _inside(path, path, fields, files)
    except UsageError as error:
        yield error


def _built(path: str, files: Files) -> File:
    """What the kustomization gives, under a name beside its own file."""
    name = posixpath.basename(path)
    folder = posixpath.dirname(path) or "." if name in NAMES else path
    return File(path=posixpath.join(folder, "built.yaml"), text=built(folder, files))


def _inside(folder: str, top: str, fields: Wanted, files: Files) -> Iterator[File | UsageError]:
    """The manifests in *folder*; UsageError for a folder of something else."""
    names = [name for name in files.names(folder) if not name.startswith(".")]
    _require_manifests(folder, names, fields)
    for name in names:
        path = posixpath.normpath(posixpath.join(folder, name))
        try:
            if name.endswith("/") and fields.recursive:
                yield from _inside(path, top, fields, files)
            elif name.endswith(ENDINGS):
                yield File(path=path, text=files.read(path, top))
        except UsageError as error:
            yield error


def _require_manifests(folder: str, names: list[str], fields: Wanted) -> None:
    if any(name in NAMES for name in names):
        raise UsageError("k8s.given_kustomization", path=folder)
    if _CHART in names:
        raise UsageError("k8s.given_chart", path=folder)
    if any(name.endswith(ENDINGS) for name in names) or fields.recursive:
        return
    deeper = ", ".join(name for name in names if name.endswith("/"))
    code = "k8s.given_deeper" if deeper else "k8s.given_nothing"
    raise UsageError(code, path=folder, **({"folders": deeper} if deeper else {}))


def _too_much(path: str) -> UsageError:
    limits = {"files": str(MAX_FILES), "size": str(MAX_SIZE)}
    return UsageError("k8s.given_too_much", path=path, **limits)
