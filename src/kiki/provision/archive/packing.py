"""Making the archive: a tar file with everything that an installation needs.

Called by ``cli.archives``. What is in it: the clone's files, ``wheels/``, ``models/``, ``images/``
(of containers, as podman saves them), ``sbom.cdx.json``, ``LICENCES.txt``, ``archive.json`` (for
which Python and machine) and ``SHA256SUMS`` over all of them. The same parts give the same bytes:
nothing in it has a date or an owner. It is written beside its place and moved there when whole.
"""

import hashlib
import io
import platform
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterable
from pathlib import Path

import msgspec

from kiki import __version__
from kiki.model.errors import UsageError
from kiki.model.records import Record
from kiki.provision import environments
from kiki.provision.archive import components, contents, wheels
from kiki.provision.archive.components import Component
from kiki.provision.installers import Report
from kiki.provision.models.catalogue import Model

SUMS = "SHA256SUMS"
ABOUT = "archive.json"
_EXECUTABLE = ("kiki.py",)


class About(Record, frozen=True):
    """What an archive says of itself. *python* and *machine* are those that its wheels fit."""

    version: str
    python: str
    machine: str
    environments: tuple[str, ...]
    models: tuple[str, ...]
    images: tuple[str, ...]


class Wanted(Record, frozen=True):
    """What is to be in the archive, beside Kiki itself."""

    environments: tuple[str, ...] = wheels.USUAL
    models: tuple[tuple[Model, str], ...] = ()
    images: tuple[str, ...] = ()


def pack(out: Path, wanted: Wanted, report: Report) -> About:
    """Write the archive to *out*.

    UsageError ``archive.no_clone``, ``archive.no_podman`` or ``archive.image_failed``; what
    ``environments.explained`` makes of a disk's errors; what ``wheels.fetch`` raises.
    """
    clone = contents.root()
    try:
        with tempfile.TemporaryDirectory(dir=out.parent, prefix=".kiki-archive-") as folder:
            place = Path(folder)
            parts = [*contents.files(clone), *_brought(place, wanted, report)]
            about = _about(wanted)
            _write(place / "whole.tar", parts, _texts(parts, wanted, about))
            (place / "whole.tar").replace(out)
    except OSError as error:
        raise environments.explained(error, out) from error
    return about


def _brought(place: Path, wanted: Wanted, report: Report) -> list[tuple[str, Path]]:
    """What does not lie in the clone: wheels, models, images."""
    wheels.fetch(wanted.environments, place / "wheels", report)
    found = [(f"wheels/{path.name}", path) for path in (place / "wheels").glob("*.whl")]
    found += [(f"models/{model.file}", Path(path)) for model, path in wanted.models]
    (place / "images").mkdir()
    for image in wanted.images:
        report("archive.image", {"name": image})
        path = place / "images" / f"{image.replace('/', '_').replace(':', '_')}.tar"
        _save(image, path)
        found.append((f"images/{path.name}", path))
    return sorted(found)


def _save(image: str, path: Path) -> None:
    podman = shutil.which("podman")
    if podman is None:
        raise UsageError("archive.no_podman", name=image)
    command = [podman, "save", "--format", "oci-archive", "-o", str(path), "--", image]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    if done.returncode:
        lines = done.stderr.decode(errors="replace").strip().splitlines()
        raise UsageError("archive.image_failed", name=image, line=lines[-1] if lines else "")


def _about(wanted: Wanted) -> About:
    return About(
        version=__version__,
        python=f"{sys.version_info[0]}.{sys.version_info[1]}",
        machine=platform.machine(),
        environments=tuple(dict.fromkeys(("base", *wanted.environments))),
        models=tuple(model.id for model, _ in wanted.models),
        images=wanted.images,
    )


def _texts(
    parts: Iterable[tuple[str, Path]], wanted: Wanted, about: About
) -> list[tuple[str, bytes]]:
    """The files that are made here; the sums come last, over all the others."""
    parts = list(parts)
    made = _components(parts, wanted)
    texts = [
        ("LICENCES.txt", components.listed(made).encode()),
        (ABOUT, msgspec.json.format(msgspec.json.encode(about)) + b"\n"),
        ("sbom.cdx.json", components.bill(made).encode()),
    ]
    sums = [(name, components.sha256(path)) for name, path in parts]
    sums += [(name, hashlib.sha256(data).hexdigest()) for name, data in texts]
    lines = "".join(f"{digest}  {name}\n" for name, digest in sorted(sums))
    return [*texts, (SUMS, lines.encode())]


def _components(parts: Iterable[tuple[str, Path]], wanted: Wanted) -> list[Component]:
    packages = [components.of_wheel(path) for _, path in parts if path.suffix == ".whl"]
    found = [*packages, *(components.of_model(model) for model, _ in wanted.models)]
    return sorted(found, key=lambda one: (one.name.lower(), one.version))


def _write(
    out: Path, parts: Iterable[tuple[str, Path]], texts: Iterable[tuple[str, bytes]]
) -> None:
    with tarfile.open(out, "w", format=tarfile.PAX_FORMAT) as archive:
        link = _entry(contents.LINK)
        link.type, link.linkname = tarfile.SYMTYPE, "."
        archive.addfile(link)
        for name, path in parts:
            with path.open("rb") as file:
                entry = _entry(name)
                entry.size = path.stat().st_size
                archive.addfile(entry, file)
        for name, data in texts:
            entry = _entry(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))


def _entry(name: str) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.mode = 0o755 if name in _EXECUTABLE else 0o644
    return entry
