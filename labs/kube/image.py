#!/usr/bin/python3
"""A container image of one static program, as an archive that ``ctr images import`` reads.

    image.py BUSYBOX ARCHIVE NAME:TAG COMMAND...

Called by ``node.sh`` for the node's images, as no registry can be reached: busybox with all of its
commands in /bin, and COMMAND as what the image runs. The format is that of ``docker save``.
"""

import hashlib
import io
import json
import subprocess
import sys
import tarfile
from pathlib import Path

FOLDERS = {"bin": 0o755, "etc": 0o755, "tmp": 0o1777, "www": 0o755}
PASSWD = b"root:x:0:0::/:/bin/sh\nnobody:x:65534:65534::/:/bin/sh\n"
STOP = "SIGKILL"  # as process 1 busybox minds no other, and every pod would take its half minute
PAGE = b"hello from kiki\n"


def main(busybox: str, archive: str, name: str, *command: str) -> None:
    """Write the archive: one layer, its configuration, and the list of both."""
    layer = layer_of(Path(busybox))
    config = {
        "architecture": "amd64",
        "os": "linux",
        "config": {"Cmd": command, "Env": ["PATH=/bin"], "StopSignal": STOP},
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{hashlib.sha256(layer).hexdigest()}"]},
    }
    listed = [{"Config": "config.json", "RepoTags": [name], "Layers": ["layer.tar"]}]
    with tarfile.open(archive, "w") as tar:
        add(tar, "config.json", json.dumps(config).encode())
        add(tar, "layer.tar", layer)
        add(tar, "manifest.json", json.dumps(listed).encode())


def layer_of(busybox: Path) -> bytes:
    """The root file system."""
    whole = io.BytesIO()
    with tarfile.open(fileobj=whole, mode="w") as tar:
        for folder, mode in FOLDERS.items():
            special(tar, folder, tarfile.DIRTYPE, mode)
        add(tar, "bin/busybox", busybox.read_bytes(), 0o755)
        for one in commands(busybox):
            special(tar, f"bin/{one}", tarfile.SYMTYPE, 0o777, "busybox")
        add(tar, "etc/passwd", PASSWD)
        add(tar, "www/index.html", PAGE)
    return whole.getvalue()


def commands(busybox: Path) -> list[str]:
    """What it can be called as."""
    listed = subprocess.run([busybox, "--list"], capture_output=True, text=True, check=True)
    return sorted(set(listed.stdout.split()) - {"busybox"})


def add(tar: tarfile.TarFile, name: str, content: bytes, mode: int = 0o644) -> None:
    """A file."""
    entry = tarfile.TarInfo(name)
    entry.mode, entry.size = mode, len(content)
    tar.addfile(entry, io.BytesIO(content))


def special(tar: tarfile.TarFile, name: str, kind: bytes, mode: int, target: str = "") -> None:
    """A folder or a link."""
    entry = tarfile.TarInfo(name)
    entry.mode, entry.type, entry.linkname = mode, kind, target
    tar.addfile(entry)


main(*sys.argv[1:])
