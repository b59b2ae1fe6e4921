"""A folder that only this user can enter, or none."""

from pathlib import Path

import pytest

from kiki.model.errors import UsageError
from kiki.provision import private


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(private, "_SHM", tmp_path / "shm")
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path / "tmp"))
    (tmp_path / "shm").mkdir()
    (tmp_path / "tmp").mkdir()


def test_it_is_made_once_and_is_private(tmp_path: Path) -> None:
    assert private.found("model", "/state") == private.folder("model", "/state")
    path = private.folder("model", "/state")
    assert path.parent == tmp_path / "shm"
    assert path.stat().st_mode & 0o777 == 0o700
    assert len(str(path / "socket")) < 108 or len(str(tmp_path)) > 60


def test_looking_makes_nothing(tmp_path: Path) -> None:
    assert not private.found("model", "/state").exists()


def test_each_state_folder_has_its_own() -> None:
    assert private.folder("model", "/a") != private.folder("model", "/b")


def test_what_others_can_enter_is_not_taken(tmp_path: Path) -> None:
    private.folder("model", "/state").chmod(0o755)
    assert private.folder("model", "/state").parent == tmp_path / "tmp"


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    path = private.folder("model", "/state")
    path.rmdir()
    (tmp_path / "elsewhere").mkdir(mode=0o700)
    path.symlink_to(tmp_path / "elsewhere")
    assert private.folder("model", "/state").parent == tmp_path / "tmp"


def test_without_any_it_says_so(tmp_path: Path) -> None:
    for name in ("shm", "tmp"):
        (tmp_path / name).rmdir()
    with pytest.raises(UsageError) as raised:
        private.folder("model", "/state")
    assert raised.value.code == "provision.no_private"
