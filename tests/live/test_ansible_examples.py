"""Ansible's own examples, and damaged ones: the check says what Ansible's validator says.

The examples of every module that is shipped, and each of them with one argument left out, misspelt
or of another kind: some 57,000 sets of arguments. Whoever disagrees with Ansible would stop code
that runs, or let code pass that stops.
"""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kiki.model.artifact import Artifact, File
from kiki.provision.ansible import AnsibleHome
from kiki.targets.ansible.check import check
from kiki.targets.ansible.check.modules import Module, known
from tests.conftest import ROOT

pytestmark = pytest.mark.slow

DATA = ROOT / "src/kiki/targets/ansible/check/data"


def ansible(home: AnsibleHome, *command: str) -> str:
    environment = {
        "PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), "PYTHONHASHSEED": "0",
        "LC_ALL": "C.UTF-8", "PYTHONPATH": home.collections,
        "ANSIBLE_COLLECTIONS_PATH": home.collections,
    }  # fmt: skip
    done = subprocess.run([home.python, *command], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def errors(module: str, args: Any) -> list[str]:
    """The codes of what is wrong with the arguments, but for what is no question of the module."""
    text = json.dumps([{"name": "X", module: args}])
    files = (File(path="tasks/main.yml", text=text),)
    found = check(Artifact(target="ansible", intent_digest="", entry="", files=files))
    codes = [one.code.removeprefix("ansible.") for one in found if one.severity == "error"]
    return [code for code in codes if code.startswith("argument") or code == "keyword_in_arguments"]


def elsewhere(module: Module) -> bool:
    """Whether a variable of the environment may give an argument: Ansible misses it here."""
    return any(option.elsewhere for option in module.options.values())


def verdicts(text: str) -> Iterator[dict[str, Any]]:
    for line in text.splitlines():
        yield json.loads(line)


def test_the_check_says_what_ansible_says(ansible_home: AnsibleHome) -> None:
    said = ansible(ansible_home, str(Path(__file__).with_name("ansible_verdicts.py")))
    total = refused = 0
    for verdict in verdicts(said):
        total += 1
        refused += bool(verdict["errors"])
        ours = errors(verdict["module"], verdict["args"])
        if bool(ours) != bool(verdict["errors"]):
            assert not ours, verdict  # never an error of ours alone
            assert elsewhere(known().modules[verdict["module"]]), verdict
    assert total > 50_000
    assert 0.3 < refused / total < 0.7


def test_the_data_is_what_ansible_has_now(ansible_home: AnsibleHome, tmp_path: Path) -> None:
    ansible(ansible_home, str(ROOT / "tools/dump_ansible_doc.py"), str(tmp_path))
    for path in sorted(DATA.iterdir()):
        assert (tmp_path / path.name).read_bytes() == path.read_bytes(), "make ansible-data"
