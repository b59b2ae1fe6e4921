"""Undoing brings back exactly what was there, on real hosts: contents, rights, values."""

from pathlib import Path

import pytest

from kiki.model.change import Ran
from kiki.model.intent import Intent
from kiki.provision.ansible import AnsibleHome
from kiki.targets.ansible.kept import FOLDER
from kiki.targets.ansible.target import TARGET
from tests.live.conftest import HostsLab
from tests.live.runner_lab import Lab
from tests.live.test_ansible_kinds import Kinds, fresh, intent

pytestmark = pytest.mark.hosts


@pytest.fixture
def kinds(hosts: HostsLab, ansible_home: AnsibleHome, tmp_path: Path) -> Kinds:
    return Kinds(Lab(hosts, ansible_home, tmp_path / "state"))


def state(kinds: Kinds, folder: str) -> str:
    """Names, rights and contents of all that is in *folder*."""
    command = f"sh -c 'cd {folder} && stat -c \"%n %a %U %G\" . * && tail -vn +1 *'"
    return kinds.look(command)


def test_files_and_rights_are_as_they_were(kinds: Kinds) -> None:
    name = fresh()
    folder = f"/srv/{name}"
    try:
        kinds.look(f"install -d -m 0751 -o kiki -g daemon {folder}")
        old = f"printf 'old\\n' >{folder}/a; printf same >{folder}/b; printf gone >{folder}/c"
        rights = f"chown kiki:daemon {folder}/*; chmod 0641 {folder}/*; touch {folder}/e"
        kinds.look(f'sh -c "{old}; {rights}; chown 4711:4712 {folder}/c"')
        before = state(kinds, folder)
        case = intent(
            ("directory_create", {"path": folder, "mode": "0700", "owner": "root"}),
            ("file_create", {"path": f"{folder}/a", "content": "new\n", "owner": "root"}),
            ("file_create", {"path": f"{folder}/b", "content": "same", "mode": "0600"}),
            ("file_create", {"path": f"{folder}/d", "content": "came"}),
            ("file_create", {"path": f"{folder}/e", "content": "was empty"}),
            ("file_remove", {"path": f"{folder}/c"}),
        )
        plan = kinds.plan(case)
        verbs = ["update", "update", "update", "create", "update", "delete"]
        assert [action.verb for action in plan.changes] == verbs
        assert plan.changes[0].before == {"mode": "0751", "owner": "kiki", "group": "daemon"}
        assert plan.reversibility == "exact"
        outcome = kinds.apply(case)
        assert (outcome.verified, outcome.reason) == ("passed", "")
        assert "gone" not in state(kinds, folder)
        back = TARGET.take_back(case, (Ran(plan=plan, outcome=outcome),))
        assert back.undo.kind == "exact"
        reverse = Intent(target="ansible", name="back", operations=back.operations, reader="undo")
        way = kinds.plan(reverse)
        assert not way.errored, way
        undone = kinds.apply(reverse)
        assert (undone.verified, undone.reason) == ("passed", "")
        assert state(kinds, folder) == before
        assert kinds.look(f"stat -c %a {FOLDER}") == "700\n"

        again = TARGET.take_back(reverse, (Ran(plan=way, outcome=undone),))
        assert again.undo.kind == "exact"
        forth = Intent(target="ansible", name="forth", operations=again.operations, reader="undo")
        assert kinds.apply(forth).verified == "passed"
        assert kinds.look(f"cat {folder}/a {folder}/e {folder}/d") == "new\nwas emptycame"
    finally:
        kinds.look(f"rm -rf {folder} {FOLDER}")
