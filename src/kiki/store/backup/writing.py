"""Writing the whole record into one archive: ``kiki backup FILE``.

Called by ``wiring``. The database is read in one transaction, so it is of one moment, while others
go on writing; run folders are read after it, so that none that the database knows is missing. The
master key is not in the archive; the ledger's key is, sealed with a data key, which the master key
opens.
"""

import base64
import hashlib
import os
import stat
import zipfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import msgspec

from kiki import __version__
from kiki.model.errors import UsageError
from kiki.model.ledger import LedgerHead
from kiki.store.backup import archive
from kiki.store.backup.archive import Content, Manifest
from kiki.store.backup.whole import Where, Whole
from kiki.store.database import REVISION
from kiki.store.files import file_failures, settle
from kiki.store.sql import streamed

_EPOCH = (1980, 1, 1, 0, 0, 0)
_CHUNK = 1 << 20
_QUICK = 1
"""How hard to compress: most of it is sealed, and can't be made smaller."""


def write(
    path: str, where: Where, actor: str, now: Callable[[], str], *, overwrite: bool = False
) -> Manifest:
    """Write the archive, for its owner only, durable when this returns; what is in it. A record
    ``backup`` is appended first, and is in it. UsageError ``store.nothing_to_back_up``,
    ``store.backup_exists``; and what opening the record raises."""
    place, whole = Path(path), Whole(where, now)
    try:
        with file_failures(place):
            if place.exists() and not overwrite:
                raise UsageError("store.backup_exists", path=path)
        if whole.ledger.head() is None:
            raise UsageError("store.nothing_to_back_up", path=where.state_dir)
        sealed = _ledger_key(whole)
        whole.ledger.append(actor, "backup", "record", {})
        with file_failures(place):
            return _written(place, _Archive(whole, sealed, now()))
    finally:
        whole.database.close()


def _ledger_key(whole: Whole) -> bytes:
    plain = whole.keys.ledger(create=False).private_bytes_raw()
    whole.ring.prepare()
    with whole.database.writing() as connection:
        return whole.ring.seal(connection, base64.b64encode(plain), *archive.PURPOSE)


class _Archive:
    """What goes into it, file by file."""

    def __init__(self, whole: Whole, sealed: bytes, created: str) -> None:
        self.whole = whole
        self.sealed = sealed
        self.created = created
        self.head: LedgerHead | None = None
        self.left_out = 0

    def files(self) -> Iterator[tuple[str, Iterable[bytes]]]:
        """Each file's name and what is in it."""
        with self.whole.database.reading() as connection:
            self.head = self.whole.ledger.head_in(connection)
            for table in archive.tables():
                rows = streamed(connection, archive.statement(table))
                yield f"tables/{table.name}.jsonl", archive.lines(table, rows)
        yield archive.LEDGER_KEY, [self.sealed]
        yield from self._runs()

    def _runs(self) -> Iterator[tuple[str, Iterable[bytes]]]:
        root = self.whole.folder / "runs"
        for folder, _, names in os.walk(root):
            for name in sorted(names):
                path = Path(folder, name)
                inside = f"runs/{path.relative_to(root).as_posix()}"
                handle = _plain(path) if archive.sensible(inside) else None
                if handle is None:
                    self.left_out += 1
                else:
                    yield inside, _chunks(handle)


def _plain(path: Path) -> int | None:
    """An open file; None for what is no plain file, or went away meanwhile."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return None
    if stat.S_ISREG(os.fstat(handle).st_mode):
        return handle
    os.close(handle)
    return None


def _chunks(handle: int) -> Iterator[bytes]:
    with os.fdopen(handle, "rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk


def _written(place: Path, made: _Archive) -> Manifest:
    draft = place.with_name(f".{place.name}.{os.getpid()}.{os.urandom(4).hex()}")
    try:
        with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600), "w+b") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=_QUICK) as packed:
                manifest = _packed(packed, made)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(place)
        settle(place.parent)
    finally:
        draft.unlink(missing_ok=True)
    return manifest


def _packed(packed: zipfile.ZipFile, made: _Archive) -> Manifest:
    files = {name: _add(packed, name, chunks) for name, chunks in made.files()}
    manifest = Manifest(
        format="kiki-backup",
        version=1,
        kiki=__version__,
        schema=REVISION,
        created=made.created,
        head=made.head,
        left_out=made.left_out,
        files=files,
    )
    _add(packed, archive.MANIFEST, [msgspec.json.format(msgspec.json.encode(manifest), indent=1)])
    return manifest


def _add(packed: zipfile.ZipFile, name: str, chunks: Iterable[bytes]) -> Content:
    info = zipfile.ZipInfo(name, _EPOCH)
    info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
    size, summed = 0, hashlib.sha256()
    with packed.open(info, "w", force_zip64=True) as out:
        for chunk in chunks:
            out.write(chunk)
            summed.update(chunk)
            size += len(chunk)
    return Content(size=size, sha256=summed.hexdigest())
