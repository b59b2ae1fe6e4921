"""Blocks of lines, timers, authorities, rotation and ports of sshd on a real host: done, the same
twice, and taken back. A run of Ansible takes seconds, so that what doesn't concern one another
shares it."""

import json
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from kiki.provision.ansible import AnsibleHome
from kiki.targets.ansible.answers import Heard
from kiki.targets.ansible.operations.package_updates import answer as updates
from kiki.targets.ansible.operations.package_updates.operation import Fields as Updates
from kiki.targets.ansible.operations.port_listeners import answer as listeners
from kiki.targets.ansible.operations.port_listeners.operation import Fields as Port
from kiki.targets.ansible.operations.service_logs import answer as journal
from kiki.targets.ansible.operations.service_logs.operation import Fields as Journal
from kiki.targets.ansible.operations.service_status.answer import answer
from kiki.targets.ansible.operations.service_status.operation import Fields
from kiki.targets.ansible.target import TARGET
from kiki.understand.secrets import masked
from tests.live.conftest import HostsLab
from tests.live.runner_lab import Lab
from tests.live.test_ansible_kinds import Kinds, intent

pytestmark = pytest.mark.hosts


@pytest.fixture
def kinds(
    hosts: HostsLab, ansible_home: AnsibleHome, tmp_path_factory: pytest.TempPathFactory
) -> Kinds:
    return Kinds(Lab(hosts, ansible_home, tmp_path_factory.mktemp("state")))


SIGNED = "openssl req -x509 -newkey rsa:2048 -nodes -keyout /dev/null -days 2"


@pytest.fixture
def folder(kinds: Kinds) -> Iterator[str]:
    """A directory on the host, gone afterwards."""
    path = f"/srv/kk{uuid.uuid4().hex[:10]}"
    kinds.look(f"mkdir {path}")
    kinds.look(f"sh -c 'echo first = 1 > {path}/app.conf'")
    for number in (1, 2):
        kinds.look(f"{SIGNED} -subj /CN=kk{number} -out {path}/{number}.pem")
    yield path
    kinds.look(f"rm -rf {path}")


def test_what_is_new_goes_and_what_was_there_comes_back(kinds: Kinds, folder: str) -> None:
    """Made, made otherwise, removed; and each of these taken back, the last one first."""
    found = state(kinds, folder)
    new = intent(*makes(folder, 'a = {{ 1 }}\n\nb = "\\d"', "*/10 * * * *", "1.pem"))
    made = kinds.there(new)
    assert not kinds.plan(new).changes
    between = state(kinds, folder)
    made_as_asked(kinds, folder)
    other = intent(*makes(folder, "c = 3", "30 2 * * 6,0", "2.pem"))
    replaced = kinds.there(other)
    replaced_as_asked(kinds, folder)
    kinds.back(other, replaced)
    assert state(kinds, folder) == between
    gone = intent(*removes(folder))
    removed = kinds.there(gone)
    assert state(kinds, folder) == found
    kinds.back(gone, removed)
    assert state(kinds, folder) == between
    kinds.back(new, made)
    assert state(kinds, folder) == found


def name_of(folder: str) -> str:
    return folder.rpartition("/")[2]


def makes(
    folder: str, block: str, schedule: str, authority: str
) -> list[tuple[str, dict[str, Any]]]:
    """Operations that make something, or change it."""
    timer = {"command": "/bin/true", "schedule": schedule, "name": name_of(folder)}
    return [
        ("block_set", {"path": f"{folder}/app.conf", "name": "kk limits", "block": block}),
        ("timer_add", timer),
        ("ca_trust", {"source": f"{folder}/{authority}", "name": name_of(folder)}),
    ]


def removes(folder: str) -> list[tuple[str, dict[str, Any]]]:
    return [
        ("block_remove", {"path": f"{folder}/app.conf", "name": "kk limits"}),
        ("timer_remove", {"name": name_of(folder)}),
        ("ca_untrust", {"name": name_of(folder)}),
    ]


def state(kinds: Kinds, folder: str) -> dict[str, str]:
    """What these operations change, as the host has it."""
    unit = f"{name_of(folder)}.timer"
    return {
        "conf": kinds.look(f"cat {folder}/app.conf"),
        "units": kinds.look(
            f"sh -c 'cd /etc/systemd/system; tail -n +1 {name_of(folder)}.*; true'"
        ),
        "trusted": trusted(kinds, folder),
        "timer": kinds.look(f"systemctl show -P ActiveState -P UnitFileState {unit}"),
    }


def trusted(kinds: Kinds, folder: str) -> str:
    """Which of the two authorities are in the host's bundle, and the link to ours."""
    bundle = "/etc/ssl/certs/ca-certificates.crt"
    asked = "; ".join(f"openssl verify -CAfile {bundle} {folder}/{number}.pem" for number in (1, 2))
    return kinds.look(
        f"sh -c '({asked}; ls /etc/ssl/certs) 2>&1 | grep -e : -e {name_of(folder)}; true'"
    )


def made_as_asked(kinds: Kinds, folder: str) -> None:
    conf = 'first = 1\n# BEGIN kk limits\na = {{ 1 }}\n\nb = "\\d"\n# END kk limits\n'
    assert kinds.look(f"cat {folder}/app.conf") == conf
    assert f"{folder}/1.pem: OK" in trusted(kinds, folder)
    listed = kinds.look(f"systemctl show -P TimersCalendar {name_of(folder)}.timer")
    assert "OnCalendar=*-*-* *:00/10:00" in listed
    assert kinds.look(f"systemctl is-enabled {name_of(folder)}.timer") == "enabled\n"
    assert kinds.look(f"systemctl is-active {name_of(folder)}.timer") == "active\n"


