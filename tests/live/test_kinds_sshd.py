"""What sshd lets happen, set and taken back on a real host, past Ansible; nobody is shut out."""

from collections.abc import Iterator

import pytest

from tests.live.runner_lab import Lab
from tests.live.test_ansible_kinds import HOST, Kinds, intent, lab

__all__ = ["lab"]  # a fixture

pytestmark = pytest.mark.hosts

FOLDER = "/etc/ssh/sshd_config.d"
USER = "kiki"  # as whom the lab's hosts are reached


@pytest.fixture
def kinds(lab: Lab) -> Iterator[Kinds]:
    """The host; afterwards its sshd is as before, whatever a test did."""
    found = Kinds(lab, HOST)
    yield found
    found.look(f"sh -c 'rm -f {FOLDER}/00-kiki-* {FOLDER}/50-other.conf; systemctl reload ssh'")


def test_settings_are_set_changed_and_taken_back(kinds: Kinds) -> None:
    first = intent(
        ("sshd_set", {"max_auth_tries": 3, "alive_interval": 300, "x11": "no"}),
        ("sshd_set", {"allow_users": [USER, "root"], "allow_groups": [USER]}),
    )
    kinds.there(first)
    said = kinds.look("sshd -T").splitlines()
    assert {"maxauthtries 3", "clientaliveinterval 300", "x11forwarding no"} <= set(said)
    assert {f"allowusers {USER}", "allowusers root", f"allowgroups {USER}"} <= set(said)

    second = intent(
        ("sshd_set", {"max_auth_tries": 4, "login_grace": 30, "allow_users": [USER]}),
        ("sshd_set", {"unset": ["x11"]}),
    )
    way = kinds.back(second, kinds.there(second))
    assert [operation.fields for operation in way.operations] == [
        {"x11": "no"},
        {"allow_users": (USER, "root")},
        {"unset": ["login_grace"]},
        {"max_auth_tries": 3},
    ]
    said = kinds.look("sshd -T").splitlines()
    assert {"maxauthtries 3", "logingracetime 120", "allowusers root"} <= set(said)
    assert "x11forwarding no" in said


def test_nobody_is_shut_out_and_lists_of_others_are_not_added_to(kinds: Kinds) -> None:
    """The play stops before it writes anything, also where Kiki is root by then."""
    for fields in ({"allow_users": ["root"]}, {"allow_groups": ["daemon"]}):
        plan = kinds.plan(intent(("sshd_set", fields)))
        assert plan.errored
        assert f"Kiki comes in as {USER}" in plan.actions[-1].message
    kinds.look(f"sh -c 'echo AllowUsers {USER} > {FOLDER}/50-other.conf'")
    plan = kinds.plan(intent(("sshd_set", {"allow_users": [USER]})))
    assert plan.errored
    assert "Another file says AllowUsers" in plan.actions[-1].message
    assert kinds.look(f"ls {FOLDER}") == "50-other.conf\n"
