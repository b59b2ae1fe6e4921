"""Reading podman: a program in its place answers and complains as podman 4.3 and 5 do."""

import json
from pathlib import Path

import pytest

from kiki.execution.hosts.inspecting import Near, inspected
from kiki.model.errors import KikiError

PROGRAM = """#!/bin/sh
echo "$@" >>{log}
case "$1 $3" in
  "pod shop") printf '%s' {pod} ;;
  "container a1") printf '%s' {container} ;;
  "image i1") printf '%s' '[{{"Id": "i1"}}]' ;;
  "volume data") printf '%s' '[{{"Name": "data"}}]' ;;
  "pod broken") echo 'not json' ;;
  "pod odd") echo 'Error: cannot connect to the database' >&2; exit 125 ;;
  *) echo "Error: no such $1 $3" >&2; exit 125 ;;
esac
"""
CONTAINER = {
    "Id": "a1",
    "Name": "web",
    "Image": "i1",
    "Mounts": [{"Type": "volume", "Name": "data"}],
}
POD = {"Name": "shop", "Containers": [{"Id": "a1"}]}


@pytest.fixture(params=[POD, [POD]], ids=["podman-4", "podman-5"])
def log(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the program in podman's place notes what it was asked."""
    program, written = tmp_path / "podman", tmp_path / "log"
    pod, container = f"'{json.dumps(request.param)}'", f"'{json.dumps([CONTAINER])}'"
    program.write_text(PROGRAM.format(log=written, pod=pod, container=container))
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    return written


def test_a_pod_with_all_that_it_uses(log: Path) -> None:
    found = inspected(Near(), ["shop"], [])
    assert found.pods == (POD,)
    assert (list(found.containers), list(found.images), list(found.volumes)) == (
        ["a1"], ["i1"], ["data"],
    )  # fmt: skip
    asked = log.read_text().splitlines()
    assert [line.split()[1] for line in asked] == ["inspect"] * 4  # nothing but looking


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("nope", "migrate.not_found"),
        ("broken", "migrate.podman_failed"),
        ("odd", "migrate.podman_failed"),
        ("--all", "migrate.name_invalid"),
        ("a b", "migrate.name_invalid"),
        ("{{ x }}", "migrate.name_invalid"),
    ],
)
def test_what_podman_complains_of(log: Path, name: str, code: str) -> None:
    with pytest.raises(KikiError) as caught:
        inspected(Near(), [name], [])
    assert caught.value.code == code
    assert log.exists() == (code != "migrate.name_invalid")


def test_without_podman(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(KikiError) as caught:
        inspected(Near(), [], ["web"])
    assert caught.value.code == "migrate.no_podman"


def test_what_was_read_does_not_show_itself() -> None:
    raw = {"a1": {"Config": {"Env": ["PASSWORD=Training123"]}}}
    from kiki.model.inspected import Inspected

    assert "Training123" not in repr(Inspected(containers=raw))
