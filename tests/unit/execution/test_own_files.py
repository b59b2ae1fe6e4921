"""Files of the user's own: which are read, and which never are; kustomizations that are built."""

import os
from pathlib import Path

import pytest

from kiki.execution.own import files as own
from kiki.execution.own import kustomizing
from kiki.execution.own.files import OwnFiles
from kiki.model.errors import KikiError, TemporaryError, UsageError

FILES = OwnFiles()


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def code(error: pytest.ExceptionInfo[KikiError]) -> str:
    return error.value.code


def test_text_is_read_as_it_is_but_for_its_line_ends(here: Path) -> None:
    (here / "a.yaml").write_bytes(b"\xef\xbb\xbfa: 1\r\nb: \xea\xb0\x80\n")
    assert FILES.read("a.yaml") == "a: 1\nb: 가\n"
    assert (FILES.sort("a.yaml"), FILES.sort(".")) == ("file", "folder")


def test_names_tell_files_from_folders(here: Path) -> None:
    (here / "d/e").mkdir(parents=True)
    (here / "d/b.yaml").touch()
    assert FILES.names("d") == ("b.yaml", "e/")


def test_what_is_not_there_is_missing() -> None:
    for call in (FILES.sort, FILES.names, FILES.read):
        with pytest.raises(UsageError) as error:
            call("nope.yaml")
        assert code(error) == "files.missing"


def test_what_may_not_be_read_says_why(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (here / "a.yaml").touch()

    def refuse(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(own.os, "open", refuse)
    with pytest.raises(UsageError) as error:
        FILES.read("a.yaml")
    assert (code(error), error.value.params["why"]) == ("files.unreadable", "Permission denied")


def test_pipes_and_devices_are_no_files(here: Path) -> None:
    os.mkfifo(here / "pipe.yaml")
    for path in ("pipe.yaml", "/dev/zero"):
        for call in (FILES.sort, FILES.read):
            with pytest.raises(UsageError) as error:
                call(path)
            assert code(error) == "files.no_plain"


def test_too_large_a_file_and_no_text_are_not_taken(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own, "MAX_SIZE", 10)
    (here / "a.yaml").write_text("a" * 11)
    (here / "b.yaml").write_bytes(b"\xff\xfe")
    with pytest.raises(UsageError) as error:
        FILES.read("a.yaml")
    assert (code(error), error.value.params["size"]) == ("files.too_large", "11")
    with pytest.raises(UsageError) as error:
        FILES.read("b.yaml")
    assert code(error) == "documents.binary"


def test_a_link_may_lead_about_in_its_folder_and_not_out_of_it(here: Path) -> None:
    (here / "d").mkdir()
    (here / "out.yaml").write_text("out")
    (here / "d/in.yaml").write_text("in")
    (here / "d/a.yaml").symlink_to("in.yaml")
    (here / "d/b.yaml").symlink_to("../out.yaml")
    assert FILES.read("d/a.yaml", "d") == "in"
    with pytest.raises(UsageError) as error:
        FILES.read("d/b.yaml", "d")
    assert code(error) == "files.outside"
    assert FILES.read("d/b.yaml") == "out"  # named by its user, it is meant


class TestKustomize:
    @pytest.fixture
    def tools(self, here: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        (here / "bin").mkdir()
        (here / "k").mkdir()
        monkeypatch.setenv("PATH", f"{here}/bin:/usr/bin:/bin")
        monkeypatch.setenv("HTTPS_PROXY", "http://proxy")
        return here / "bin"

    def tool(self, folder: Path, name: str, script: str) -> None:
        path = folder / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)

    def test_it_is_asked_in_the_folder_with_nobody_s_login_or_proxy(self, tools: Path) -> None:
        self.tool(tools, "kustomize", 'echo "$1 $2 [$HTTPS_PROXY] $PWD"; test "$HOME" != /root')
        place = tools.parent / "k"
        assert FILES.built("k") == f"build {place} [] {place}\n"

    def test_kubectl_does_as_well(self, tools: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.tool(tools, "kubectl", 'echo "$1"')
        assert FILES.built("k") == "kustomize\n"

    def test_what_it_says_is_told_without_our_folder(self, tools: Path) -> None:
        self.tool(tools, "kustomize", 'echo "no $2/a.yaml" >&2; exit 1')
        with pytest.raises(UsageError) as error:
            FILES.built("k")
        assert (code(error), error.value.params["message"]) == ("kustomize.failed", "no k/a.yaml")

    def test_without_either_it_says_so(self, tools: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PATH", str(tools))
        with pytest.raises(UsageError) as error:
            FILES.built("k")
        assert code(error) == "kustomize.none"

    def test_it_ends(self, tools: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(kustomizing, "_TIMEOUT_S", 0.1)
        self.tool(tools, "kustomize", "exec sleep 5")
        with pytest.raises(TemporaryError) as error:
            FILES.built("k")
        assert code(error) == "kustomize.slow"
