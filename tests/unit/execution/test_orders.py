"""Command lines and folders of orders."""

import json
from pathlib import Path

import pytest

from kiki.execution import orders
from kiki.execution.folders import Folder
from kiki.model.errors import UsageError
from kiki.model.request import Scope
from kiki.model.run import RunMode
from tests.unit.execution.conftest import FakeHome, make_inventory, make_order


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path, "r1")


def command(folder: Folder, mode: RunMode = "apply", **changes: object) -> list[str]:
    return orders.command(FakeHome(), folder, make_order(mode, **changes))


@pytest.mark.parametrize(
    ("mode", "there", "not_there"),
    [
        ("syntax", {"--syntax-check"}, {"--check", "--diff"}),
        ("check", {"--check", "--diff"}, {"--syntax-check"}),
        ("apply", {"--diff"}, {"--check", "--syntax-check"}),
        ("again", {"--diff"}, {"--check", "--syntax-check"}),
    ],
)
def test_modes(folder: Folder, mode: RunMode, there: set[str], not_there: set[str]) -> None:
    words = set(command(folder, mode))
    assert there <= words
    assert not not_there & words


def test_everything_of_the_scope_is_in_it(folder: Folder, key: Path) -> None:
    scope = Scope(tags=("web", "db"), user="ops", ssh_key=str(key), extra_vars={"a": 1})
    words = command(folder, scope=scope, skip_tags=("never_again",))
    assert {
        "--tags=web,db",
        "--skip-tags=never_again",
        "--user=ops",
        f"--private-key={key}",
    } <= set(words)
    assert words[words.index("--extra-vars") + 1] == f"@{folder.extra_vars}"
    assert words[0] == FakeHome().playbook
    assert words[-1] == str(folder.project / "site.yml")


def test_values_that_look_like_options_stay_values(folder: Folder) -> None:
    assert "--user=--become" in command(folder, scope=Scope(user="--become"))


def test_the_limit_is_the_hosts_that_were_resolved(folder: Folder) -> None:
    limited = make_inventory("n1", "n2", "n3", limited=("n1", "n3"))
    orders.write(folder, make_order(inventory=limited), "")
    said = command(folder, inventory=limited, scope=Scope(limit="web:!n2"))
    assert f"--limit=@{folder.limit}" in said
    assert folder.limit.read_text() == "n1\nn3\n"
    whole = command(folder, scope=Scope(limit="all"))
    assert not [word for word in whole if word.startswith("--limit")]


def test_a_key_that_cant_be_read_is_said_before_anything_runs(folder: Folder) -> None:
    with pytest.raises(UsageError) as caught:
        command(folder, scope=Scope(ssh_key="/no/such/key"))
    assert caught.value.code == "execution.ssh_key_unreadable"
    assert caught.value.params["path"] == "/no/such/key"


def test_a_key_is_found_from_home_and_from_here(key: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(key.parent)
    monkeypatch.setenv("HOME", str(key.parent))
    assert orders.key_file(Scope(ssh_key="~/key")) == str(key)
    assert orders.key_file(Scope(ssh_key="key")) == str(key)
    assert orders.key_file(Scope()) == ""


def test_an_entry_outside_of_the_project_is_refused(folder: Folder) -> None:
    order = make_order()
    bad = order.artifact.__class__(target="ansible", intent_digest="x", entry="../x.yml", files=())
    with pytest.raises(UsageError, match="unsafe_path"):
        command(folder, artifact=bad)


def test_the_folder_has_the_approved_bytes(folder: Folder) -> None:
    order = make_order(scope=Scope(extra_vars={"이름": "값"}))
    orders.write(folder, order, "[defaults]\n")
    assert (folder.project / "site.yml").read_text() == order.artifact.text_of("site.yml")
    assert folder.inventory.read_text() == order.inventory.text
    assert folder.config.read_text() == "[defaults]\n"
    assert json.loads(folder.extra_vars.read_text()) == {"이름": "값"}


def test_the_user_and_the_key_that_are_shown_win_over_variables(folder: Folder, key: Path) -> None:
    extra = {"a": 1, "ansible_user": "other"}
    order = make_order(scope=Scope(user="ops", ssh_key=str(key), extra_vars=extra))
    orders.write(folder, order, "")
    given = json.loads(folder.extra_vars.read_text())
    assert given["a"] == 1
    assert {given["ansible_user"], given["ansible_ssh_user"]} == {"ops"}
    keys = {given["ansible_ssh_private_key_file"], given["ansible_private_key_file"]}
    assert keys == {str(key)}


def test_the_target_s_own_variables_win_over_those_of_the_request(folder: Folder) -> None:
    order = make_order(scope=Scope(extra_vars={"a": 1, "b": 2}), variables={"b": {"n1": ["x"]}})
    orders.write(folder, order, "")
    assert json.loads(folder.extra_vars.read_text()) == {"a": 1, "b": {"n1": ["x"]}}


def test_a_user_alone_is_passed_too(folder: Folder) -> None:
    words = command(folder, scope=Scope(user="ops"))
    assert words[words.index("--extra-vars") + 1] == f"@{folder.extra_vars}"
    assert "--extra-vars" not in command(folder, scope=Scope())
