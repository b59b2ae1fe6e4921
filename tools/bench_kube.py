"""The check and the plan of many manifests, by Kiki and by its peers, for ``make bench``.

Called by ``bench``. The same files for all: 1,000 objects in 100 of them (``many_manifests``) are
checked, 200 planned, all in one process each. For the check kubectl sends nothing
(``--dry-run=client``), but asks a cluster for its kinds.
"""

import os
import re
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from many_manifests import write
from timing import timed

COUNT = 1000
ONE = 1  # manifest, whose check is what each program needs to begin
PLANNED = 200
TOOLS = Path(__file__).resolve().parent
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


class Planning:
    """200 objects in a namespace of the lab's cluster, and manifests of them in which every other
    file has another label, in seconds of a plan. Nothing of them starts a pod."""

    def __init__(self, python: str, kubeconfig: str, folder: Path) -> None:
        self.folder = folder / "planned"
        self.place = f"kiki-bench-{uuid.uuid4().hex[:8]}"
        self._kubectl = [str(BIN / "kubectl"), "--kubeconfig", kubeconfig]
        tool = str(TOOLS / "many_objects.py")
        self._ours = [python, tool, kubeconfig, str(self.folder)]

    @contextmanager
    def there(self) -> Iterator[None]:
        """While the objects are in the cluster."""
        write(PLANNED, self.folder)
        for path in self.folder.glob("*.yaml"):
            path.write_text(self._without_pods(path.read_text()))
        timed([*self._kubectl, "create", "namespace", self.place])
        try:
            options = ["--server-side", "--field-manager=kiki", "-f", str(self.folder)]
            timed([*self._kubectl, "apply", *options])
            self._change()
            yield
        finally:
            timed([*self._kubectl, "delete", "namespace", self.place, "--wait=false"])

    def ours(self) -> float:
        """Kiki's plan, from the files to what a person reads."""
        return timed(self._ours)

    def by_kubectl(self) -> float:
        """``kubectl diff``, which ends with 1 where there are differences."""
        return timed([*self._kubectl, "diff", "-f", str(self.folder)], fine=(1,))

    def _without_pods(self, text: str) -> str:
        text = re.sub(r"namespace: shop-\d+", f"namespace: {self.place}", text)
        text = re.sub(r"  replicas: \d+", "  replicas: 0", text)
        return re.sub(r"(  backoffLimit: \d+)", r"\1\n  parallelism: 0", text)

    def _change(self) -> None:
        for path in sorted(self.folder.glob("*.yaml"))[::2]:
            path.write_text(re.sub(r"    tier: t\d", "    tier: other", path.read_text()))
