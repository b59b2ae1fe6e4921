"""Two apt repositories of tiny packages, laid out as those of Kubernetes and CRI-O are.

Called by ``test_kubeadm``. The packages hold a text, and a unit that really runs where the real
ones have a service. They are signed with a key that no host knows: it comes with the repository.
"""

import base64
import hashlib
import io
import shutil
import subprocess
import tarfile
from collections.abc import Callable
from pathlib import Path

VERSION = "1.32.1-1.1"
PORT = 8099
FOLDER = "/srv/kiki-kube"
UNIT = "kiki-kube-repository"
URL = f"http://127.0.0.1:{PORT}"
_REPOSITORIES = {"kubernetes": ("kubelet", "kubeadm", "kubectl"), "cri-o": ("cri-o",)}
_UNITS = {"kubelet": "kubelet", "cri-o": "crio"}


def serve(scratch: Path, look: Callable[[str], str]) -> None:
    """Build both repositories in *scratch*, bring them to the host that *look* runs commands on,
    as root, and serve them there on loopback."""
    _build(scratch)
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        tar.add(scratch / "repositories", arcname=".")
    data = base64.b64encode(packed.getvalue()).decode()
    look(f"mkdir -p {FOLDER}")
    look(f"sh -c 'echo {data} | base64 -d | tar -xz -C {FOLDER}'")
    server = f"python3 -m http.server {PORT} --bind 127.0.0.1 --directory {FOLDER}"
    look(f"systemd-run --quiet --unit {UNIT} {server}")


def stop(look: Callable[[str], str]) -> None:
    """Take the repositories away again."""
    look(f"systemctl stop {UNIT}")
    look(f"rm -rf {FOLDER}")


def _build(scratch: Path) -> None:
    home = scratch / "gpg"
    home.mkdir(mode=0o700)
    _gpg(
        home, "--passphrase", "", "--quick-generate-key", "kube@invalid", "rsa2048", "sign", "never"
    )
    for name, packages in _REPOSITORIES.items():
        flat = scratch / "repositories" / name / "v1.32" / "deb"
        flat.mkdir(parents=True)
        stanzas = [_package(scratch, flat, package) for package in packages]
        (flat / "Packages").write_text("\n".join(stanzas))
        sums = _sum(flat / "Packages")
        (flat / "Release").write_text(f"Date: {_date()}\nSHA256:\n {sums} Packages\n")
        _gpg(home, "--clearsign", "--output", str(flat / "InRelease"), str(flat / "Release"))
        _gpg(home, "--armor", "--export", "--output", str(flat / "Release.key"), "kube@invalid")
    subprocess.run(["gpgconf", "--homedir", home, "--kill", "all"], check=True)


def _package(scratch: Path, flat: Path, name: str) -> str:
    """Build the package *name* into *flat*; its stanza of ``Packages``."""
    tree = scratch / "trees" / name
    (tree / "DEBIAN").mkdir(parents=True)
    control = (
        f"Package: {name}\nVersion: {VERSION}\nArchitecture: all\n"
        f"Maintainer: Kiki's lab <lab@invalid>\nDescription: stands in for {name}\n"
    )
    (tree / "DEBIAN" / "control").write_text(control)
    if name in _UNITS:
        _unit(tree, _UNITS[name])
    built = flat / f"{name}.deb"
    call = ["dpkg-deb", "--build", "--root-owner-group", str(tree), str(built)]
    subprocess.run(call, check=True, stdout=subprocess.DEVNULL)
    size, _, _ = _sum(built).partition(" ")[2].partition(" ")
    digest = hashlib.sha256(built.read_bytes()).hexdigest()
    return f"{control}Filename: ./{name}.deb\nSize: {size}\nSHA256: {digest}\n"


def _unit(tree: Path, name: str) -> None:
    """A service of *name*, and the scripts that systemd hears of it by."""
    unit = tree / "lib" / "systemd" / "system" / f"{name}.service"
    unit.parent.mkdir(parents=True)
    unit.write_text(
        f"[Unit]\nDescription={name} of the lab\n\n[Service]\nExecStart=/bin/sleep infinity\n\n"
        "[Install]\nWantedBy=multi-user.target\n"
    )
    gone = f"[ $1 != remove ] || systemctl --quiet disable --now {name}.service\n"
    for script, does in (("postinst", ""), ("prerm", gone), ("postrm", "")):
        path = tree / "DEBIAN" / script
        reload = "" if script == "prerm" else "systemctl daemon-reload\n"
        path.write_text(f"#!/bin/sh\n{does}{reload}")
        path.chmod(0o755)


def _sum(path: Path) -> str:
    data = path.read_bytes()
    return f"{hashlib.sha256(data).hexdigest()} {len(data)}"


def _date() -> str:
    done = subprocess.run(["date", "-uR"], capture_output=True, text=True, check=True)
    return done.stdout.strip().replace("+0000", "UTC")


def _gpg(home: Path, *arguments: str) -> None:
    program = shutil.which("gpg")
    assert program, "gpg signs the lab's packages"
    subprocess.run([program, "--homedir", home, "--batch", "--quiet", *arguments], check=True)
