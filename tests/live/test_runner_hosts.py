"""Plays on real hosts: what happened to each is told truly, and failures say why."""

import subprocess
import uuid
from pathlib import Path

import msgspec
import pytest

from kiki.model.errors import UsageError
from kiki.model.run import HostStats
from kiki.provision.ansible import AnsibleHome
from tests.live.conftest import HostsLab
from tests.live.runner_lab import Lab, artifact, ignore, known_hosts, of_host

pytestmark = pytest.mark.hosts

NOTHING = """\
- name: Look
  hosts: all
  gather_facts: false
  tasks:
    - name: Look
      ansible.builtin.command: id -un
      changed_when: false
"""
AS_ROOT = NOTHING.replace("  tasks:", "  become: true\n  tasks:")


@pytest.fixture
def lab(hosts: HostsLab, ansible_home: AnsibleHome, tmp_path: Path) -> Lab:
    return Lab(hosts, ansible_home, tmp_path / "state")


def writing(path: str, text: str = "hello") -> str:
    return f"""\
- name: Write
  hosts: all
  become: true
  gather_facts: false
  tasks:
    - name: Write the file
      ansible.builtin.copy:
        dest: {path}
        content: "{text}\\n"
        mode: "0644"
    - name: Act once
      ansible.builtin.command: "true"
      tags: [acts]
"""


def test_plan_apply_and_a_second_run_that_changes_nothing(lab: Lab) -> None:
    path = f"/tmp/kiki-{uuid.uuid4().hex}"
    planned = lab.run(writing(path), "check")
    assert planned.status == "successful"
    for host in ("n1", "n2", "n3"):
        changed = of_host(planned, host, "changed")
        assert [event.task for event in changed] == ["Write the file"]
        assert "+hello" in changed[0].diff
        (skipped,) = of_host(planned, host, "skipped")
        assert skipped.result["reason"] == "execution.check_mode"
    assert lab.ssh("n1", f"ls {path}") == ""

    applied = lab.run(writing(path))
    assert applied.status == "successful"
    assert applied.stats["n2"] == HostStats(ok=2, changed=2)
    assert "+hello" in of_host(applied, "n3", "changed")[0].diff
    assert lab.ssh("n3", f"cat {path}") == "hello\n"

    again = lab.run(writing(path), "again", skip_tags=("acts",))
    assert again.status == "successful"
    assert not [event for event in again.events if event.kind == "changed"]
    assert {event.host for event in again.events if event.kind == "ok"} == {"n1", "n2", "n3"}


def test_only_the_limit_is_touched_and_the_users_variables_count(lab: Lab) -> None:
    path = f"/tmp/kiki-{uuid.uuid4().hex}"
    scope = lab.scope(limit="n2", extra_vars={"text": "von außen 밖"}, tags=("write",))
    play = writing(path, "{{ text }}").replace("        mode:", "        mode:", 1)
    play = play.replace('        mode: "0644"\n', '        mode: "0644"\n      tags: [write]\n')
    result = lab.run(play, scope=scope)
    assert result.stats == {"n2": HostStats(ok=1, changed=1)}
    assert lab.ssh("n2", f"cat {path}") == "von außen 밖\n"
    assert lab.ssh("n1", f"ls {path}") == ""


def test_one_of_three_fails(lab: Lab) -> None:
    play = NOTHING.replace("id -un", "\"{{ 'false' if inventory_hostname == 'n2' else 'true' }}\"")
    result = lab.run(play)
    assert result.status == "partly"
    (failed,) = of_host(result, "n2", "failed")
    assert failed.message == "non-zero return code"
    assert failed.result["rc"] == 1
    assert of_host(result, "n1", "ok") and of_host(result, "n3", "ok")


def test_failures_that_the_play_ignores_are_marked(lab: Lab) -> None:
    play = NOTHING.replace("id -un", '"false"\n      ignore_errors: true')
    result = lab.run(play, scope=lab.scope(limit="n1"))
    assert result.status == "successful"
    (failed,) = of_host(result, "n1", "failed")
    assert failed.ignored


