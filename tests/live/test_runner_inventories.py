"""The four forms of inventories through Ansible's own code."""

import json
import time
from pathlib import Path

import pytest

from kiki.execution.runner import RunnerExecutor
from kiki.model.errors import UsageError
from kiki.model.inventory import Inventory
from kiki.model.request import InventoryForm, InventorySource, Scope
from kiki.provision.ansible import AnsibleHome
from tests.live.conftest import HostsLab
from tests.live.runner_lab import Lab

pytestmark = pytest.mark.hosts  # no host is touched, but Ansible is needed

INI = "[web]\nn1 port=80\nn2\n[db]\nn3\n[site:children]\nweb\ndb\n[site:vars]\nzone=a\n"
YAML = """\
all:
  children:
    site:
      vars: {zone: a}
      children:
        web: {hosts: {n1: {port: 80}, n2: {}}}
        db: {hosts: {n3: {}}}
"""
TOML = '[site.vars]\nzone = "a"\n[site]\nchildren = ["web", "db"]\n'
TOML += "[web.hosts]\nn1 = {port = 80}\nn2 = {}\n[db.hosts]\nn3 = {}\n"
VAULTED = """\
all:
  hosts:
    n1:
      value: !vault |
        $ANSIBLE_VAULT;1.1;AES256
        61
"""
DIRECTORY = {
    "10-hosts": "[web]\nn1\nn2\n[db]\nn3\n",
    "20-more.yml": "site:\n  children:\n    web: {}\n    db: {}\n",
    "group_vars/site.yml": "zone: a\n",
    "host_vars/n1.yml": "port: 80\n",
}


@pytest.fixture
def executor(ansible_home: AnsibleHome, tmp_path: Path) -> RunnerExecutor:
    return RunnerExecutor(str(tmp_path / "state"), lambda name, version: "", lambda: ansible_home)


def scope(
    text: Path | str, form: InventoryForm = "path", limit: str = "", origin: str = ""
) -> Scope:
    return Scope(inventory=InventorySource(form=form, text=str(text), origin=origin), limit=limit)


def error(executor: RunnerExecutor, wanted: Scope) -> UsageError:
    with pytest.raises(UsageError) as caught:
        executor.resolve(wanted)
    return caught.value


def meaning(found: Inventory) -> object:
    groups = {name: set(hosts) for name, hosts in found.groups.items() if name != "ungrouped"}
    return found.hosts, groups, found.hostvars


def test_every_form_means_the_same(executor: RunnerExecutor, tmp_path: Path) -> None:
    for name, text in {"h.ini": INI, "h.yml": YAML, "h.toml": TOML, "plain": INI}.items():
        (tmp_path / name).write_text(text)
    for name, text in DIRECTORY.items():
        (tmp_path / "dir" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "dir" / name).write_text(text)
    wanted = [scope(tmp_path / name) for name in ("h.ini", "h.yml", "h.toml", "plain", "dir")]
    wanted += [scope(YAML, "file", origin="x/h.yaml"), scope(INI, "file", origin="hosts")]
    wanted += [scope(INI, "inline")]
    meanings = [meaning(executor.resolve(each)) for each in wanted]
    assert meanings[0] == (
        ("n1", "n2", "n3"),
        {
            "all": {"n1", "n2", "n3"},
            "site": {"n1", "n2", "n3"},
            "web": {"n1", "n2"},
            "db": {"n3"},
        },
        {"n1": {"port": 80, "zone": "a"}, "n2": {"zone": "a"}, "n3": {"zone": "a"}},
    )
    for each in meanings[1:]:
        assert each == meanings[0]


def test_a_comma_list_with_ranges(executor: RunnerExecutor) -> None:
    assert executor.resolve(scope("node[1:3], x", "hosts")).hosts == (
        "node1",
        "node2",
        "node3",
        "x",
    )


def test_group_vars_beside_a_file_count(executor: RunnerExecutor, tmp_path: Path) -> None:
    (tmp_path / "hosts.ini").write_text("[web]\nn1\n")
    (tmp_path / "group_vars").mkdir()
    (tmp_path / "group_vars" / "web.yml").write_text("port: 8080\n")
    assert executor.resolve(scope(tmp_path / "hosts.ini")).hostvars["n1"] == {"port": 8080}


