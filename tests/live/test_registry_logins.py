"""A registry's login composed by Ansible and by the driver: the same bytes."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from kiki.documents.write import to_yaml
from kiki.execution.clusters.driver import logins as driver
from kiki.execution.pipes import variables
from kiki.provision.ansible import AnsibleHome
from kiki.targets.kubernetes import logins

pytestmark = pytest.mark.hosts  # no host is touched, but Ansible is needed

PASSWORDS = (
    "plain", "a \"b\" 'c' 100% \\n {{ 7 * 7 }} 카나리아", "first\n  {{ line }}\n", "[1, 2]",
    "{'a': 1}", "True", "007", "1e3", "None", "\\", "\U0001f511\t", "{% raw %}", " blanks ",
)  # fmt: skip


def test_ansible_composes_what_the_driver_does(ansible_home: AnsibleHome, tmp_path: Path) -> None:
    values = {f"kiki_secret_p{number}": one for number, one in enumerate(PASSWORDS)}
    said = [
        logins.Login(server="https://index.docker.io/v1/", username="robot$a+b",
                     password=f"p{number}", email="kim@example.com" if number == 1 else "")
        for number in range(len(PASSWORDS))
    ]  # fmt: skip
    tasks = [_task(tmp_path / str(number), one) for number, one in enumerate(said)]
    play = {"name": "Logins", "hosts": "localhost", "gather_facts": False, "tasks": tasks}
    (tmp_path / "play.yml").write_text(to_yaml([[play]]))
    (tmp_path / "values").write_text(variables(values, {}))
    python = f"ansible_python_interpreter={Path(ansible_home.playbook).parent}/python"
    command = [str(ansible_home.playbook), "-i", "localhost,", "-c", "local", "-e", python]
    ran = subprocess.run(
        [*command, "-e", f"@{tmp_path}/values", str(tmp_path / "play.yml")],
        env=os.environ | {"LC_ALL": "C.UTF-8"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout + ran.stderr
    for number, one in enumerate(said):
        made = json.loads((tmp_path / str(number)).read_text())["made"]
        assert made == driver.composed(logins.told(one), values), PASSWORDS[number]


def _task(path: Path, login: logins.Login) -> dict[str, object]:
    copy = {"dest": str(path), "content": "{{ {'made': made} | to_json }}", "mode": "0600"}
    about = {"kiki_login": logins.told(login), "made": logins.expression(login)}
    return {"name": f"Write {path.name}", "ansible.builtin.copy": copy, "vars": about}