def test_each_way_of_not_getting_in_has_its_own_code(lab: Lab, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(wrong)], check=True)
    (tmp_path / "empty").write_text("")
    n1_key = (lab.hosts.folder / "keys" / "n1.pub").read_text().split()[:2]
    (tmp_path / "other").write_text(f"10.123.0.13 {' '.join(n1_key)}\n")
    empty, other = known_hosts(tmp_path / "empty"), known_hosts(tmp_path / "other")
    inventory = lab.inventory(
        tmp_path / "hosts.ini",
        "good ansible_host=10.123.0.11",
        "gone ansible_host=10.123.0.99",
        "closed ansible_host=10.123.0.1 ansible_port=2",
        "nameless ansible_host=no-such-host.invalid",
        f"wrong ansible_host=10.123.0.12 ansible_user=ops ansible_ssh_private_key_file={wrong}",
        f'new ansible_host=10.123.0.12 ansible_ssh_common_args="{empty}"',
        f'other ansible_host=10.123.0.13 ansible_ssh_common_args="{other}"',
    )
    result = lab.run(NOTHING, scope=lab.scope(inventory))
    assert result.status == "partly"
    reasons = {
        event.host: event.result["reason"] for event in result.events if event.kind == "unreachable"
    }
    assert reasons == {
        "gone": "execution.unreachable",
        "closed": "execution.unreachable",
        "nameless": "execution.unreachable",
        "wrong": "execution.auth_failed",
        "new": "execution.host_key_unknown",
        "other": "execution.host_key_changed",
    }
    assert all(event.message for event in result.events if event.kind == "unreachable")


def test_nobody_answers(lab: Lab, tmp_path: Path) -> None:
    inventory = lab.inventory(
        tmp_path / "h.ini", "a ansible_host=10.123.0.99", "b ansible_host=10.123.0.98"
    )
    result = lab.run(NOTHING, "check", lab.scope(inventory))
    assert result.status == "unreachable"
    assert result.stats["a"].unreachable == 1


def test_the_key_and_the_user_of_the_command_line(lab: Lab, tmp_path: Path) -> None:
    inventory = tmp_path / "h.ini"
    arguments = known_hosts(lab.hosts.known_hosts)
    inventory.write_text(f'n1 ansible_host=10.123.0.11 ansible_ssh_common_args="{arguments}"\n')
    scope = lab.scope(inventory, user="ops", ssh_key=str(lab.hosts.key))
    result = lab.run(NOTHING, scope=scope)
    assert [event.result["stdout"] for event in of_host(result, "n1", "ok")] == ["ops"]
    other = lab.scope(inventory, user="nobody-here", ssh_key=str(lab.hosts.key))
    refused = lab.run(NOTHING, scope=other)
    assert of_host(refused, "n1", "unreachable")[0].result["reason"] == "execution.auth_failed"


def test_a_bastion_is_crossed(lab: Lab) -> None:
    result = lab.run(AS_ROOT, scope=lab.scope(lab.hosts.bastion))
    assert result.status == "successful"
    assert of_host(result, "inner", "ok")[0].result["stdout"] == "root"


def test_each_host_has_its_user_and_sudo_its_password(lab: Lab) -> None:
    mixed = lab.scope(lab.hosts.mixed)
    without = lab.run(AS_ROOT, scope=mixed)
    assert without.status == "partly"
    assert of_host(without, "n3", "failed")[0].result["reason"] == "execution.become_password"
    wrong = lab.run(AS_ROOT, scope=lab.scope(lab.hosts.mixed, limit="n3"), password="no-Such-1")
    assert of_host(wrong, "n3", "failed")[0].result["reason"] == "execution.become_password"
    given = lab.run(AS_ROOT, scope=mixed, password=lab.hosts.ops_password)
    assert given.status == "successful"
    assert {event.result["stdout"] for event in given.events if event.kind == "ok"} == {"root"}
    assert lab.hosts.ops_password not in repr(given)


