"""A file counts by its hash, which is remembered exactly as long as the file is untouched."""

import hashlib
import os
from pathlib import Path

import pytest

from kiki.model.errors import PermanentError, UsageError
from kiki.provision.models import proofs as module
from kiki.provision.models.catalogue import Model
from kiki.provision.models.proofs import Proofs
from kiki.provision.models.shelves import SYSTEM, Shelves
from tests.unit.provision.models.conftest import BYTES, Heard


@pytest.fixture
def proofs(tmp_path: Path) -> Proofs:
    return Proofs(tmp_path / "state" / "models")


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that were hashed."""
    names: list[str] = []
    real = module._hash

    def counted(path: Path, size: int, report: module.Report) -> str:
        names.append(path.name)
        return real(path, size, report)

    monkeypatch.setattr(module, "_hash", counted)
    return names


def test_a_right_file_is_hashed_once(
    held: Path, tiny: Model, proofs: Proofs, heard: Heard, hashed: list[str]
) -> None:
    path = held / "tiny.gguf"
    assert not proofs.holds(path, tiny)
    proofs.prove(path, tiny, heard)
    assert proofs.holds(path, tiny)
    proofs.prove(path, tiny, heard)
    assert hashed == ["tiny.gguf"]


def test_another_process_remembers_it(
    held: Path, tiny: Model, proofs: Proofs, heard: Heard, tmp_path: Path
) -> None:
    proofs.prove(held / "tiny.gguf", tiny, heard)
    assert Proofs(tmp_path / "state" / "models").holds(held / "tiny.gguf", tiny)


@pytest.mark.parametrize("keep_times", [True, False])
def test_a_changed_file_is_hashed_again_and_refused(
    held: Path, tiny: Model, proofs: Proofs, heard: Heard, *, keep_times: bool
) -> None:
    path = held / "tiny.gguf"
    proofs.prove(path, tiny, heard)
    before = path.stat()
    path.write_bytes(b"\x01" + BYTES[1:])
    if keep_times:  # the time of the last change of the inode can't be put back
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert not proofs.holds(path, tiny)
    with pytest.raises(PermanentError) as raised:
        proofs.prove(path, tiny, heard)
    assert raised.value.code == "model.damaged"
    assert raised.value.params["found"] == hashlib.sha256(path.read_bytes()).hexdigest()[:16]
    assert not proofs.holds(path, tiny)


def test_a_file_of_another_size_is_not_even_hashed(
    held: Path, tiny: Model, proofs: Proofs, heard: Heard, hashed: list[str]
) -> None:
    path = held / "tiny.gguf"
    path.write_bytes(BYTES + b"x")
    with pytest.raises(PermanentError) as raised:
        proofs.prove(path, tiny, heard)
    assert raised.value.code == "model.wrong_size"
    assert hashed == []


def test_a_replaced_file_is_hashed_again(
    held: Path, tiny: Model, proofs: Proofs, heard: Heard, hashed: list[str]
) -> None:
    path = held / "tiny.gguf"
    proofs.prove(path, tiny, heard)
    (held / "new").write_bytes(BYTES)
    (held / "new").replace(path)
    proofs.prove(path, tiny, heard)
    assert len(hashed) == 2


def test_forgetting_hashes_again(
    held: Path, tiny: Model, proofs: Proofs, heard: Heard, hashed: list[str]
) -> None:
    path = held / "tiny.gguf"
    proofs.prove(path, tiny, heard)
    proofs.forget(path)
    proofs.prove(path, tiny, heard)
    assert len(hashed) == 2


def test_a_proof_for_one_model_is_none_for_another(
    held: Path, tiny: Model, proofs: Proofs, heard: Heard
) -> None:
    from msgspec.structs import replace

    proofs.prove(held / "tiny.gguf", tiny, heard)
    assert not proofs.holds(held / "tiny.gguf", replace(tiny, sha256="0" * 64))


def test_broken_memory_is_no_proof(
    held: Path, tiny: Model, proofs: Proofs, heard: Heard, tmp_path: Path
) -> None:
    proofs.prove(held / "tiny.gguf", tiny, heard)
    (tmp_path / "state" / "models" / "proofs.json").write_text("{")
    assert not proofs.holds(held / "tiny.gguf", tiny)
    proofs.prove(held / "tiny.gguf", tiny, heard)


def test_a_missing_file_is_a_usage_error(
    tmp_path: Path, tiny: Model, proofs: Proofs, heard: Heard
) -> None:
    with pytest.raises(UsageError) as raised:
        proofs.prove(tmp_path / "none", tiny, heard)
    assert raised.value.code == "model.unreadable"


# -- where files lie ----------------------------------------------------------------------------


def test_named_folders_come_first_and_new_files_go_there(tmp_path: Path, tiny: Model) -> None:
    shelves = Shelves((str(tmp_path / "a"), str(tmp_path / "b")), str(tmp_path / "state"))
    assert shelves.home == tmp_path / "a"
    assert shelves.folders[:3] == (tmp_path / "a", tmp_path / "b", tmp_path / "state" / "models")
    assert shelves.folders[-1] == SYSTEM
    assert shelves.find(tiny) is None
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "tiny.gguf").write_bytes(b"")
    assert shelves.find(tiny) == tmp_path / "b" / "tiny.gguf"


def test_only_its_own_folders_are_kikis_to_change(tmp_path: Path) -> None:
    shelves = Shelves((str(tmp_path / "a"), str(tmp_path / "b")), str(tmp_path / "state"))
    assert shelves.ours(tmp_path / "a" / "x")
    assert shelves.ours(tmp_path / "state" / "models" / "x")
    assert not shelves.ours(tmp_path / "b" / "x")
    assert not shelves.ours(SYSTEM / "x")


def test_without_settings_new_files_go_to_the_state_folder(tmp_path: Path) -> None:
    assert Shelves((), str(tmp_path)).home == tmp_path / "models"
