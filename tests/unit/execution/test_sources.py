"""The four forms of inventories, and what ansible-inventory's complaints mean (texts of 2.19)."""

from pathlib import Path

import pytest

from kiki.execution import sources
from kiki.model.errors import UsageError
from kiki.model.request import InventorySource

PLUGIN = "ansible_collections.ansible.builtin.plugins.inventory"
INI = f"""\
[WARNING]: Failed to parse inventory with '{PLUGIN}.ini' plugin: \
Failed to parse inventory: Expected key=value host variable assignment, got: foo

Failed to parse inventory with '{PLUGIN}.ini' plugin.

<<< caused by >>>

Failed to parse inventory: Expected key=value host variable assignment, got: foo
Origin: PATH

[ERROR]: Completely failed to parse inventory source PATH
"""
YAML = f"""\
[WARNING]: Failed to parse inventory with '{PLUGIN}.yaml' plugin: \
YAML parsing failed: While parsing a flow mapping did not find expected ',' or 'X'.

Failed to parse inventory with '{PLUGIN}.yaml' plugin.

[ERROR]: Completely failed to parse inventory source PATH
"""


def prepared(tmp_path: Path, form: str, text: str, origin: str = "") -> sources.Source:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    return sources.prepare(InventorySource(form=form, text=text, origin=origin), scratch)  # type: ignore[arg-type]


def error(tmp_path: Path, form: str, text: str) -> UsageError:
    with pytest.raises(UsageError) as caught:
        prepared(tmp_path, form, text)
    return caught.value


def test_a_path_is_read_where_it_is(tmp_path: Path) -> None:
    file = tmp_path / "hosts.ini"
    file.write_text("n1\n")
    found = prepared(tmp_path, "path", str(file))
    assert found.argument == str(file)
    assert found.trusted and found.lasting