def test_a_password_in_an_inventory_file_is_used_and_not_kept(lab: Lab) -> None:
    result = lab.run(AS_ROOT, scope=lab.scope(lab.hosts.mixed_passwords))
    assert result.status == "successful"
    later = Lab(lab.hosts, lab.home, lab.state / "later")  # knows nothing of what was resolved
    order = lab.order(AS_ROOT, scope=lab.scope(lab.hosts.mixed_passwords))
    assert later.executor.run(order, ignore, ignore).status == "successful"
    for path in lab.state.rglob("*"):
        assert not path.is_file() or lab.hosts.ops_password.encode() not in path.read_bytes()


def test_a_playbook_that_ansible_does_not_accept_says_what_and_where(lab: Lab) -> None:
    play = NOTHING.replace("ansible.builtin.command: id -un", "nosuch.module.at_all: {}")
    play = play.replace("      changed_when: false\n", "")
    checked = lab.run(play, "syntax", lab.scope(limit="n1"))
    assert (checked.status, checked.rc) == ("failed", 4)
    assert "nosuch.module.at_all" in checked.output
    assert "Origin: site.yml:5:7" in checked.output
    assert lab.run(NOTHING, "syntax", lab.scope(limit="n1")).status == "successful"
    planned = lab.run(play, "check", lab.scope(limit="n1"))
    failed = next(event for event in planned.events if event.kind == "failed")
    assert failed.result["reason"] == "execution.playbook_error"


def test_a_play_for_other_hosts_is_no_success(lab: Lab) -> None:
    result = lab.run(NOTHING.replace("hosts: all", "hosts: webservers"))
    assert result.status == "failed"
    assert "execution.no_hosts_matched" in [event.result.get("reason") for event in result.events]


def test_tags_that_match_nothing_are_no_success(lab: Lab) -> None:
    result = lab.run(NOTHING, scope=lab.scope(limit="n1", tags=("nonsense",)))
    assert result.status == "failed"
    assert result.events[-1].result["reason"] == "execution.nothing_ran"


def test_a_key_that_is_not_there(lab: Lab) -> None:
    with pytest.raises(UsageError, match="ssh_key_unreadable"):
        lab.run(NOTHING, scope=lab.scope(ssh_key="/no/such"))


def test_loops_handlers_and_hidden_tasks(lab: Lab) -> None:
    path = f"/tmp/kiki-{uuid.uuid4().hex}"
    play = f"""\
- name: Many
  hosts: n1
  gather_facts: false
  tasks:
    - name: Several
      ansible.builtin.copy:
        dest: "{path}-{{{{ item }}}}"
        content: "{{{{ item }}}}\\n"
        mode: "0644"
      loop: [a, b]
      notify: Tell
    - name: Hidden
      ansible.builtin.copy:
        dest: {path}-hidden
        content: "nobody-sees-this\\n"
        mode: "0600"
      no_log: true
  handlers:
    - name: Tell
      ansible.builtin.command: "true"
"""
    result = lab.run(play)
    assert [event.result["item"] for event in of_host(result, "n1", "item")] == ["a", "b"]
    changed = {event.task: event for event in of_host(result, "n1", "changed")}
    assert set(changed) == {"Several", "Hidden", "Tell"}
    assert "+a\n" in changed["Several"].diff
    assert "+b\n" in changed["Several"].diff
    assert "nobody-sees-this" not in repr(result.events)
    kept = lab.run(play, "again")
    assert not of_host(kept, "n1", "changed")


ROLE = """\
- name: Tell the family
  ansible.builtin.debug:
    msg: "{{ ansible_facts['os_family'] }}"
"""


def test_facts_and_roles_work(lab: Lab) -> None:
    made = artifact("- name: R\n  hosts: n1\n  roles: [mark]\n", roles__mark__tasks__main=ROLE)
    order = msgspec.structs.replace(lab.order(NOTHING), artifact=made)
    result = lab.executor.run(order, ignore, ignore)
    told = next(event for event in result.events if event.kind == "ok" and "family" in event.task)
    assert told.message == "Debian"