def test_limits_are_ansibles_own(executor: RunnerExecutor) -> None:
    for limit, hosts in (("web:!n2", ("n1",)), ("site:&db", ("n3",)), ("~n[12]", ("n1", "n2"))):
        found = executor.resolve(scope(INI, "inline", limit))
        assert found.hosts == hosts
        assert set(json.loads(found.text)["all"]["hosts"]) == {"n1", "n2", "n3"}


def test_a_host_in_no_group_is_one_of_all(executor: RunnerExecutor) -> None:
    text = "n9\n[web]\nn1\n"
    assert executor.resolve(scope(text, "inline")).hosts == ("n1", "n9")
    assert executor.resolve(scope(text, "inline", "ungrouped")).hosts == ("n9",)


def test_frozen_again_it_means_the_same(executor: RunnerExecutor, tmp_path: Path) -> None:
    """What runs get is read back by Ansible as what was resolved."""
    (tmp_path / "group_vars").mkdir()
    (tmp_path / "h").write_text(INI)
    (tmp_path / "group_vars" / "all.yml").write_text(
        "text: 'yes'\nfloat: 1.5\nlist: [1, {a: b}]\nnone:\nlines: |\n  a\n  b\n"
        "unsafe: !unsafe '{{ x }}'\ntemplate: '{{ zone }}-{{ inventory_hostname }}'\n"
    )
    first = executor.resolve(scope(tmp_path / "h"))
    second = executor.resolve(scope(first.text, "file", origin="hosts.json"))
    assert meaning(second)[0] == meaning(first)[0]  # type: ignore[index]
    added = "ansible_interpreter_python_fallback"
    for host, variables in second.hostvars.items():
        assert {k: v for k, v in variables.items() if k != added} == first.hostvars[host]
    assert set(second.groups["site"]) == set(first.groups["site"])


@pytest.mark.parametrize(
    ("name", "text", "code", "where", "why"),
    [
        ("h.ini", "[web]\nn1 foo bar\n", "inventory.invalid", ":2", "foo"),
        ("h.ini", "[web\nn1\n", "inventory.section", "", ""),
        ("h.ini", "[a:children]\nb\n[b:children]\na\n", "inventory.circular", "", ""),
        ("h.ini", "[web]\nn1 x='y\n", "inventory.invalid", ":2", "quotation"),
        ("h.ini", "[web:children]\nnogroup\n", "inventory.invalid", "", "nogroup"),
        ("h.yml", "web:\n  hosts:\n   n1: {a: 1\n", "inventory.invalid", ":", "mapping"),
        ("h.yml", "all:\n  hostz:\n    n1:\n", "inventory.invalid", "", "hostz"),
        ("h.yml", "plugin: ansible.builtin.generator\n", "inventory.script", "", ""),
        ("h.toml", "[all]\nn1 = {\n", "inventory.invalid", "", "line 2"),
        ("h.ini", "", "inventory.no_hosts", "", ""),
        ("h.ini", "[web]\n", "inventory.no_hosts", "", ""),
        ("h.ini", "n1 ansible_connection=local\n", "inventory.local_connection", "", ""),
        ("h.yml", VAULTED, "inventory.vault", "", ""),
    ],
)
def test_what_is_wrong_with_a_file_is_said(
    executor: RunnerExecutor, tmp_path: Path, name: str, text: str, code: str, where: str, why: str
) -> None:
    (tmp_path / name).write_text(text)
    found = error(executor, scope(tmp_path / name))
    assert found.code == code
    if code == "inventory.invalid":
        assert str(found.params["path"]).startswith(str(tmp_path / name) + where)
        assert why in str(found.params["why"])


