"""Putting an archive back: ``kiki backup restore FILE``.

Called by ``wiring``. An archive comes from somewhere and is judged before anything is made: each
file has to be one that its list names, at a place that is below its own folders, with that size and
checksum. It is put into a state folder that is empty but for the master key, and into a database
that is empty; rows and keys in one transaction, and what was made goes again when that fails.
"""

import base64
import hashlib
import shutil
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

import msgspec
from sqlalchemy import Table

from kiki.model.errors import RecordError, UsageError
from kiki.model.ledger import LedgerFault
from kiki.store.backup import archive
from kiki.store.backup.archive import Content, Manifest
from kiki.store.backup.whole import Where, Whole
from kiki.store.database import REVISION
from kiki.store.files import file_failures, write_whole
from kiki.store.keys import MASTER
from kiki.store.sql import Connection

_CHUNK = 1 << 20
_LONGEST_LIST = 1 << 28


def restore(
    path: str, where: Where, actor: str, now: Callable[[], str]
) -> tuple[Manifest, tuple[LedgerFault, ...]]:
    """Put the archive back and verify the record that it makes; a record ``restore`` is appended.

    UsageError ``store.no_backup``, ``store.not_empty``, ``store.backup_newer``; RecordError
    ``store.backup_damaged``; and what opening the record raises, ``store.key_missing`` among them
    where the master key is not there."""
    place, folder = Path(path), Path(where.state_dir)
    with file_failures(place), _opened(place) as packed:
        manifest = _judged(packed, place)
        _require_empty(folder)
        with file_failures(folder), _undone_on_failure(folder):
            whole = Whole(where, now)
            try:
                _put_back(packed, manifest, whole)
                told = {"created": manifest.created, "head": _end(manifest)}
                whole.ledger.append(actor, "restore", "record", told)
                return manifest, whole.ledger.verify()
            finally:
                whole.database.close()


@contextmanager
def _opened(place: Path) -> Iterator[zipfile.ZipFile]:
    try:
        packed = zipfile.ZipFile(place)
    except zipfile.BadZipFile:
        raise UsageError("store.no_backup", path=str(place)) from None
    with packed:
        try:
            yield packed
        except (zipfile.BadZipFile, msgspec.MsgspecError, EOFError) as error:
            detail = str(error)[:100]
            raise RecordError("store.backup_damaged", name=detail) from error


def _judged(packed: zipfile.ZipFile, place: Path) -> Manifest:
    """The list of contents, once everything agrees with it."""
    names = packed.namelist()
    if archive.MANIFEST not in names:
        raise UsageError("store.no_backup", path=str(place))
    manifest = _manifest(packed)
    if manifest.schema > REVISION:
        raise UsageError("store.backup_newer", found=manifest.schema, known=REVISION)
    tables = {f"tables/{table.name}.jsonl" for table in archive.tables()}
    known = all(name in tables for name in manifest.files if name.startswith("tables/"))
    listed = sorted(names) == sorted([archive.MANIFEST, *manifest.files])
    if not listed or not known or archive.LEDGER_KEY not in manifest.files:
        raise RecordError("store.backup_damaged", name=archive.MANIFEST)
    for name, content in manifest.files.items():
        if not archive.sensible(name) or not _is_whole(packed, name, content):
            raise RecordError("store.backup_damaged", name=name)
    return manifest


def _manifest(packed: zipfile.ZipFile) -> Manifest:
    with packed.open(archive.MANIFEST) as file:
        return msgspec.json.decode(file.read(_LONGEST_LIST), type=Manifest)


def _is_whole(packed: zipfile.ZipFile, name: str, content: Content) -> bool:
    """Never reads more than the list says, whatever the file unpacks to."""
    size, summed = 0, hashlib.sha256()
    with packed.open(name) as file:
        while size <= content.size and (chunk := file.read(_CHUNK)):
            size += len(chunk)
            summed.update(chunk)
    return (size, summed.hexdigest()) == (content.size, content.sha256)


def _require_empty(folder: Path) -> None:
    """UsageError ``store.not_empty`` for a folder with more in it than a master key."""
    allowed = {folder / "keys", folder / "keys" / MASTER}
    with file_failures(folder):
        if not set(folder.rglob("*")) <= allowed:
            raise UsageError("store.not_empty", path=str(folder))
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)


@contextmanager
def _undone_on_failure(folder: Path) -> Iterator[None]:
    """The folder was empty but for a master key, and is so again."""
    try:
        yield
    except BaseException:
        with suppress(OSError):
            for path in folder.iterdir():
                if path.name == "keys":
                    _leave_master(path)
                elif path.is_dir():
                    shutil.rmtree(path)
                else:
                    path.unlink()
        raise


def _leave_master(keys: Path) -> None:
    for path in keys.iterdir():
        if path.name != MASTER:
            path.unlink()


def _put_back(packed: zipfile.ZipFile, manifest: Manifest, whole: Whole) -> None:
    runs = [name for name in manifest.files if name.startswith("runs/")]
    for name in runs:
        _unpack(packed, name, whole.folder / name)
    whole.ring.prepare()
    with whole.database.writing() as connection:
        for table in archive.tables():
            _require_no_rows(connection, table, whole)
            name = f"tables/{table.name}.jsonl"
            if name in manifest.files:
                with packed.open(name) as file:
                    _fill(connection, table, file)
        _write_key(packed, connection, whole)
    whole.keys.begin()


def _unpack(packed: zipfile.ZipFile, name: str, place: Path) -> None:
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with packed.open(name) as file, place.open("xb") as out:
        place.chmod(0o600)
        shutil.copyfileobj(file, out, _CHUNK)


def _require_no_rows(connection: Connection, table: Table, whole: Whole) -> None:
    if connection.execute(f"SELECT 1 FROM {table.name} LIMIT 1").fetchone():  # noqa: S608
        raise UsageError("store.not_empty", path=whole.shown)


def _fill(connection: Connection, table: Table, file: IO[bytes]) -> None:
    rows = archive.rows_of(table, file)
    names: list[Any] = next(rows, [])
    if names:
        connection.executemany(archive.insertion(table, names), rows)


def _write_key(packed: zipfile.ZipFile, connection: Connection, whole: Whole) -> None:
    """The ledger's key, which only the record's own master key opens."""
    with packed.open(archive.LEDGER_KEY) as file:
        sealed = file.read()
    if not whole.ring.masters(connection):
        raise RecordError("store.backup_damaged", name="tables/data_keys.jsonl")
    whole.ring.open(connection)
    plain = whole.ring.unseal(connection, sealed, *archive.PURPOSE)
    key = whole.folder / "keys" / "ledger.key"
    key.parent.mkdir(mode=0o700, exist_ok=True)
    write_whole(key, base64.b64encode(base64.b64decode(plain)) + b"\n")


def _end(manifest: Manifest) -> str:
    return manifest.head.hash if manifest.head else ""
