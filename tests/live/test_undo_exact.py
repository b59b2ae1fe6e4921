"""Undoing brings back exactly what was there, on real hosts: contents, rights, values."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from kiki.model.change import Done, Outcome, Ran
from kiki.model.intent import Intent
from kiki.provision.ansible import AnsibleHome
from kiki.targets.ansible.kept import FOLDER
from kiki.targets.ansible.target import TARGET
from tests.live.conftest import HostsLab
from tests.live.runner_lab import Lab
from tests.live.test_ansible_kinds import HOST, Kinds, fresh, intent

pytestmark = pytest.mark.hosts


@pytest.fixture
def kinds(hosts: HostsLab, ansible_home: AnsibleHome, tmp_path: Path) -> Kinds:
    return Kinds(Lab(hosts, ansible_home, tmp_path / "state"))


def state(kinds: Kinds, folder: str) -> str:
    """Names, rights and contents of all that is in *folder*."""
    command = f"sh -c 'cd {folder} && stat -c \"%n %a %U %G\" . * && tail -vn +1 *'"
    return kinds.look(command)


def copies(kinds: Kinds) -> set[str]:
    """What is kept on the host: a lab host may have copies of somebody else's changes."""
    return set(kinds.look(f"ls -A {FOLDER}").split())


def test_files_and_rights_are_as_they_were(kinds: Kinds) -> None:
    name = fresh()
    folder, kept = f"/srv/{name}", copies(kinds)
    try:
        kinds.look(f"install -d -m 0751 -o kiki -g daemon {folder}")
        old = f"printf 'old\\n' >{folder}/a; printf same >{folder}/b; printf gone >{folder}/c"
        rights = f"chown kiki:daemon {folder}/*; chmod 0641 {folder}/*"
        kinds.look(f'sh -c "{old}; {rights}; chown 4711:4712 {folder}/c"')
        before = state(kinds, folder)
        case = intent(
            ("directory_create", {"path": folder, "mode": "0700", "owner": "root"}),
            ("file_create", {"path": f"{folder}/a", "content": "new\n", "owner": "root"}),
            ("file_create", {"path": f"{folder}/b", "content": "same", "mode": "0600"}),
            ("file_create", {"path": f"{folder}/d", "content": "came"}),
            ("file_remove", {"path": f"{folder}/c"}),
        )
        plan = kinds.plan(case)
        verbs = ["update", "update", "update", "create", "delete"]
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
        assert again.undo.kind == "exact", "the way back can be taken back as well"
    finally:
        mine = " ".join(f"{FOLDER}/{copy}" for copy in sorted(copies(kinds) - kept))
        kinds.look(f"rm -rf {folder} {mine}")


def test_a_follow_up_is_caught_up_with_and_a_probe_says_what_does_not_work(kinds: Kinds) -> None:
    """The unit is changed behind systemd's back, as by a run that was cut before its reload; what
    the new one starts ends at once, so that the service does not run."""
    name = fresh()
    path = f"/etc/systemd/system/{name}.service"
    unit = "[Service]\nExecStart=/bin/sleep 600\n"
    try:
        kinds.look(f"sh -c 'printf \"[Service]\\nExecStart=/bin/true\\n\" >{path}'")
        kinds.look(f"systemctl start {name}")
        case = intent(("file_create", {"path": path, "content": unit}))
        first = kinds.plan(case)
        assert [action.verb for action in first.changes] == ["update", "run"]
        kinds.look(f"sh -c 'printf \"[Service]\\nExecStart=/bin/sleep 600\\n\" >{path}'")
        write, follow = (action.task for action in first.changes)
        cut = Ran(plan=first, outcome=Outcome(done={HOST: Done(changed=(write,))}))
        kinds.variables = TARGET.variables(case, (cut,))
        assert [action.task for action in kinds.plan(case).changes] == [follow]
        applied = TARGET.outcome(kinds.run(case, "apply"), None, kinds.inventory)
        assert applied.done == {HOST: Done(changed=(follow,))}
        assert kinds.look(f"systemctl show -P NeedDaemonReload {name}") == "no\n"

        started = intent(("service_start", {"names": [name]}))
        kinds.look(f"systemctl start {name}")
        assert (
            TARGET.outcome(
                kinds.run(started, "apply"), kinds.run(started, "again"), kinds.inventory
            ).verified
            == "passed"
        )
        probe = kinds.run(intent(("service_restart", {"names": [name + "x"]})), "again")
        found = TARGET.outcome(
            replace(probe, status="successful", stats={}), probe, kinds.inventory
        )
        assert (found.reason, found.params["host"]) == ("ansible.probe_failed", HOST)
        assert "could not be found" in found.params["message"]
    finally:
        kinds.look(f"sh -c 'systemctl stop {name}; rm -f {path}; systemctl daemon-reload'")