def test_a_path_may_start_at_home_or_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "hosts").write_text("n1\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert prepared(tmp_path, "path", "hosts").argument == str(tmp_path / "hosts")
    (tmp_path / "scratch").rmdir()
    assert prepared(tmp_path, "path", "~/hosts").argument == str(tmp_path / "hosts")


@pytest.mark.parametrize("path", ["/no/such/file", "", "/dev/zero", "a\0b"])
def test_what_can_t_be_read_is_said_with_its_path(
    tmp_path: Path, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = error(tmp_path, "path", path or "/no/such")
    assert found.code == "inventory.unreadable"
    assert found.params["path"] == (path or "/no/such")
    assert found.params["why"]


@pytest.mark.parametrize(
    ("name", "text", "mode", "program"),
    [
        ("dyn", "#!/bin/sh\necho {}\n", 0o755, True),
        ("dyn", "\x7fELF...", 0o644, True),
        ("hosts", "#!/usr/bin/env ansible-inventory\nn1\n", 0o644, False),
        ("hosts", "n1\n", 0o755, False),
    ],
)
def test_programs_are_refused_and_a_set_bit_alone_is_none(
    tmp_path: Path, name: str, text: str, mode: int, program: bool
) -> None:
    file = tmp_path / name
    file.write_text(text)
    file.chmod(mode)
    if program:
        assert error(tmp_path, "path", str(file)).code == "inventory.script"
    else:
        prepared(tmp_path, "path", str(file))


def test_a_program_in_a_folder_is_found_but_not_in_its_variables(tmp_path: Path) -> None:
    folder = tmp_path / "inv"
    for place in ("group_vars", "more"):
        (folder / place).mkdir(parents=True)
    for place in ("group_vars", "more"):
        (folder / place / "x").write_text("#!/bin/sh\n")
        (folder / place / "x").chmod(0o755)
    found = error(tmp_path, "path", str(folder))
    assert (found.code, found.params["path"]) == ("inventory.script", str(folder / "more" / "x"))
    (folder / "more" / "x").unlink()
    (tmp_path / "scratch").rmdir()
    (folder / "hosts").write_text("n1\n")
    prepared(tmp_path, "path", str(folder))


def test_a_path_with_a_comma_would_be_taken_for_hosts(tmp_path: Path) -> None:
    (tmp_path / "a,b").write_text("n1\n")
    assert error(tmp_path, "path", str(tmp_path / "a,b")).code == "inventory.unreadable"


@pytest.mark.parametrize(
    ("text", "argument"),
    [
        ("n1", "n1,"),
        (" n1 , n2,, ", "n1,n2,"),
        ("node[1:3],db.example.com", "node[1:3],db.example.com,"),
        ("10.0.0.1:2222,[2001:db8::1]", "10.0.0.1:2222,[2001:db8::1],"),
        ("서버1,web_2", "서버1,web_2,"),
    ],
)
def test_a_comma_list(tmp_path: Path, text: str, argument: str) -> None:
    found = prepared(tmp_path, "hosts", text)
    assert found.argument == argument
    assert not found.trusted and not found.lasting


@pytest.mark.parametrize(
    "text", ["n1 n2", "-oProxyCommand=x,n1", "a;b", "$(id)", "n1,{{x}}", "a/b", "user@h"]
)
def test_items_that_are_no_hosts(tmp_path: Path, text: str) -> None:
    assert error(tmp_path, "hosts", text).code == "inventory.host_invalid"


@pytest.mark.parametrize(("form", "text"), [("hosts", " , "), ("file", " \n"), ("inline", "")])
def test_nothing_at_all_is_no_hosts(tmp_path: Path, form: str, text: str) -> None:
    assert error(tmp_path, form, text).code == "inventory.no_hosts"


@pytest.mark.parametrize(
    ("origin", "suffix", "plugin"),
    [
        ("inv/hosts.yml", ".yml", "yaml"),
        ("hosts.toml", ".toml", "toml"),
        ("hosts", "", "ini"),
        ("a.b/../../etc/x.ini", ".ini", "ini"),
        ("x.txt", "", "ini"),
    ],
)
def test_contents_are_written_privately_and_keep_their_kind(
    tmp_path: Path, origin: str, suffix: str, plugin: str
) -> None:
    found = prepared(tmp_path, "file", "n1\n", origin)
    path = Path(found.argument)
    assert path.parent == tmp_path / "scratch" / "source"
    assert path.suffix == suffix
    assert path.read_text() == "n1\n"
    assert path.stat().st_mode & 0o777 == 0o600
    assert found.plugins.endswith("." + plugin)
    assert found.shown == origin


def complaint(tmp_path: Path, name: str, text: str, said: str, rc: int = 1) -> UsageError:
    file = tmp_path / name
    file.write_text(text)
    source = prepared(tmp_path, "path", str(file))
    with pytest.raises(UsageError) as caught:
        sources.refuse(said.replace("PATH", str(file)), rc, source)
    return caught.value


def test_an_ini_error_has_its_line(tmp_path: Path) -> None:
    found = complaint(tmp_path, "h.ini", "[web]\nn1\nn2 foo\n", INI)
    assert found.code == "inventory.invalid"
    assert found.params["path"] == f"{tmp_path}/h.ini:3"
    assert found.params["why"] == "Expected key=value host variable assignment, got: foo"


SECRETS = [
    (
        "n1 ansible_password=Cana C4nary\n",
        "Expected key=value host variable assignment, got: C4nary",
        "Expected key=value host variable assignment, got: ********",
    ),
    (
        '[w]\nn1 ansible_become_password="C4nary other\n',
        """Error parsing host definition 'n1 ansible_become_password="C4nary other': """
        "No closing quotation",
        "Error parsing host definition 'n1 ansible_become_password=********': No closing quotation",
    ),
    (
        "[all:vars]\ndb_password C4nary\n",
        "Expected key=value, got: db_password C4nary",
        "Expected key=value, got: ********",
    ),
    (
        "[all:vars]\nAPI_TOKEN C4nary and more\n",
        "Expected key=value, got: API_TOKEN C4nary and more",
        "Expected key=value, got: ********",
    ),
]


@pytest.mark.parametrize(("text", "said", "why"), SECRETS)
def test_a_password_in_the_line_that_is_wrong_is_not_said(
    tmp_path: Path, text: str, said: str, why: str
) -> None:
    """The texts are those of ansible-inventory 2.19 for these files."""
    found = complaint(tmp_path, "h.ini", text, INI.partition("plugin: ")[0] + f"plugin: {said}\n")
    assert found.params["why"] == why
    assert "C4nary" not in str(found)


def test_a_yaml_error_has_its_line(tmp_path: Path) -> None:
    found = complaint(tmp_path, "h.yml", "web:\n  hosts:\n   n1: {a: 1\n", YAML)
    assert str(found.params["path"]).startswith(f"{tmp_path}/h.yml:")
    assert "flow mapping" in str(found.params["why"])


def test_a_loop_of_groups_is_an_error(tmp_path: Path) -> None:
    text = "[apple:children]\nberry\n[berry:children]\napple\n"
    (tmp_path / "h.ini").write_text(text)
    found = error(tmp_path, "path", str(tmp_path / "h.ini"))
    assert (found.code, found.params["path"]) == ("inventory.circular", f"{tmp_path}/h.ini:4")


@pytest.mark.parametrize(
    "said",
    [
        '[WARNING]: Skipping unexpected key (hostz) in group (all), only "vars" are valid\n',
        "[WARNING]: Unable to parse /x as an inventory source\n",
    ],
)
def test_what_ansible_only_warns_of_is_an_error(tmp_path: Path, said: str) -> None:
    assert complaint(tmp_path, "h.yml", "all: {}\n", said, rc=0).code == "inventory.invalid"


@pytest.mark.parametrize("said", ["", "[WARNING]: Found both group and host with same name: web\n"])
def test_other_warnings_are_none(tmp_path: Path, said: str) -> None:
    (tmp_path / "h").write_text("n1\n")
    sources.refuse(said, 0, prepared(tmp_path, "path", str(tmp_path / "h")))


def test_vault_and_plugins_have_their_own_errors(tmp_path: Path) -> None:
    vault = complaint(
        tmp_path, "h", "n1\n", "[ERROR]: Attempting to decrypt but no vault secrets found.\n", 4
    )
    assert vault.code == "inventory.vault"
    (tmp_path / "scratch").rmdir()
    plugin = YAML.replace(
        "YAML parsing failed: While parsing a flow mapping did not find expected ',' or 'X'.",
        "Plugin configuration YAML file, not YAML inventory",
    )
    assert complaint(tmp_path, "h.yml", "plugin: x\n", plugin).code == "inventory.script"


def test_any_other_end_is_an_error_too(tmp_path: Path) -> None:
    found = complaint(tmp_path, "h", "n1\n", "Traceback\nKeyError: 'x'\n", 250)
    assert "KeyError" in str(found.params["why"])


def test_paths_no_longer_depend_on_where_ansible_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "here").mkdir()
    (tmp_path / "inv").mkdir()
    for path in ("here/id_a", "inv/id_b", "inv/h"):
        (tmp_path / path).write_text("n1\n")
    monkeypatch.chdir(tmp_path / "here")
    source = prepared(tmp_path, "path", str(tmp_path / "inv" / "h"))

    def rooted(value: str) -> object:
        return source.rooted({"ansible_ssh_private_key_file": value})[
            "ansible_ssh_private_key_file"
        ]

    assert rooted("id_a") == str(tmp_path / "here" / "id_a")
    assert rooted("id_b") == str(tmp_path / "inv" / "id_b")
    assert rooted("~/.ssh/id") == "~/.ssh/id"
    assert rooted("/abs") == "/abs"
    assert source.rooted({"x": "{{ inventory_dir }}/k", "n": 1}) == {
        "x": f"{tmp_path}/inv/k",
        "n": 1,
    }


def test_a_current_folder_that_is_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    assert error(tmp_path, "path", "hosts.ini").code == "inventory.unreadable"


@pytest.mark.parametrize("text", ["[" * 50_000, "- " * 50_000, '{"a":' * 300 + "1" + "}" * 300])
@pytest.mark.parametrize("name", ["deep.yml", "deep", "deep.json"])
def test_what_would_end_the_reader_is_not_read(tmp_path: Path, text: str, name: str) -> None:
    (tmp_path / name).write_text(text)
    for place in ("sent", "here"):
        (tmp_path / place).mkdir()
    with pytest.raises(UsageError, match=r"inventory\.invalid"):
        prepared(tmp_path / "sent", "file", text, name)
    with pytest.raises(UsageError, match=r"inventory\.invalid"):
        prepared(tmp_path / "here", "path", str(tmp_path / name))


def test_a_complaint_about_something_deep_is_survived(tmp_path: Path) -> None:
    found = sources.Source(str(tmp_path), "x", "ansible.builtin.yaml", text="[" * 50_000)
    assert found.place_of("anything")[0].startswith("x:")
