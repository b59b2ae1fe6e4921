"""What flags may point at."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiki.cli import sources
from kiki.model.errors import UsageError
from kiki.model.request import ClusterSource
from kiki.settings import Settings


@pytest.mark.parametrize(
    "text",
    [
        "node1,node2",
        "node1,",
        "kube-master[1:3],kube-worker[1:5]",
        "kube-worker[1:5]",
        "web[01:20:2]",
    ],
)
def test_lists_of_hosts(text: str) -> None:
    found = sources.inventory(text, remote=False)
    assert (found.form, found.text) == ("hosts", text)


@pytest.mark.parametrize(
    "text", ["[web]\nnode1", "node1\nnode2", "[web]", "[all:vars]", "\n[web]\nn1"]
)
def test_inline_text(text: str) -> None:
    assert sources.inventory(text, remote=False).form == "inline"


def test_a_path_is_made_absolute(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.chdir(tmp_path)
    Path("hosts.ini").write_text("node1\n")
    found = sources.inventory("hosts.ini", remote=False)
    assert (found.form, found.text, found.origin) == ("path", f"{tmp_path}/hosts.ini", "hosts.ini")


def test_an_existing_file_with_a_comma_is_a_file(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a,b").write_text("node1\n")
    assert sources.inventory("a,b", remote=False).form == "path"


def test_on_a_server_a_path_is_the_servers() -> None:
    found = sources.inventory("hosts.ini", remote=True)
    assert (found.form, found.text) == ("path", "hosts.ini")


def test_at_sends_the_contents(tmp_path: Path) -> None:
    path = tmp_path / "hosts.ini"
    path.write_text("[web]\n서버1\n", "utf-8")
    found = sources.inventory(f"@{path}", remote=True)
    assert (found.form, found.text, found.origin) == ("file", "[web]\n서버1\n", str(path))


@pytest.mark.parametrize("text", ["hosts.ini", "node1", "", "  ", "@missing.ini", "@", "@/"])
def test_a_word_that_is_nothing_is_refused(text: str, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError) as caught:
        sources.inventory(text, remote=False)
    assert caught.value.code == "inventory.unreadable"


def test_an_inventory_that_is_not_text(tmp_path: Path) -> None:
    path = tmp_path / "hosts"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(UsageError, match="UTF-8"):
        sources.inventory(f"@{path}", remote=False)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ('{"a": 1, "b": {"c": [true]}}', {"a": 1, "b": {"c": [True]}}),
        ("a=1 b='two words'", {"a": "1", "b": "two words"}),
        ("a=b=c", {"a": "b=c"}),
        ("a=", {"a": ""}),
    ],
)
def test_extra_vars(value: str, expected: dict[str, Any]) -> None:
    assert sources.extra_vars([value]) == expected


def test_later_extra_vars_win() -> None:
    assert sources.extra_vars(["a=1 b=1", '{"a": 2}']) == {"a": 2, "b": "1"}


@pytest.mark.parametrize("text", ["a: 1\nb: [x]\n", '{"a": 1, "b": ["x"]}'])
def test_extra_vars_from_a_file(text: str, tmp_path: Path) -> None:
    (tmp_path / "vars").write_text(text)
    assert sources.extra_vars([f"@{tmp_path}/vars"]) == {"a": 1, "b": ["x"]}


@pytest.mark.parametrize("value", ["", "a", "=1", "a=1 b", "{", '{"a"', "[1]", "'a=1", "@missing"])
def test_extra_vars_that_are_none(value: str) -> None:
    with pytest.raises(UsageError):
        sources.extra_vars([value])


@pytest.mark.parametrize("depth", [300, 30_000])
def test_extra_vars_that_are_too_deep(depth: int, tmp_path: Path) -> None:
    text = '{"a":' + "[" * depth + "]" * depth + "}"
    (tmp_path / "vars.json").write_text(text)
    for value in (text, text[: depth + 5], f"@{tmp_path}/vars.json"):
        with pytest.raises(UsageError) as caught:
            sources.extra_vars([value])
        assert caught.value.code == "cli.extra_vars_json"


@pytest.mark.parametrize("text", ["- 1\n", "a: 1\na: 2\n", "a: [\n", "--- {}\n--- {}\n", ""])
def test_a_variables_file_that_is_not_one_mapping(text: str, tmp_path: Path) -> None:
    (tmp_path / "vars.yml").write_text(text)
    with pytest.raises(UsageError) as caught:
        sources.extra_vars([f"@{tmp_path}/vars.yml"])
    assert caught.value.code == "cli.extra_vars_file"


@given(st.text())
def test_no_text_does_anything_but_parse_or_be_refused(text: str) -> None:
    for work in (lambda: sources.inventory(text, remote=False), lambda: sources.extra_vars([text])):
        try:
            work()
        except UsageError:
            continue


def test_a_key_is_made_absolute(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "id").write_text("key")
    assert sources.key_path("~/id", remote=False) == str(tmp_path / "id")
    assert sources.key_path("~/id", remote=True) == "~/id"
    with pytest.raises(UsageError):
        sources.key_path("~/other", remote=False)


def test_a_file_of_fields_is_one_mapping(tmp_path: Path) -> None:
    good = tmp_path / "good.yaml"
    good.write_text("type: ConfigMap\nbody: {data: {port: 80}}\n", "utf-8")
    assert json.loads(sources.fields_file(str(good))) == {
        "type": "ConfigMap",
        "body": {"data": {"port": 80}},
    }


@pytest.mark.parametrize("text", ["- a\n", "a: [\n", "a: 1\n---\nb: 2\n", "a: 1\na: 2\n"])
def test_a_file_that_is_no_mapping_is_refused(tmp_path: Path, text: str) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text(text, "utf-8")
    with pytest.raises(UsageError, match="fields_file"):
        sources.fields_file(str(bad))


def test_a_cluster_is_named_by_a_flag_or_a_context_in_the_settings(
    tmp_path: Path, monkeypatch: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    nothing = Settings(state_dir="/s")
    around = Settings(state_dir="/s", kubeconfig="/k")
    standing = Settings(state_dir="/s", kubeconfig="/k", kube_context="lab")
    assert sources.cluster("", "", nothing, remote=False) is None
    left_over = sources.cluster("", "", around, remote=False)
    assert left_over == ClusterSource(kubeconfig="/k")
    assert sources.cluster("", "", standing, remote=False) == ClusterSource(
        kubeconfig="/k", context="lab", named=True
    )
    given = sources.cluster("prod", "my.conf", standing, remote=False)
    assert given == ClusterSource(kubeconfig=str(tmp_path / "my.conf"), context="prod", named=True)
    assert sources.cluster("", "", standing, remote=True) is None
