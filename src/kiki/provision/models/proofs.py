"""What proves a model file: its SHA-256, which is remembered until the file changes.

Called before every load, by ``pulls`` and by ``kiki model verify``. Hashing a gigabyte takes about
a second; a file whose inode, size and both times are as they were when it was hashed is not hashed
again. Nothing here trusts a name or a place.
"""

import contextlib
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import msgspec

from kiki.model.errors import PermanentError, UsageError
from kiki.model.records import Record
from kiki.provision import caches
from kiki.provision.installers import Report
from kiki.provision.models.catalogue import Model
from kiki.provision.models.meters import Meter
from kiki.provision.models.shelves import made

_CHUNK = 1 << 20
_FILE = "proofs.json"


class Proof(Record, frozen=True):
    """A file as it was when it was hashed; times in nanoseconds."""

    sha256: str
    inode: int
    size: int
    modified: int
    changed: int


class Proofs:
    """The remembered hashes, in *folder*."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / _FILE

    def holds(self, path: Path, model: Model) -> bool:
        """Whether the file is known to be the model's and has not been touched since."""
        proof = self._read().get(str(path))
        with contextlib.suppress(OSError):
            return proof is not None and proof == _proof(path, model.sha256)
        return False

    def prove(self, path: Path, model: Model, report: Report) -> None:
        """Return when the file is the model's, hashed now if need be.

        PermanentError ``model.damaged`` when it is another; UsageError ``model.unreadable``.
        """
        if self.holds(path, model):
            return
        with readable(path):
            before = _proof(path, model.sha256)
            found = _hash(path, before.size, report) if before.size == model.size else ""
            if found != model.sha256 or _proof(path, model.sha256) != before:
                raise damaged(path, model, before.size, found)
        self._remember(path, before)

    def forget(self, path: Path) -> None:
        """Have the file hashed at the next look, whatever is remembered."""
        self._write({name: one for name, one in self._read().items() if name != str(path)})

    def moved(self, path: Path, model: Model) -> None:
        """Remember the file at *path*, which was proven under another name a moment ago."""
        self._remember(path, _proof(path, model.sha256))

    def _remember(self, path: Path, proof: Proof) -> None:
        self._write(self._read() | {str(path): proof})

    def _read(self) -> dict[str, Proof]:
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=dict[str, Proof])
        except (OSError, msgspec.DecodeError):  # nothing is remembered: hash again
            return {}

    def _write(self, proofs: dict[str, Proof]) -> None:
        """Remember; where that can't be written, the next look hashes again."""
        kept = {path: proof for path, proof in proofs.items() if os.path.lexists(path)}
        with contextlib.suppress(OSError):
            made(self._path.parent)
            caches.keep(self._path, msgspec.json.encode(kept))


def damaged(path: Path, model: Model, size: int, found: str) -> PermanentError:
    """The error for a file that is not the model's; *found* is its hash, empty when its size
    already says so."""
    if not found:
        params = {"size": str(size), "wanted": str(model.size)}
        return PermanentError("model.wrong_size", path=str(path), id=model.id, **params)
    return PermanentError(
        "model.damaged", path=str(path), id=model.id, found=found[:16], wanted=model.sha256[:16]
    )


@contextlib.contextmanager
def readable(path: Path) -> Iterator[None]:
    """Turn a failed read of *path* into UsageError ``model.unreadable``."""
    try:
        yield
    except OSError as error:
        why = error.strerror or str(error)
        raise UsageError("model.unreadable", path=str(path), why=why) from error


def set_aside(path: Path) -> Path:
    """Move a file that is not what its name says out of the way; where it is now."""
    kept = path.with_name(f"{path.name}.damaged")
    with readable(path):
        path.replace(kept)
    return kept


def _hash(path: Path, size: int, report: Report) -> str:
    meter = Meter("model.verifying", size, report, file=path.name)
    found = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            found.update(chunk)
            meter.add(len(chunk))
    meter.end()
    return found.hexdigest()


def _proof(path: Path, sha256: str) -> Proof:
    stat = path.stat()
    return Proof(
        sha256=sha256,
        inode=stat.st_ino,
        size=stat.st_size,
        modified=stat.st_mtime_ns,
        changed=stat.st_ctime_ns,
    )
