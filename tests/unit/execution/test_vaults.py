"""What is encrypted with Ansible Vault: who gets the password, and what becomes of the values."""

import json
from pathlib import Path
from typing import Any

import pytest

from kiki.execution import sources
from kiki.execution.pipes import Template, variables
from kiki.execution.vaults import Vaults, leaves, open_all
from kiki.model.errors import NotFoundError, UsageError
from kiki.model.request import InventorySource

VAULTED = "$ANSIBLE_VAULT;1.1;AES256\n6162\n"


def source(folder: Path, beside: str = "") -> sources.Source:
    (folder / "hosts").write_text("n1\n")
    if beside:
        (folder / "group_vars").mkdir()
        (folder / "group_vars" / "all.yml").write_text(beside)
    given = InventorySource(form="path", text=str(folder / "hosts"))
    return sources.prepare(given, folder / "scratch")


def current(name: str) -> str:
    if name != "v":
        raise NotFoundError("secret.unknown", name=name)
    return "pass word"


def test_a_password_goes_through_a_pipe_and_only_where_something_is_encrypted(
    tmp_path: Path,
) -> None:
    (tmp_path / "plain").mkdir()
    vaults = Vaults(("v", "prod=v"), current)
    with vaults.options(source(tmp_path / "plain"), tmp_path) as words:
        assert words == []
    with vaults.options(source(tmp_path, VAULTED), tmp_path) as words:
        assert [word.partition("@")[0] for word in words] == [
            "--vault-id=default",
            "--vault-id=prod",
        ]
        path = Path(words[0].partition("@")[2])
        assert path.is_fifo()
        assert path.read_text() == "pass word\n"
    assert not path.exists()


def test_a_secret_that_is_not_there_is_named(tmp_path: Path) -> None:
    with (
        pytest.raises(UsageError) as found,
        Vaults(("gone",), current).options(source(tmp_path, VAULTED), tmp_path),
    ):
        pass
    assert (found.value.code, found.value.params["name"]) == ("inventory.vault_secret", "gone")


def test_an_inventory_that_is_encrypted_itself_is_refused(tmp_path: Path) -> None:
    (tmp_path / "hosts").write_text(VAULTED)
    with pytest.raises(UsageError) as found:
        sources.prepare(InventorySource(form="path", text=str(tmp_path / "hosts")), tmp_path)
    assert found.value.code == "inventory.vault_whole"


def test_a_password_that_opens_nothing_is_told_from_none(tmp_path: Path) -> None:
    given = source(tmp_path, VAULTED)
    said = "[ERROR]: Decryption failed (no vault secrets were found that could decrypt)."
    for secrets, code in (("", "inventory.vault"), ("v", "inventory.vault_wrong")):
        with pytest.raises(UsageError) as found:
            sources.refuse(said, 1, given, secrets)
        assert found.value.code == code
        assert str(found.value.params["path"]).endswith("group_vars/all.yml:1")


def test_marks_are_taken_off_and_templates_kept_apart() -> None:
    named: dict[str, Any] = {
        "plain": "x",
        "one": {"__kiki_vault": {"__ansible_unsafe": "{{ a }}"}},
        "file": {"__kiki_vault_file": {"deep": ["{{ b }}", 8080, True]}},
        "mixed": {"user": "u", "word": {"__kiki_vault": "w"}},
    }
    found = open_all({"n1": named})
    assert found == {
        "n1": {
            "one": "{{ a }}",
            "file": {"deep": ["{{ b }}", 8080, True]},
            "mixed": {"user": "u", "word": "w"},
        }
    }
    assert type(found["n1"]["one"]) is str
    assert type(found["n1"]["file"]["deep"][0]) is Template
    assert type(found["n1"]["mixed"]["word"]) is str
    text = variables({}, {"p": {f"n1 {name}": value for name, value in found["n1"].items()}})
    told = json.loads(text)["p"]
    assert told["n1 one"] == {"__ansible_unsafe": "{{ a }}"}
    assert told["n1 file"] == found["n1"]["file"]


def test_what_says_where_to_connect_is_refused() -> None:
    with pytest.raises(UsageError) as found:
        open_all({"n1": {"ansible_host": {"__kiki_vault": "10.0.0.1"}}})
    assert found.value.code == "inventory.vault_connection"
    open_all({"n1": {"ansible_become_password": {"__kiki_vault": "x"}}})


def test_what_is_looked_for_in_what_hosts_say() -> None:
    value = {"a": ["long text", "abc"], "b": 80801, "c": Template("{{ x }} rest of it"), "d": True}
    assert list(leaves(value)) == ["long text", "80801", "rest of it"]