def replaced_as_asked(kinds: Kinds, folder: str) -> None:
    assert "\nc = 3\n" in kinds.look(f"cat {folder}/app.conf")
    assert f"{folder}/2.pem: OK" in trusted(kinds, folder)
    assert f"{folder}/1.pem: OK" not in trusted(kinds, folder)
    listed = kinds.look(f"systemctl show -P TimersCalendar {name_of(folder)}.timer")
    assert "OnCalendar=Sat,Sun *-*-* 02:30:00" in listed


def test_what_a_host_is_comes_as_a_report(kinds: Kinds) -> None:
    case = intent(("host_facts", {}))
    applied = kinds.run(case, "apply")
    outcome = TARGET.outcome(applied, kinds.run(case, "again"), kinds.inventory)
    assert (outcome.verified, outcome.changed) == ("passed", ())
    files = TARGET.report(case, applied.reports, "ko", masked)
    found = json.loads(files[f"{kinds.host}.json"])["facts"]
    assert found["name"] == kinds.look("hostname").strip()
    assert found["kernel"].split()[1] == kinds.look("uname -r").strip()
    assert found["processor"]["count"] == int(kinds.look("nproc --all"))
    addresses = kinds.look("hostname -I").split()
    assert {each["address"] for each in found["addresses"]} >= set(addresses)
    assert "Debian" in found["system"]
    assert found["memory"] > 0


def test_services_say_how_they_are(kinds: Kinds) -> None:
    """The one that runs, and one that the host does not have; nothing is changed by it."""
    fields = {"names": ["cron", "kk-nothing"]}
    applied = kinds.run(intent(("service_status", fields)), "apply")
    assert applied.status == "successful"
    heard = Heard((kinds.host,), applied, "en", masked)
    here, missing = answer(Fields(names=("cron", "kk-nothing")), heard).tables[0].rows
    assert here[1:4] == ("cron.service", "active (running)", "enabled")
    assert here[5] == kinds.look("systemctl show -P MainPID cron").strip()
    assert missing[1:3] == ("kk-nothing", "not-found")


def test_a_service_says_what_it_wrote_to_the_journal(kinds: Kinds) -> None:
    """A line that was just written is the last of as many as were asked for."""
    kinds.look("systemctl restart cron")
    kinds.look("journalctl --sync")
    applied = kinds.run(intent(("service_logs", {"names": ["cron"], "lines": 3})), "apply")
    assert applied.status == "successful"
    heard = Heard((kinds.host,), applied, "en", masked)
    made = journal.answer(Journal(names=("cron",), lines=3), heard)
    assert made.tables[0].rows == ((kinds.host, "3"),)
    assert "cron" in made.excerpts[0].lines[-1]


def test_who_listens_on_a_port_is_what_listens_there(kinds: Kinds) -> None:
    """sshd on the lab's port; on another one nobody."""
    asked = [("port_listeners", {"port": port}) for port in (22, 4711)]
    applied = kinds.run(intent(*asked), "apply")
    assert applied.status == "successful"
    heard = Heard((kinds.host,), applied, "en", masked)
    rows = listeners.answer(Port(port=22), heard).tables[0].rows
    pids = set(kinds.look("pgrep -o sshd").split())
    assert {row[1] for row in rows} == {"tcp"}
    assert {row[3] for row in rows} == {"sshd"}
    assert {row[4] for row in rows} == pids
    nobody = listeners.answer(Port(port=4711), heard).tables[0].rows
    assert nobody == ((kinds.host, "", "", "", ""),)


def test_updates_are_those_that_apt_knows(kinds: Kinds) -> None:
    """dpkg's list is told for a while that a package is older than the one of the index."""
    status = "/var/lib/dpkg/status"
    aged = "/^Package: bash$/,/^Version:/ s/^Version: .*/Version: 5.0-1/"
    kinds.look("apt-get -q update")
    try:
        kinds.look(f"cp -p {status} /root/kk-status")
        kinds.look(f"sed -i '{aged}' {status}")
        applied = kinds.run(intent(("package_updates", {})), "apply")
        assert applied.status == "successful"
        counted, listed = updates.answer(
            Updates(), Heard((kinds.host,), applied, "en", masked)
        ).tables
        known = kinds.look("sh -c 'apt -qq list --upgradable 2>/dev/null'").splitlines()
        assert counted.rows == ((kinds.host, str(len(known))),)
        (bash,) = [row for row in listed.rows if row[1] == "bash"]
        candidate = kinds.look("sh -c 'apt-cache policy bash'").split("Candidate: ")[1].split()[0]
        assert bash[2:] == (candidate, "5.0-1")
    finally:
        kinds.look(f"mv /root/kk-status {status}")


def test_how_long_a_password_holds_is_set_and_comes_back(kinds: Kinds) -> None:
    name = f"kk{uuid.uuid4().hex[:8]}"
    try:
        kinds.look(f"useradd -M {name}")
        kinds.look(f"chage -M 180 {name}")
        case = intent(("user_password_age", {"names": [name], "days": 60}))
        ran = kinds.there(case)
        assert kinds.look(f"passwd --status {name}").split()[4] == "60"
        assert not kinds.plan(case).changes
        kinds.back(case, ran)
        assert kinds.look(f"passwd --status {name}").split()[4] == "180"
    finally:
        kinds.look(f"userdel -f {name}")
