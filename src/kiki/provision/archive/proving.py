"""Checking an archive before it is unpacked: every file is in its list of sums, with that hash.

Called by ``cli.archives``. A damaged or incomplete archive is found here; one that somebody made on
purpose has sums of its own, so compare the archive's own hash with what its maker tells you. After
unpacking ``sha256sum -c SHA256SUMS`` says the same.
"""

import hashlib
import platform
import tarfile
from pathlib import Path
from typing import IO

import msgspec

from kiki.model.errors import PermanentError, UsageError
from kiki.provision.archive import contents
from kiki.provision.archive.packing import ABOUT, SUMS, About

_LARGEST = 4 << 20  # bytes of the texts that are read whole


def prove(path: Path) -> tuple[About, list[str]]:
    """What the archive says of itself, and what is wrong with it: names of files that are damaged,
    missing, unlisted, or no plain files. UsageError ``archive.unreadable``; PermanentError
    ``archive.foreign`` for another tar file."""
    try:
        with tarfile.open(path) as archive:
            return _proved(archive, str(path))
    except (OSError, tarfile.TarError, EOFError) as error:
        raise UsageError("archive.unreadable", path=str(path), why=str(error)) from error


def fits(about: About, python: str) -> bool:
    """Whether its wheels are for the Python version *python* and for this machine."""
    return (about.python, about.machine) == (python, platform.machine())


def _proved(archive: tarfile.TarFile, path: str) -> tuple[About, list[str]]:
    found, texts, odd = {}, {}, []
    for entry in archive:
        file = archive.extractfile(entry) if entry.isreg() else None
        if file is None:
            odd += [] if _is_link(entry) else [entry.name]
        elif entry.name in (ABOUT, SUMS) and entry.size <= _LARGEST:
            texts[entry.name] = file.read()
            found[entry.name] = hashlib.sha256(texts[entry.name]).hexdigest()
        else:
            found[entry.name] = _digest(file)
    if {ABOUT, SUMS} - texts.keys():
        raise PermanentError("archive.foreign", path=path)
    try:
        about = msgspec.json.decode(texts[ABOUT], type=About)
    except msgspec.MsgspecError as error:
        raise PermanentError("archive.foreign", path=path) from error
    listed = _listed(texts[SUMS].decode("utf-8", "replace"))
    del found[SUMS]
    wrong = {name for name in found.keys() | listed.keys() if found.get(name) != listed.get(name)}
    return about, sorted({*odd, *wrong})


def _is_link(entry: tarfile.TarInfo) -> bool:
    """The one link that an archive has."""
    return entry.issym() and (entry.name, entry.linkname) == (contents.LINK, ".")


def _listed(text: str) -> dict[str, str]:
    rows = [line.partition("  ") for line in text.splitlines()]
    return {name: digest for digest, _, name in rows}


def _digest(file: IO[bytes]) -> str:
    found = hashlib.sha256()
    while chunk := file.read(1 << 20):
        found.update(chunk)
    return found.hexdigest()