def test_broken_variables_beside_it_are_an_error(executor: RunnerExecutor, tmp_path: Path) -> None:
    (tmp_path / "h.ini").write_text("n1\n")
    (tmp_path / "group_vars").mkdir()
    (tmp_path / "group_vars" / "all.yml").write_text("b: 1\na: [1\n")
    found = error(executor, scope(tmp_path / "h.ini"))
    assert found.code == "inventory.invalid"
    assert found.params["path"] == f"{tmp_path}/group_vars/all.yml:3"
    (tmp_path / "group_vars" / "all.yml").write_text("$ANSIBLE_VAULT;1.1;AES256\n6162\n")
    found = error(executor, scope(tmp_path / "h.ini"))
    assert (found.code, found.params["path"]) == (
        "inventory.vault",
        f"{tmp_path}/group_vars/all.yml:1",
    )
    (tmp_path / "vaulted.yml").write_text(VAULTED)
    found = error(executor, scope(tmp_path / "vaulted.yml"))
    assert found.params["path"] == f"{tmp_path}/vaulted.yml:5"


@pytest.mark.parametrize("limit", ["nobody", "web:&db"])
def test_a_limit_that_leaves_nobody(executor: RunnerExecutor, limit: str) -> None:
    found = error(executor, scope(INI, "inline", limit))
    assert (found.code, found.params["limit"]) == ("inventory.no_hosts", limit)


@pytest.mark.parametrize("limit", ["n1,n9", "web:!n9"])
def test_a_misspelt_part_of_a_limit_is_not_passed_over(
    executor: RunnerExecutor, limit: str
) -> None:
    found = error(executor, scope(INI, "inline", limit))
    assert (found.code, found.params["limit"]) == ("inventory.no_hosts", "n9")


def test_a_limit_that_ansible_does_not_accept(executor: RunnerExecutor) -> None:
    assert error(executor, scope(INI, "inline", "@/no/such")).code == "inventory.invalid"


def test_a_sent_inventory_runs_nothing_here(executor: RunnerExecutor, tmp_path: Path) -> None:
    proof = tmp_path / "proof"
    evil = f"n1 x=\"{{{{ lookup('pipe', 'touch {proof}') }}}}\"\n"
    assert error(executor, scope(evil, "inline")).code == "inventory.local_command"
    script = f"#!/bin/sh\ntouch {proof}\necho '{{}}'\n"
    (tmp_path / "dyn").write_text(script)
    (tmp_path / "dyn").chmod(0o755)
    assert error(executor, scope(tmp_path / "dyn")).code == "inventory.script"
    assert not proof.exists()


def test_a_script_is_run_only_when_that_is_allowed(
    ansible_home: AnsibleHome, tmp_path: Path
) -> None:
    state = str(tmp_path / "state")
    allowed = RunnerExecutor(state, lambda name, version: "", lambda: ansible_home, scripts=True)
    script = tmp_path / "inv" / "dyn"
    script.parent.mkdir()
    for address in ("10.0.0.1", "10.0.0.2"):  # asked anew each time
        listed = {
            "web": {"hosts": ["n1"]},
            "_meta": {"hostvars": {"n1": {"ansible_host": address}}},
        }
        script.write_text(f"#!/bin/sh\necho '{json.dumps(listed)}'\n")
        script.chmod(0o755)
        for path in (script, script.parent):
            found = allowed.resolve(scope(path))
            assert found.groups["web"] == ("n1",)
            assert found.hostvars["n1"]["ansible_host"] == address
    script.write_text("#!/bin/sh\necho no json\n")
    assert error(allowed, scope(script)).code == "inventory.invalid"


def test_it_takes_about_as_long_as_ansible_itself(executor: RunnerExecutor) -> None:
    executor.resolve(scope(INI, "inline"))
    started = time.monotonic()
    executor.resolve(scope(INI, "inline", "web"))
    assert time.monotonic() - started < 10


def test_the_labs_own_inventories(
    hosts: HostsLab, ansible_home: AnsibleHome, tmp_path: Path
) -> None:
    lab = Lab(hosts, ansible_home, tmp_path / "state")
    for path in (hosts.inventory, hosts.mixed, hosts.mixed_passwords, hosts.bastion):
        found = lab.resolve(path)
        assert found.hosts
        assert hosts.ops_password not in repr(found)
