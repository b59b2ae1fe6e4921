"""The check of many manifests, by Kiki and by its peers, for ``make bench``.

Called by ``bench``. The same files for all: 1,000 objects in 100 of them (``many_manifests``), all
in one process each. kubectl sends nothing (``--dry-run=client``), but asks a cluster for its kinds.
"""

import os
import subprocess
import sys
from pathlib import Path

from many_manifests import write
from timing import timed

COUNT = 1000
ONE = 1  # manifest, whose check is what each program needs to begin
BIN = Path(sys.executable).parent


class Manifests:
    """The folder of manifests, and what each program needs for it, in seconds."""

    def __init__(self, kiki: list[str], folder: Path) -> None:
        self.folder = folder / "manifests"
        write(COUNT, self.folder)
        self.one = folder / "manifest"
        write(ONE, self.one)
        self.kiki = kiki
        self.checking = [*kiki, "check", "-t", "k8s", str(self.folder)]
        self.env = os.environ | {"KIKI_STATE": str(folder / "state"), "LC_ALL": "C.UTF-8"}

    def check(self) -> float:
        """Kiki's strict check."""
        return self._timed(self.checking)

    def after_start(self) -> float:
        """The same without the check of one manifest, as which every check begins."""
        return self.check() - self._timed([*self.checking[:-1], str(self.one)])

    def validate_after_start(self) -> float:
        """kubernetes-validate's own command, as strict, in the same way."""
        return self.by_validate() - self._validated(self.one)

    def by_validate(self) -> float:
        """The whole of it."""
        return self._validated(self.folder)

    def _validated(self, folder: Path) -> float:
        command = [str(BIN / "kubernetes-validate"), "--strict", "--quiet"]
        return self._timed([*command, *map(str, sorted(folder.glob("*.yaml")))])

    def by_kubectl(self, kubeconfig: str) -> float:
        """``kubectl apply`` of all files, as far as it goes without the server."""
        options = ["--dry-run=client", "--validate=false", "-o", "name", "-f", str(self.folder)]
        return self._timed([str(BIN / "kubectl"), "--kubeconfig", kubeconfig, "apply", *options])

    def memory(self) -> float:
        """The most memory that the check has at a time, in MB."""
        code = (
            "import resource, subprocess, sys; "
            "subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL); "
            "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)"
        )
        command = [sys.executable, "-c", code, *self.checking]
        done = subprocess.run(command, capture_output=True, text=True, env=self.env, check=True)
        return float(done.stdout.split()[-1])

    def _timed(self, command: list[str]) -> float:
        """Seconds of one process. 1 says that it found something, which is no failure."""
        return timed(command, self.env, fine=(0, 1))
