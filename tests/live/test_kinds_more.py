"""Further settings of services, on a real host, past Ansible: sshd's port, logs, NFS.

Each is planned, applied, verified, planned again and taken back; what is shared over NFS is only
planned, as no server of the kernel starts in a container.
"""

from collections.abc import Iterator

import pytest

from tests.live.test_ansible_kinds import Kinds, intent, kinds, lab

__all__ = ["kinds", "lab"]  # fixtures

pytestmark = [pytest.mark.hosts, pytest.mark.slow]

PORT_FILE = "/etc/ssh/sshd_config.d/00-kiki-port.conf"


@pytest.fixture
def usual_port(kinds: Kinds) -> Iterator[None]:
    """Afterwards sshd listens where it did before, whatever a test did."""
    yield
    kinds.look(f"rm -f {PORT_FILE} /etc/ssh/sshd_config.d/50-other.conf")
    kinds.look("systemctl reload ssh")


def listening(kinds: Kinds, port: int) -> bool:
    return "sshd" in kinds.look(f"ss -Hltnp sport = :{port}")


@pytest.mark.usefixtures("usual_port")
def test_sshd_listens_on_another_port_and_on_the_one_kiki_came_in_by(kinds: Kinds) -> None:
    case = intent(("sshd_port", {"port": 2222}))
    ran = kinds.there(case)
    assert listening(kinds, 2222)
    assert listening(kinds, 22), "nobody is locked out"
    assert kinds.look(f"cat {PORT_FILE}") == "Port 2222\nPort 22\n"
    assert not kinds.plan(case).changes

    other = intent(("sshd_port", {"port": 2022}))
    moved = kinds.there(other)
    assert not listening(kinds, 2222)
    kinds.back(other, moved)
    assert listening(kinds, 2222), "what Kiki's file said before"
    kinds.back(case, ran)
    assert not listening(kinds, 2222)
    assert listening(kinds, 22)


@pytest.mark.usefixtures("usual_port")
def test_sshd_s_port_is_not_moved_where_that_says_nothing(kinds: Kinds) -> None:
    """The port of another program, and ports that others say, too."""
    kinds.look("systemd-run --quiet --collect --unit kiki-taken python3 -m http.server 2223")
    try:
        kinds.look("sh -c 'until ss -Hltn sport = :2223 | grep -q .; do sleep 0.1; done'")
        assert kinds.plan(intent(("sshd_port", {"port": 2223}))).errored
    finally:
        kinds.look("systemctl stop kiki-taken")
    kinds.look("sh -c 'echo Port 22 > /etc/ssh/sshd_config.d/50-other.conf'")
    assert kinds.plan(intent(("sshd_port", {"port": 2222}))).errored
    assert kinds.look(f"ls {PORT_FILE} ; true") == ""


LOG = "/var/log/kiki-more/a.log"
LOG_FILE = "/etc/logrotate.d/kiki-var-log-kiki_2dmore-_2a.log.conf"


@pytest.fixture
def logs(kinds: Kinds) -> Iterator[str]:
    """A log of its own with something in it; afterwards nothing of it is left."""
    kinds.look(f"sh -c 'mkdir -p /var/log/kiki-more && echo line > {LOG}'")
    yield "/var/log/kiki-more/*.log"
    kinds.look(
        "sh -c 'rm -rf /var/log/kiki-more /etc/logrotate.d/kiki-* /etc/logrotate.d/zz-other'"
    )


def test_logs_are_rotated_as_said_and_what_was_said_comes_back(kinds: Kinds, logs: str) -> None:
    case = intent(("logrotate_set", {"path": logs, "every": "daily", "keep": 2}))
    outcome = kinds.apply(case)  # the package may have to come first, which no plan can see behind
    assert (outcome.verified, outcome.reason) == ("passed", "")
    assert not kinds.plan(case).changes
    kinds.look(f"logrotate -f {LOG_FILE}")
    assert kinds.look(f"cat {LOG}.1") == "line\n"
    assert kinds.look(f"cat {LOG}") == "", "it is emptied, and the same file"

    other = intent(("logrotate_set", {"path": logs, "keep": 9, "compress": False}))
    ran = kinds.there(other)
    assert "rotate 9" in kinds.look(f"cat {LOG_FILE}")
    kinds.back(other, ran)
    assert "rotate 2" in kinds.look(f"cat {LOG_FILE}")

    away = intent(("logrotate_remove", {"path": logs}))
    gone = kinds.there(away)
    assert kinds.look(f"ls {LOG_FILE} ; true") == ""
    kinds.back(away, gone)
    assert "rotate 2" in kinds.look(f"cat {LOG_FILE}")


def test_logs_that_another_file_names_are_left_to_it(kinds: Kinds, logs: str) -> None:
    text = f"{logs} {{\\n  weekly\\n  missingok\\n}}\\n"
    kinds.look(f"sh -c 'printf \"{text}\" > /etc/logrotate.d/zz-other'")
    assert kinds.plan(intent(("logrotate_set", {"path": logs}))).errored


@pytest.fixture
def shared(kinds: Kinds) -> Iterator[str]:
    """A directory of its own; afterwards neither it nor a file that shares it is left."""
    kinds.look("mkdir -p /srv/kiki-more")
    yield "/srv/kiki-more"
    kinds.look(
        "sh -c 'rm -rf /srv/kiki-more /etc/exports.d/zz-other.exports;"
        " rmdir --ignore-fail-on-non-empty /etc/exports.d'"
    )


def test_a_share_is_planned_and_one_of_another_file_is_left_alone(
    kinds: Kinds, shared: str
) -> None:
    case = intent(("nfs_export", {"path": shared, "sources": ["10.0.0.0/24"]}))
    plan = kinds.plan(case)
    assert not plan.errored, plan.actions
    assert f"Share {shared}" in [action.task for action in plan.changes]
    missing = intent(("nfs_export", {"path": f"{shared}/none", "sources": ["10.0.0.0/24"]}))
    assert kinds.plan(missing).errored or not kinds.plan(missing).complete
    line = f"{shared} 10.9.0.0/24(ro)"
    kinds.look(
        f"sh -c 'mkdir -p /etc/exports.d && echo \"{line}\" > /etc/exports.d/zz-other.exports'"
    )
    assert kinds.plan(case).errored
    assert not kinds.plan(intent(("nfs_unexport", {"path": shared}))).changes
