"""Lines, rights, links, copies, downloads, archives, cron and mounts on a real host: done, the same
twice, and taken back where that can be done."""

import os
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from kiki.model.change import Ran
from kiki.model.intent import Intent
from kiki.provision.ansible import AnsibleHome
from kiki.targets.ansible.target import TARGET
from tests.live.conftest import HostsLab
from tests.live.runner_lab import Lab
from tests.live.test_ansible_kinds import Kinds, intent

pytestmark = pytest.mark.hosts

HOST = os.environ.get("LAB_HOST", "n3")


@pytest.fixture
def kinds(
    hosts: HostsLab, ansible_home: AnsibleHome, tmp_path_factory: pytest.TempPathFactory
) -> Kinds:
    return Kinds(Lab(hosts, ansible_home, tmp_path_factory.mktemp("state")), HOST)


@pytest.fixture
def folder(kinds: Kinds) -> Iterator[str]:
    """A directory on the host, gone afterwards."""
    path = f"/srv/kk{uuid.uuid4().hex[:10]}"
    kinds.look(f"mkdir {path}")
    yield path
    kinds.look(f"rm -rf {path}")


def there(kinds: Kinds, case: Intent) -> Ran:
    """Plan, apply and verify *case*, which must change something, and only once."""
    plan = kinds.plan(case)
    assert not plan.errored, plan.actions
    assert plan.changes
    outcome = kinds.apply(case)
    assert (outcome.verified, outcome.changed, outcome.reason) == ("passed", (HOST,), "")
    return Ran(plan=plan, outcome=outcome)


def back(kinds: Kinds, case: Intent, ran: Ran) -> None:
    """Take *case* back, which must be possible."""
    way = TARGET.take_back(case, (ran,))
    assert way.undo.kind != "impossible", way.undo
    reverse = Intent(target="ansible", name="back", operations=way.operations, reader="undo")
    undone = kinds.apply(reverse)
    assert (undone.verified, undone.reason) == ("passed", "")


def test_files_and_back(kinds: Kinds, folder: str) -> None:
    """One change of several kinds: a line, a copy, a link and an archive, all of them new."""
    kinds.look(
        f"sh -c 'printf \"a = 1\\nb = 2\\n\" > {folder}/app.conf; chmod 640 {folder}/app.conf'"
    )
    line = '{{ x }} \\d "q" %'
    case = intent(
        ("line_set", {"path": f"{folder}/app.conf", "line": line}),
        ("file_copy", {"path": f"{folder}/copy.conf", "source": f"{folder}/app.conf"}),
        ("link_create", {"path": f"{folder}/current", "target": f"{folder}/copy.conf"}),
        ("archive_create", {"path": f"{folder}.tar.gz", "sources": [folder]}),
    )
    try:
        ran = there(kinds, case)
        assert kinds.look(f"cat {folder}/current") == f"a = 1\nb = 2\n{line}\n"
        assert kinds.look(f"stat -c %a {folder}/copy.conf {folder}.tar.gz").split() == ["640"] * 2
        assert "copy.conf" in kinds.look(f"tar tzf {folder}.tar.gz")
        back(kinds, case, ran)
        assert kinds.look(f"cat {folder}/app.conf") == "a = 1\nb = 2\n"
        assert kinds.look(f"ls {folder}").split() == ["app.conf"]
    finally:
        kinds.look(f"rm -f {folder}.tar.gz")


def test_what_is_replaced_comes_back(kinds: Kinds, folder: str) -> None:
    """Every kind that replaces something brings it back as it was."""
    old = "MaxClients  100 # {{ y }}"
    kinds.look(f"sh -c 'echo \"{old}\" > {folder}/a; echo x > {folder}/b; chmod 604 {folder}/b'")
    kinds.look(f"ln -s {folder}/a {folder}/l")
    cases: list[tuple[str, dict[str, Any]]] = [
        ("line_set", {"path": f"{folder}/a", "line": "MaxClients 200", "begins": "MaxClients"}),
        ("file_copy", {"path": f"{folder}/b", "source": f"{folder}/a"}),
        ("link_create", {"path": f"{folder}/l", "target": f"{folder}/b"}),
        ("file_rights", {"path": f"{folder}/b", "mode": "0640", "group": "adm"}),
        ("line_remove", {"path": f"{folder}/a", "line": old}),
        ("link_remove", {"path": f"{folder}/l"}),
    ]
    for operation in cases:
        before = state(kinds, folder)
        case = intent(operation)
        ran = there(kinds, case)
        assert state(kinds, folder) != before, operation
        back(kinds, case, ran)
        assert state(kinds, folder) == before, operation


