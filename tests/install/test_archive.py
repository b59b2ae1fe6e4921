"""An installation archive of this clone, unpacked where no network is: Kiki starts and makes code.

A network namespace of its own has no route to anywhere (unshare(1), which needs root here).
"""

import os
import subprocess
import tarfile
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.install.test_first_run import environment

pytestmark = pytest.mark.install

GEN = ("gen", "-t", "k8s", "--name", "web", "--image", "nginx:1.27", "--port", "80")


@pytest.mark.skipif(os.geteuid() != 0, reason="a namespace without a network needs root")
def test_kiki_is_installed_without_a_network(tmp_path: Path) -> None:
    archive, folder = tmp_path / "kiki.tar", tmp_path / "air gap"
    made = kiki(ROOT, "bundle", "make", str(archive), "--with", "base", home=tmp_path / "maker")
    assert made.returncode == 0, made.stderr
    told = kiki(ROOT, "bundle", "verify", str(archive), home=tmp_path / "maker")
    assert told.returncode == 0, told.stdout + told.stderr

    with tarfile.open(archive) as file:
        file.extractall(folder, filter="data")
    sums = ["sha256sum", "-c", "--quiet", "SHA256SUMS"]
    subprocess.run(sums, cwd=folder, check=True)
    done = kiki(folder, *GEN, home=tmp_path / "home", before=("unshare", "--net"))
    assert done.returncode == 0, done.stderr
    assert "image: nginx:1.27" in done.stdout


def kiki(
    folder: Path, *arguments: str, home: Path, before: tuple[str, ...] = ()
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*before, folder / "kiki.py", *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env=environment(home),
    )
