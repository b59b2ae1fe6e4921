"""A kustomization as one text of manifests, built by the user's own kustomize or kubectl.

Called by ``own.files``. Their reading of a kustomization is the one that people mean, so it is not
written a second time here. Before the program starts every place that a kustomization names is
looked up on this disk, bases included: what is not there could be an address that it would fetch.
Plugins and Helm stay off (kubectl.docs.kubernetes.io/references/kustomize). Its environment has no
proxy, no home and no login of anybody.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from tempfile import TemporaryDirectory
from typing import Any, Protocol

from kiki.documents.read import read_yaml
from kiki.model.errors import TemporaryError, UsageError

NAMES = ("kustomization.yaml", "kustomization.yml", "Kustomization")
_PROGRAMS = (("kustomize", "build"), ("kubectl", "kustomize"))
_FOLDERS = ("resources", "bases", "components", "transformers", "generators", "validators")
_FILES = ("patchesStrategicMerge", "crds", "configurations")
_FETCHING = ("helmCharts", "helmChartInflationGenerator")
_TIMEOUT_S = 60
_MOST = 200  # kustomizations that stand on each other
MAX_SIZE = 5_000_000
_SAID = 400


class Reader(Protocol):
    """What is read with."""

    def sort(self, path: str) -> str:
        """See ``targets.port.Files``."""
        ...

    def read(self, path: str, within: str = "") -> str:
        """See ``targets.port.Files``."""
        ...


def build(folder: str, files: Reader) -> str:
    """The manifests of the kustomization in *folder*. UsageError ``files.<what>`` and
    ``kustomize.<what>``, TemporaryError ``kustomize.slow``."""
    _require_local(folder, files, [])
    program = _program()
    with TemporaryDirectory(prefix="kiki-kustomize-") as home:
        environment = {"PATH": os.environ.get("PATH", os.defpath), "HOME": home, "LANG": "C.UTF-8"}
        try:
            done = subprocess.run(
                [*program, "--", os.path.abspath(os.path.expanduser(folder))], env=environment,
                capture_output=True, timeout=_TIMEOUT_S, check=False, stdin=subprocess.DEVNULL,
            )  # fmt: skip
        except subprocess.TimeoutExpired as error:
            raise TemporaryError("kustomize.slow", path=folder, limit=str(_TIMEOUT_S)) from error
        except OSError as error:
            raise UsageError("kustomize.none", path=folder) from error
    if done.returncode:
        said = " ".join(done.stderr.decode(errors="replace").split())[:_SAID]
        raise UsageError("kustomize.failed", path=folder, program=program[0], message=said)
    if len(done.stdout) > MAX_SIZE:
        size = str(len(done.stdout))
        raise UsageError("files.too_large", path=folder, size=size, limit=str(MAX_SIZE))
    return done.stdout.decode()


def _program() -> tuple[str, ...]:
    for name, *words in _PROGRAMS:
        found = shutil.which(name)
        if found:
            return (found, *words)
    raise UsageError("kustomize.none")


def _require_local(folder: str, files: Reader, seen: list[str]) -> None:
    """Nothing that *folder* and its bases name is anywhere but here. UsageError
    ``kustomize.remote``, ``kustomize.charts``, ``kustomize.too_many``."""
    if os.path.realpath(folder) in seen:
        return
    seen.append(os.path.realpath(folder))
    if len(seen) > _MOST:
        raise UsageError("kustomize.too_many", path=folder, limit=str(_MOST))
    path, told = kustomization(folder, files)
    if any(told.get(key) for key in _FETCHING):
        raise UsageError("kustomize.charts", path=path)
    for name in _named(told):
        place = os.path.join(folder, name)
        if "://" in name or "?" in name or not os.path.exists(os.path.expanduser(place)):
            raise UsageError("kustomize.remote", path=path, name=name)
        if files.sort(place) == "folder":
            _require_local(os.path.normpath(place), files, seen)


def kustomization(folder: str, files: Reader) -> tuple[str, dict[str, Any]]:
    """The file of *folder* and what it says. UsageError ``kustomize.missing``,
    ``kustomize.broken``."""
    there = [name for name in NAMES if os.path.isfile(os.path.join(folder, name))]
    if not there:
        raise UsageError("kustomize.missing", path=folder)
    path = os.path.normpath(os.path.join(folder, there[0]))
    parsed = read_yaml(files.read(path, folder), path)
    wrong = [one for one in parsed.findings if one.severity == "error"]
    if wrong or len(parsed.documents) != 1 or not isinstance(parsed.documents[0], dict):
        raise UsageError("kustomize.broken", place=f"{path}:{wrong[0].line}" if wrong else path)
    return path, parsed.documents[0]


def _named(told: dict[str, Any]) -> Iterator[str]:
    """Every place that a kustomization names; text of YAML that stands in it is none."""
    for key in (*_FOLDERS, *_FILES):
        listed = told.get(key)
        for one in listed if isinstance(listed, list) else ():
            if isinstance(one, str) and "\n" not in one:
                yield one
    for key in ("patches", "patchesJson6902", "replacements"):
        listed = told.get(key)
        for one in listed if isinstance(listed, list) else ():
            if isinstance(one, dict) and isinstance(one.get("path"), str):
                yield one["path"]
    about = told.get("openapi")
    if isinstance(about, dict) and isinstance(about.get("path"), str):
        yield about["path"]
