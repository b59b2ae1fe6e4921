"""A kustomization as one text of manifests, built by the user's own kustomize or kubectl.

Called by ``own.files``. Their reading of a kustomization is the one that people mean, so it is not
written a second time here. Whoever calls has seen to it that nothing in it is anywhere but on this
disk (``targets.kubernetes.given.kustomizing``). Plugins and Helm stay off, as they are by default
(kubectl.docs.kubernetes.io/references/kustomize); no proxy, home or login of anybody's is passed.
"""

import os
import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from kiki.model.errors import TemporaryError, UsageError

_PROGRAMS = (("kustomize", "build"), ("kubectl", "kustomize"))
_TIMEOUT_S = 60
_SAID = 400  # characters of what the program says


def build(place: Path, path: str) -> str:
    """The manifests of the kustomization at *place*, which its user calls *path*. UsageError
    ``kustomize.none``, ``kustomize.failed``; TemporaryError ``kustomize.slow``."""
    program = _program(path)
    with TemporaryDirectory(prefix="kiki-kustomize-") as home:
        try:
            done = subprocess.run(
                [*program, str(place)], env=_environment(home), cwd=place, capture_output=True,
                timeout=_TIMEOUT_S, check=False, stdin=subprocess.DEVNULL,
            )  # fmt: skip
        except subprocess.TimeoutExpired as error:
            raise TemporaryError("kustomize.slow", path=path, limit=str(_TIMEOUT_S)) from error
        except OSError as error:
            why = error.strerror or str(error)
            raise UsageError("files.unreadable", path=path, why=why) from error
    if done.returncode:
        said = " ".join(done.stderr.decode(errors="replace").split())[:_SAID]
        raise UsageError("kustomize.failed", path=path, message=said.replace(str(place), path))
    return done.stdout.decode(errors="replace")


def _environment(home: str) -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", os.defpath), "HOME": home, "LANG": "C.UTF-8"}


def _program(path: str) -> tuple[str, ...]:
    for name, *words in _PROGRAMS:
        found = shutil.which(name)
        if found:
            return (found, *words)
    raise UsageError("kustomize.none", path=path)
