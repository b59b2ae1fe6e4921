"""Which files ``kiki check`` looks at: a folder's, and those around a playbook."""

from pathlib import Path
from typing import Any

import pytest

from kiki.cli import gathering
from kiki.model.artifact import File
from kiki.model.errors import UsageError


def make(folder: Path, *names: str, text: str = "---\n") -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def names(files: tuple[File, ...], folder: Path) -> set[str]:
    return {str(Path(file.path).relative_to(folder)) for file in files}


def test_a_folder_without_what_is_not_its_own(tmp_path: Path) -> None:
    make(
        tmp_path, "site.yml", "a/b.yaml", "hosts.ini", "note.txt", ".git/x.yml", "env/x.yml",
        "env/pyvenv.cfg", "node_modules/x.yml", "collections/ansible_collections/a/b.yml",
    )  # fmt: skip
    found = names(gathering.project(str(tmp_path)).files, tmp_path)
    assert found == {"site.yml", "a/b.yaml", "hosts.ini"}


def test_a_folder_without_yaml(tmp_path: Path) -> None:
    make(tmp_path, "hosts.ini")
    with pytest.raises(UsageError) as caught:
        gathering.project(str(tmp_path))
    assert caught.value.code == "check.no_files"


def test_what_lies_around_a_playbook(tmp_path: Path) -> None:
    make(
        tmp_path, "roles/web/tasks/main.yml", "group_vars/all.yml", "other.yml", "hosts",
        "unrelated/deep/x.yml", "shared/y.yml",
    )  # fmt: skip
    text = "- hosts: a\n  tasks: [{include_tasks: shared/y.yml}]\n"
    make(tmp_path, "site.yml", text=text)
    entry = File(path=str(tmp_path / "site.yml"), text=text)
    found = gathering.around(entry)
    assert found[0] is entry
    assert names(found, tmp_path) == {
        "site.yml", "roles/web/tasks/main.yml", "group_vars/all.yml", "other.yml", "hosts",
        "shared/y.yml",
    }  # fmt: skip


def test_a_playbook_in_a_folder_of_playbooks_has_the_project_s_roles(tmp_path: Path) -> None:
    make(tmp_path, "playbooks/site.yml", "roles/web/tasks/main.yml", "mine/db/tasks/main.yml")
    (tmp_path / "ansible.cfg").write_text("[defaults]\nroles_path = roles:mine:/usr/share/x\n")
    found = gathering.around(File(path=str(tmp_path / "playbooks/site.yml"), text="---\n"))
    assert {"roles/web/tasks/main.yml", "mine/db/tasks/main.yml"} <= names(found, tmp_path)


def test_too_much(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(gathering, "MAX_FILES", 2)
    make(tmp_path, "a.yml", "b.yml", "c.yml")
    with pytest.raises(UsageError) as caught:
        gathering.project(str(tmp_path))
    assert caught.value.code == "check.too_much"


def test_what_can_not_be_read_is_told_of_a_folder_and_left_out_around_a_file(
    tmp_path: Path, monkeypatch: Any
) -> None:
    monkeypatch.setattr(gathering, "MAX_ONE", 10)
    make(tmp_path, "site.yml")
    (tmp_path / "noise.yaml").write_bytes(b"a: \xff\n")
    (tmp_path / "much.yaml").write_text("a" * 41)
    (tmp_path / "gone.yml").symlink_to("nowhere.yml")
    files, unread = gathering.project(str(tmp_path))
    assert names(files, tmp_path) == {"site.yml"}
    assert {Path(one.file).name: (one.code, one.severity) for one in unread} == {
        "noise.yaml": ("documents.binary", "error"),
        "much.yaml": ("documents.too_large", "error"),
        "gone.yml": ("cli.file_unreadable", "error"),
    }
    found = gathering.around(File(path=str(tmp_path / "site.yml"), text="---\n"))
    assert names(found, tmp_path) == {"site.yml"}
