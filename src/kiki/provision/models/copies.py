"""Copying a model from a file or a folder of this machine: a disk, a stick, a network share.

Called by ``pulls``. The file is copied, not moved and not linked: what is loaded later is ours.
"""

from pathlib import Path

from kiki.provision.models.meters import Meter
from kiki.provision.models.proofs import readable

_CHUNK = 1 << 20


def inside(path: Path, file: str) -> Path:
    """The file itself, or *file* in the folder."""
    return path / file if path.is_dir() else path


def fetch(path: Path, partial: Path, meter: Meter) -> None:
    """Copy *path* to *partial*. UsageError ``model.unreadable``; OSError for *partial*."""
    with readable(path):
        source = path.open("rb")
    with source, partial.open("wb") as target:
        while chunk := source.read(_CHUNK):
            target.write(chunk)
            meter.add(len(chunk))
