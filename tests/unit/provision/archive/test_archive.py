"""An installation archive: what is in it, that it is the same twice, and how damage is found.

With two wheels of the test's own instead of the registry's; ``tests/install/test_archive.py`` makes
a real one and installs from it without a network.
"""

import hashlib
import io
import json
import tarfile
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from kiki.model.errors import KikiError, PermanentError, UsageError
from kiki.provision import installers, places
from kiki.provision.archive import components, contents, packing, proving, wheels
from kiki.provision.archive.packing import Wanted
from kiki.provision.installers import Report
from kiki.provision.models import catalogue

METADATA = """Metadata-Version: 2.1
Name: {name}
Version: 1.0
{licence}

Not a header: License: none
"""


def wheel(folder: Path, name: str, licence: str) -> Path:
    path = folder / f"{name}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as made:
        entry = zipfile.ZipInfo(f"{name}-1.0.dist-info/METADATA", (2020, 1, 1, 0, 0, 0))
        made.writestr(entry, METADATA.format(name=name, licence=licence))
    return path


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Which locks were downloaded."""
    asked: list[list[str]] = []

    def download(folder: Path, locks: Iterable[Path], report: Report) -> None:
        asked.append([lock.stem for lock in locks])
        wheel(folder, "beta", "License-Expression: MIT")
        wheel(
            folder, "Alpha", "License: UNKNOWN\nClassifier: License :: OSI Approved :: ISC License"
        )

    monkeypatch.setattr(installers, "download", download)
    return asked


def deaf(code: str, params: dict[str, str]) -> None:
    """Hear nothing."""


def packed(path: Path, wanted: Wanted | None = None) -> Path:
    packing.pack(path, wanted or Wanted(environments=("ansible",)), deaf)
    return path


def test_the_same_parts_make_the_same_bytes(tmp_path: Path, registry: list[list[str]]) -> None:
    one, two = (packed(tmp_path / name).read_bytes() for name in ("one.tar", "two.tar"))
    assert one == two
    assert registry == [["base", "ansible", "collections"]] * 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one.tar", "two.tar"]


def test_everything_is_listed_with_its_hash(tmp_path: Path, registry: list[list[str]]) -> None:
    with tarfile.open(packed(tmp_path / "a.tar")) as archive:
        archive.extractall(tmp_path / "out", filter="data")
    out = tmp_path / "out"
    rows = [line.split("  ") for line in (out / "SHA256SUMS").read_text().splitlines()]
    for digest, name in rows:
        assert hashlib.sha256((out / name).read_bytes()).hexdigest() == digest
    names = {name for _, name in rows}
    there = {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}
    assert names == {name for name in there if not name.startswith("Containers/")} - {"SHA256SUMS"}
    assert {"kiki.py", "src/kiki/__init__.py", "requirements/base.txt", "docs/server.md"} <= names
    assert not any(name.endswith(".pyc") or name.startswith(("tests/", "labs/")) for name in names)
    assert (out / "kiki.py").stat().st_mode & 0o111
    assert (out / "Containers").resolve() == out.resolve()


def test_the_bill_of_materials_names_each_package(
    tmp_path: Path, registry: list[list[str]]
) -> None:
    model = catalogue.named("smollm2-135m")
    weights = tmp_path / "weights"
    weights.write_bytes(b"w")
    wanted = Wanted(environments=(), models=((model, str(weights)),))
    with tarfile.open(packed(tmp_path / "a.tar", wanted)) as archive:
        texts = {name: text(archive, name) for name in ("sbom.cdx.json", "LICENCES.txt")}
        assert text(archive, f"models/{model.file}") == "w"
    listed: dict[str, Any] = {
        one["name"]: one for one in json.loads(texts["sbom.cdx.json"])["components"]
    }
    assert listed["beta"]["purl"] == "pkg:pypi/beta@1.0"
    assert listed["Alpha"]["licenses"] == [{"license": {"name": "ISC License"}}]
    assert listed[model.id]["type"] == "machine-learning-model"
    assert "beta 1.0: MIT\n" in texts["LICENCES.txt"]
    assert "Ansible (GPL-3.0-or-later)" in texts["LICENCES.txt"]


def text(archive: tarfile.TarFile, name: str) -> str:
    file = archive.extractfile(name)
    assert file is not None
    return file.read().decode()


def test_a_licence_that_is_nowhere_is_said_not_to_be_declared(tmp_path: Path) -> None:
    assert components.of_wheel(wheel(tmp_path, "x", "License: UNKNOWN")).licence == "not declared"


def test_a_whole_archive_holds(tmp_path: Path, registry: list[list[str]]) -> None:
    about, wrong = proving.prove(packed(tmp_path / "a.tar"))
    assert wrong == []
    assert about.environments == ("base", "ansible")
    assert proving.fits(about, about.python)
    assert not proving.fits(about, "3.99")


def rewritten(path: Path, change: Callable[[tarfile.TarInfo, bytes], Any]) -> Path:
    """The archive with each member as *change* gives it; None leaves it out."""
    out = path.with_name("changed.tar")
    with tarfile.open(path) as old, tarfile.open(out, "w") as new:
        for entry in old:
            file = old.extractfile(entry) if entry.isreg() else None
            kept = change(entry, file.read() if file else b"")
            if kept is not None:
                entry.size = len(kept)
                new.addfile(entry, io.BytesIO(kept))
    return out


def test_what_was_changed_removed_or_added_is_named(
    tmp_path: Path, registry: list[list[str]]
) -> None:
    path = packed(tmp_path / "a.tar")
    changed = rewritten(path, lambda e, data: data + b"#" if e.name == "kiki.py" else data)
    assert proving.prove(changed)[1] == ["kiki.py"]
    removed = rewritten(path, lambda e, data: None if e.name == "LICENSE" else data)
    assert proving.prove(removed)[1] == ["LICENSE"]
    with tarfile.open(path, "a") as archive:
        archive.addfile(tarfile.TarInfo("../../evil"), io.BytesIO())
        link = tarfile.TarInfo("src/link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    assert proving.prove(path)[1] == ["../../evil", "src/link"]


def test_other_files_are_told_apart(tmp_path: Path) -> None:
    plain = tmp_path / "plain"
    plain.write_bytes(b"no archive")
    with pytest.raises(UsageError) as unreadable:
        proving.prove(plain)
    assert unreadable.value.code == "archive.unreadable"
    other = tmp_path / "other.tar"
    with tarfile.open(other, "w") as archive:
        archive.addfile(tarfile.TarInfo("a"), io.BytesIO())
    with pytest.raises(PermanentError) as foreign:
        proving.prove(other)
    assert foreign.value.code == "archive.foreign"


def test_an_image_that_podman_has_not(
    tmp_path: Path, registry: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    wanted = Wanted(environments=(), images=("localhost/none:1",))
    with pytest.raises(KikiError) as raised:
        packed(tmp_path / "a.tar", wanted)
    assert raised.value.code == "archive.no_podman"
    (tmp_path / "podman").write_text("#!/bin/sh\necho 'no such image' >&2\nexit 125\n")
    (tmp_path / "podman").chmod(0o755)
    with pytest.raises(KikiError) as raised:
        packed(tmp_path / "a.tar", wanted)
    assert (raised.value.code, raised.value.params["line"]) == (
        "archive.image_failed",
        "no such image",
    )
    assert not (tmp_path / "a.tar").exists()


def test_every_environment_of_setup_can_be_brought() -> None:
    from kiki.cli.commands.setup import PARTS

    assert set(PARTS) <= wheels.LOCKS.keys()
    assert all(path.is_file() for path in wheels.locks(PARTS))


def test_an_unpacked_archive_asks_no_network(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert installers.wheels() == []
    (tmp_path / "wheels").mkdir()
    monkeypatch.setattr(places, "clone", lambda: tmp_path)
    assert installers.wheels() == ["--no-index", "--find-links", str(tmp_path / "wheels")]


def test_a_package_of_kiki_makes_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "clone", lambda: None)
    with pytest.raises(UsageError) as raised:
        contents.root()
    assert raised.value.code == "archive.no_clone"
