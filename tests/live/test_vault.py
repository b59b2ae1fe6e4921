"""Inventories with values that Ansible Vault encrypts: opened by a secret of Kiki's, on real hosts,
and shown nowhere."""

import subprocess
from pathlib import Path

import pytest

from kiki.execution.runner import RunnerExecutor
from kiki.execution.vaults import Vaults
from kiki.model.request import InventorySource, Scope
from kiki.model.run import RunOrder
from kiki.provision.ansible import AnsibleHome
from tests.live.conftest import HostsLab
from tests.live.kiki_cli import Answer, Kiki
from tests.live.runner_lab import Lab, artifact, ignore

pytestmark = pytest.mark.hosts

PASSWORD, TOKEN, BANNER = "Va.ult-Pass9", "t0ken-Of.Vault7", "Banner-From.Vault5"


class Site:
    """A folder with an inventory whose last host's sudo password, and more, is encrypted."""

    def __init__(self, folder: Path, hosts: HostsLab, home: AnsibleHome) -> None:
        self.folder = folder
        self.vault = Path(home.playbook).with_name("ansible-vault")
        self.password = folder / "password"
        self.password.write_text(PASSWORD)
        self.hosts = hosts
        (folder / "host_vars").mkdir()
        (folder / "group_vars").mkdir()
        text = hosts.mixed.read_text()
        (folder / "hosts.ini").write_text(text)
        self.ops = next(line for line in text.splitlines() if "=ops" in line).split()[0]

    def encrypted(self, text: str) -> str:
        done = self._run("encrypt_string", text)
        return done.stdout[done.stdout.index("!vault") :]

    def encrypt(self, path: Path) -> None:
        self._run("encrypt", str(path))

    def _run(self, *words: str) -> subprocess.CompletedProcess[str]:
        command = [str(self.vault), *words, "--vault-password-file", str(self.password)]
        return subprocess.run(command, check=True, capture_output=True, text=True)


@pytest.fixture
def site(tmp_path: Path, hosts: HostsLab, ansible_home: AnsibleHome) -> Site:
    folder = tmp_path / "site"
    folder.mkdir()
    made = Site(folder, hosts, ansible_home)
    one = f"ansible_become_password: {made.encrypted(hosts.ops_password)}\n"
    (folder / "host_vars" / f"{made.ops}.yml").write_text(one)
    whole = folder / "group_vars" / "nodes.yml"
    whole.write_text(
        f"site_token: {TOKEN}\nsite: {{port: 8080, banner: '{{{{ site_token }}}} {BANNER}'}}\n"
    )
    made.encrypt(whole)
    return made


def told(kiki: Kiki, *answers: Answer) -> str:
    """All that was said, and all that lies in the state folder."""
    lying = (path for path in kiki.state.rglob("*") if path.is_file())
    return "".join(
        (*(answer.told for answer in answers), *(p.read_text(errors="replace") for p in lying))
    )


def test_encrypted_values_are_used_and_shown_nowhere(
    site: Site, tmp_path: Path, ansible_home: AnsibleHome
) -> None:
    kiki = Kiki(tmp_path / "home")
    inventory = str(site.folder / "hosts.ini")
    asked = ("hosts", "list", "--inventory", inventory)
    refused = kiki(*asked)
    assert refused.code == 2
    assert f"{site.folder}/group_vars/nodes.yml:1" in refused.err
    assert "kiki secret set" in refused.err

    named = {"KIKI_VAULT_SECRETS": "site=site-vault"}
    assert "site-vault" in kiki(*asked, **named).err, "there is no such secret yet"
    assert kiki("secret", "set", "site-vault", typed="wrong one\n").code == 0
    wrong = kiki(*asked, **named)
    assert (wrong.code, "site-vault" in wrong.err) == (2, True)
    assert kiki("secret", "set", "site-vault", typed=PASSWORD + "\n").code == 0

    limit = ("--inventory", inventory, "--limit", site.ops)
    listed = kiki("hosts", "list", *limit, **named)
    assert listed.code == 0, listed.told
    path = f"/srv/{tmp_path.name}"
    try:
        ran = kiki("--message", f"{path} 파일을 만들어줘", *limit, "--yes", "--json", **named)
        assert ran.code == 0, ran.told
        assert ran.change["stages"][0]["outcome"]["verified"] == "passed"
    finally:
        Lab(site.hosts, ansible_home, tmp_path / "lab").ssh(site.ops, f"rm -f {path}")
    everything = told(kiki, refused, wrong, listed, ran)
    for value in (PASSWORD, TOKEN, BANNER, site.hosts.ops_password):
        assert value not in everything


def test_variables_of_encrypted_files_mean_what_they_mean_to_ansible(
    site: Site, tmp_path: Path, ansible_home: AnsibleHome
) -> None:
    """Those of a whole file may be templates; a text that is encrypted by itself is none."""
    (site.folder / "host_vars" / "n1.yml").write_text(f"odd: {site.encrypted('{{ 6 * 7 }}')}\n")
    playbook = """
- hosts: n1
  gather_facts: false
  tasks:
    - ansible.builtin.assert:
        that:
          - site.banner == site_token ~ ' ' ~ (site.banner | split(' ') | last)
          - site.port + 1 == 8081
          - odd | length == 11
    - ansible.builtin.debug:
        msg: "{{ site }} {{ odd }}"
"""
    executor = RunnerExecutor(
        str(tmp_path / "state"),
        lambda name, version: "",
        lambda: ansible_home,
        vaults=Vaults(("site=any",), lambda name: PASSWORD),
    )
    where = Scope(inventory=InventorySource(form="path", text=str(site.folder / "hosts.ini")))
    frozen = executor.resolve(where)
    order = RunOrder(
        run_id="vault", mode="apply", artifact=artifact(playbook), inventory=frozen, scope=where
    )
    result = executor.run(order, ignore, ignore)
    assert result.status == "successful", result.output
    said = result.output + "".join(event.message for event in result.events) + frozen.text
    assert "********" in said
    for value in (TOKEN, BANNER, "6 * 7"):
        assert value not in said
