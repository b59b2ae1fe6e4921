"""Bringing one model here: room, bytes, proof, place.

Called by ``kiki model pull``, which has asked the user. A file gets its name only when its hash is
right; what was fetched before a stop is kept and gone on with; two pulls of one model wait for
each other.
"""

import contextlib
import errno
import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from kiki.model.errors import KikiError, PermanentError, TemporaryError, UsageError
from kiki.provision import turns
from kiki.provision.installers import Report
from kiki.provision.models import copies, downloads, parts
from kiki.provision.models.catalogue import Model, Source
from kiki.provision.models.meters import Meter
from kiki.provision.models.proofs import Proofs, set_aside
from kiki.provision.models.shelves import Shelves, made

SPARE = 200_000_000  # bytes that stay free, for the record and everybody else
_DENIED = (errno.EACCES, errno.EPERM, errno.EROFS)
_FULL = (errno.ENOSPC, errno.EDQUOT)


def pull(
    model: Model, tries: Sequence[Source], shelves: Shelves, proofs: Proofs, report: Report
) -> Path:
    """The model's proven file, fetched from the first source that has it.

    UsageError ``model.no_source``, ``model.not_writable``; TemporaryError ``model.disk_full``; the
    last source's error when none of them gave it; PermanentError ``model.damaged`` for a file that
    came and is another.
    """
    path = shelves.home / model.file
    with _failures(path), _alone(path, report):
        if path.is_file() and _proven(path, model, proofs, report):
            return path
        _fill(model, tries, shelves.partial(model), report)
        _place(shelves.partial(model), path, model, proofs, report)
    return path


def _proven(path: Path, model: Model, proofs: Proofs, report: Report) -> bool:
    """Whether the file that is there is the model's; another one is moved out of the way."""
    try:
        proofs.prove(path, model, report)
    except PermanentError:
        report("model.set_aside", {"path": str(path), "kept": str(set_aside(path))})
        return False
    return True


def _fill(model: Model, tries: Sequence[Source], partial: Path, report: Report) -> None:
    last: KikiError = UsageError("model.no_source", id=model.id)
    for source in tries:
        require_room(model, source, partial)
        params = {"id": model.id, "where": source.where, "size": str(model.size // 1_000_000)}
        report("model.pulling", params)
        try:
            return _fetch(model, source, partial, report)
        except KikiError as error:
            last = error
            told = {name: str(value) for name, value in error.params.items()}
            report("model.source_failed", {**told, "where": source.where, "reason": error.code})
    raise last


def _fetch(model: Model, source: Source, partial: Path, report: Report) -> None:
    done = _size(partial) if source.kind != "file" else 0
    meter = Meter("model.bytes", model.size, report, done, file=model.file)
    if source.kind == "file":
        copies.fetch(Path(source.path), partial, meter)
    elif source.kind == "url":
        downloads.fetch(source.url, model, partial, meter)
    else:
        parts.fetch(source.parts, partial, meter, report)
    meter.end()
    if _size(partial) != model.size:
        size = _size(partial)
        partial.unlink()
        raise downloads.other_file(source.where, model, size)


def _place(partial: Path, path: Path, model: Model, proofs: Proofs, report: Report) -> None:
    """Prove it and give it its name. What is not the model is not kept: nothing can go on
    from it."""
    try:
        proofs.prove(partial, model, report)
    except PermanentError:
        partial.unlink(missing_ok=True)
        raise
    with partial.open("rb") as file:
        os.fsync(file.fileno())
    partial.chmod(0o644)
    partial.replace(path)
    proofs.moved(path, model)


def require_room(model: Model, source: Source, partial: Path) -> None:
    """TemporaryError ``model.disk_full`` unless the rest of the model fits on the disk."""
    largest = max((part.size for part in source.parts), default=0)
    needed = model.size - _size(partial) + largest + SPARE
    free = shutil.disk_usage(partial.parent).free
    if free < needed:
        room = {"free": str(free // 1_000_000), "needed": str(needed // 1_000_000)}
        raise TemporaryError("model.disk_full", path=str(partial.parent), id=model.id, **room)


def _size(partial: Path) -> int:
    return partial.stat().st_size if partial.exists() else 0


@contextlib.contextmanager
def _alone(path: Path, report: Report) -> Iterator[None]:
    made(path.parent)
    lock = path.with_name(f".{path.name}.lock")
    with turns.alone(lock, lambda: report("model.waiting", {"file": path.name})):
        yield


@contextlib.contextmanager
def _failures(path: Path) -> Iterator[None]:
    """Operations on the model's folder that fail, in words."""
    try:
        yield
    except OSError as error:
        why = error.strerror or str(error)
        if error.errno in _FULL:
            raise TemporaryError("model.disk_ended", path=str(path.parent), why=why) from error
        if error.errno in _DENIED:
            raise UsageError("model.not_writable", path=str(path.parent), why=why) from error
        raise TemporaryError("model.write_failed", path=str(path.parent), why=why) from error
