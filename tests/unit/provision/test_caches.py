"""Small files that may be lost."""

import stat
from pathlib import Path

from kiki.provision.caches import keep


def test_a_file_is_its_owners_and_whole(tmp_path: Path) -> None:
    path = tmp_path / "cache"
    path.write_bytes(b"a longer text from before")
    path.chmod(0o644)
    keep(path, b"new")
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_where_nothing_can_be_written_nothing_is_said_or_left(tmp_path: Path) -> None:
    keep(tmp_path / "missing" / "cache", b"x")
    folder = tmp_path / "cache"
    folder.mkdir()
    (folder / "inside").touch()  # a folder that is not empty can't be replaced
    keep(folder, b"x")
    assert list(tmp_path.iterdir()) == [folder]