def state(kinds: Kinds, folder: str) -> str:
    return kinds.look(f"sh -c 'cd {folder}; stat -c %N:%a:%U:%G *; cat a b'")


def test_what_is_in_the_way_stops_the_play(kinds: Kinds, folder: str) -> None:
    kinds.look(f"touch {folder}/file")
    for kind, fields in (
        ("link_create", {"path": f"{folder}/file", "target": "/etc/hosts"}),
        ("link_create", {"path": f"{folder}/new", "target": f"{folder}/nothing"}),
        ("link_remove", {"path": f"{folder}/file"}),
        ("line_set", {"path": f"{folder}/nothing", "line": "a"}),
        ("file_copy", {"path": f"{folder}/b", "source": folder}),
        ("file_rights", {"path": f"{folder}/nothing", "mode": "0600"}),
        ("archive_extract", {"path": f"{folder}/nothing", "source": f"{folder}/a.tar.gz"}),
        ("mount_add", {"path": f"{folder}/m", "source": "/dev/kk1", "fstype": "ext4"}),
    ):
        assert kinds.plan(intent((kind, fields))).errored, (kind, fields)


def test_an_archive_is_unpacked_once(kinds: Kinds, folder: str) -> None:
    kinds.look(f"sh -c 'cd {folder}; mkdir in out; echo 1 > in/a; tar czf a.tar.gz in'")
    case = intent(("archive_extract", {"path": f"{folder}/out", "source": f"{folder}/a.tar.gz"}))
    ran = there(kinds, case)
    assert kinds.look(f"cat {folder}/out/in/a") == "1\n"
    assert TARGET.take_back(case, (ran,)).undo.reason == "ansible.undo_extracted"
    assert [action.verb for action in kinds.plan(case).changes] == ["unknown"], "tar is not asked"


def test_a_download_with_its_sum(kinds: Kinds, folder: str) -> None:
    kinds.look(f"sh -c 'echo right > {folder}/served'")
    sum_of = kinds.look(f"sha256sum {folder}/served").split()[0]
    server = f"cd {folder} && exec python3 -m http.server 18099 --bind 127.0.0.1"
    kinds.look(f"systemd-run --unit kk-served --collect sh -c '{server}'")
    kinds.look(
        "sh -c 'for i in 1 2 3 4 5 6 7 8 9; do ss -ltn | grep -q :18099 && break; sleep 0.3; done'"
    )
    fields = {"url": "http://127.0.0.1:18099/served", "path": f"{folder}/got"}
    try:
        good = intent(("file_download", {**fields, "checksum": f"sha256:{sum_of}"}))
        ran = there(kinds, good)
        assert kinds.look(f"cat {folder}/got") == "right\n"
        assert not kinds.plan(good).changes
        back(kinds, good, ran)
        assert kinds.look(f"ls {folder}/got") == ""
        bad = intent(("file_download", {**fields, "checksum": "sha256:" + "0" * 64}))
        assert kinds.apply(bad).verified != "passed"
        assert kinds.look(f"ls {folder}/got") == ""
    finally:
        kinds.look("systemctl stop kk-served")


def test_a_job_of_cron(kinds: Kinds) -> None:
    before = kinds.look("crontab -l -u root")
    job = f"/opt/{uuid.uuid4().hex[:10]}.sh --day $(date +%F)"
    case = intent(("cron_add", {"job": job, "schedule": "30 2 * * 0"}))
    ran = there(kinds, case)
    assert f"30 2 * * 0 {job.replace('%', chr(92) + '%')}\n" in kinds.look("crontab -l -u root")
    other = intent(("cron_add", {"job": job, "schedule": "*/10 * * * *"}))
    changed = there(kinds, other)
    back(kinds, other, changed)
    assert f"30 2 * * 0 {job.replace('%', chr(92) + '%')}\n" in kinds.look("crontab -l -u root")
    gone = intent(("cron_remove", {"name": job}))
    removed = there(kinds, gone)
    back(kinds, gone, removed)
    back(kinds, case, ran)
    assert kinds.look("crontab -l -u root").strip() == before.strip()
    assert not kinds.plan(intent(("cron_remove", {"name": job}))).changes
