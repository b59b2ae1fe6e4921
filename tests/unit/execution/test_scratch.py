"""Folders in memory."""

import os
from pathlib import Path

import pytest

from kiki.execution import scratch
from kiki.model.errors import UsageError


@pytest.fixture(autouse=True)
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two possible roots: s/ first, then t/."""
    for name in ("s", "t"):
        (tmp_path / name).mkdir()
    monkeypatch.setattr(scratch, "_SHM", tmp_path / "s")
    monkeypatch.setattr(scratch, "_ROOM", 500)
    monkeypatch.setattr(scratch.tempfile, "tempdir", str(tmp_path / "t"))
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    return tmp_path


def test_each_run_has_a_private_folder_of_its_own(places: Path) -> None:
    one, other = scratch.folder("r1"), scratch.folder("r1")
    assert one != other
    assert one.parent == places / "s" / f"kiki-{os.getuid()}"
    assert one.stat().st_mode & 0o777 == 0o700
    assert one.parent.stat().st_mode & 0o777 == 0o700
    scratch.drop(one)
    assert not one.exists()
    assert other.exists()


def test_a_root_that_others_can_read_or_planted_is_not_used(places: Path) -> None:
    name = f"kiki-{os.getuid()}"
    (places / "s" / name).mkdir(mode=0o755)
    (places / "s" / name).chmod(0o755)
    assert scratch.root() == places / "t" / name
    (places / "t" / name).rmdir()
    (places / "t" / name).symlink_to(places)
    with pytest.raises(UsageError, match=r"execution\.scratch_unusable"):
        scratch.root()


def test_a_path_too_long_for_sockets_is_not_used(
    places: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scratch, "_ROOM", len(str(places)))
    with pytest.raises(UsageError):
        scratch.root()


def test_sockets_are_shared_only_with_the_same_inventory_user_and_key() -> None:
    assert scratch.sockets("state", "inventory", "kiki", "key") == scratch.sockets(
        "state", "inventory", "kiki", "key"
    )
    assert scratch.sockets("state", "inventory", "kiki", "key") != scratch.sockets(
        "state", "inventory", "kiki", "k2"
    )
    assert scratch.sockets("a", "bc") != scratch.sockets("ab", "c")


def test_only_folders_of_ours_are_dropped(places: Path) -> None:
    sockets = scratch.sockets("a")
    (places / "mine").mkdir()
    for path in (places / "mine", sockets, sockets.parent, Path("relative")):
        scratch.drop(path)
    assert (places / "mine").exists()
    assert sockets.exists()
