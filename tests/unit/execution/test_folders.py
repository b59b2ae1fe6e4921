"""Run folders."""

import os
from pathlib import Path

import pytest

from kiki.execution.folders import Folder, safe
from kiki.model.artifact import Artifact, File
from kiki.model.errors import StateError, UsageError

FILES = (
    File(path="site.yml", text="- hosts: all\r\n"),
    File(path="roles/web/tasks/main.yml", text="# 한글\n"),
)


def artifact(*files: File) -> Artifact:
    return Artifact(target="ansible", intent_digest="sha256:0", entry="site.yml", files=files)


def test_files_are_written_byte_by_byte_and_private(tmp_path: Path) -> None:
    os.umask(0o022)
    folder = Folder(tmp_path / "runs", "c1-apply-1")
    folder.make()
    folder.put_artifact(artifact(*FILES))
    assert (folder.project / "site.yml").read_bytes() == b"- hosts: all\r\n"
    assert (folder.project / "roles/web/tasks/main.yml").read_text("utf-8") == "# 한글\n"
    for path in (tmp_path / "runs").rglob("*"):
        assert path.stat().st_mode & 0o777 == (0o700 if path.is_dir() else 0o600), path


def test_a_run_happens_once(tmp_path: Path) -> None:
    Folder(tmp_path, "r").make()
    with pytest.raises(StateError) as caught:
        Folder(tmp_path, "r").make()
    assert caught.value.code == "execution.run_exists"


@pytest.mark.parametrize("run_id", ["", "../x", "a/b", ".hidden", "a b", "x" * 101, "a\0"])
def test_ids_that_could_leave_the_folder_are_refused(tmp_path: Path, run_id: str) -> None:
    with pytest.raises(UsageError, match=r"execution\.run_id_invalid"):
        Folder(tmp_path, run_id)


@pytest.mark.parametrize("path", ["/etc/passwd", "../x", "a/../../x", "", "a\0b"])
def test_files_never_leave_the_project(path: str) -> None:
    with pytest.raises(UsageError, match=r"execution\.unsafe_path"):
        safe(path)


def test_a_link_is_not_written_through(tmp_path: Path) -> None:
    folder = Folder(tmp_path, "r")
    folder.make()
    (tmp_path / "other").write_text("mine")
    folder.result.symlink_to(tmp_path / "other")
    with pytest.raises(Exception, match="execution"):
        folder.put(folder.result, "theirs")
    assert (tmp_path / "other").read_text() == "mine"
